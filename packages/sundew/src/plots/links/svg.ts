import { markup } from '../svg/text.ts'
import { fontSize, type Layout } from './columns.ts'
import type { LinkGraph } from './graph.ts'

/** How the three columns are drawn: shapes and colours as AfterGlow's users know them. */
export interface LinkStyle {
  readonly columns: readonly [NodeStyle, NodeStyle, NodeStyle]
  readonly ground: string
  readonly ink: string
}

export interface NodeStyle {
  readonly shape: 'circle' | 'triangle'
  readonly fill: string
}

export const usualStyle: LinkStyle = {
  columns: [
    { shape: 'circle', fill: '#e03c31' },
    { shape: 'circle', fill: '#9fd3f0' },
    { shape: 'triangle', fill: '#f2c230' },
  ],
  ground: '#ffffff',
  ink: '#1c1c1c',
}

/** Thickest edge, pixels. */
const thickest = 6

/**
 * The picture as SVG: edges first, then symbols, then all labels, so that none is covered; each label has a halo of the ground's
 * colour. Names are others' words: they are escaped, and nothing else of them gets in.
 */
export function linksSvg(graph: LinkGraph, layout: Layout, caption: string, style = usualStyle): string {
  const { nodes, edges } = graph
  const { width, height } = layout
  const foot = fontSize * 2
  const most = edges.reduce((largest, { count }) => Math.max(largest, count), 1)
  const at = (value: number) => value.toFixed(1)
  const lines = edges.map(({ from, to, count }) => {
    const [a, b] = [layout.nodes[from]!, layout.nodes[to]!]
    const middle = (a.x + b.x) / 2
    const wide = Math.max(0.4, thickest * Math.sqrt(count / most))
    return `<path d="M${at(a.x)} ${at(a.y)}C${at(middle)} ${at(a.y)} ${at(middle)} ${at(b.y)} ${at(b.x)} ${at(b.y)}" stroke-width="${wide.toFixed(2)}"/>`
  })
  const symbols = nodes.map(({ column, name, count }, node) => {
    const { x, y, radius } = layout.nodes[node]!
    const { shape, fill } = style.columns[column]
    const title = `<title>${markup(name)}: ${count}</title>`
    if (shape === 'circle')
      return `<circle cx="${at(x)}" cy="${at(y)}" r="${at(radius)}" fill="${fill}">${title}</circle>`
    const [left, right, top, bottom] = [x - radius, x + radius, y - radius, y + radius]
    return `<path d="M${at(x)} ${at(top)}L${at(right)} ${at(bottom)}L${at(left)} ${at(bottom)}Z" fill="${fill}">${title}</path>`
  })
  const labels = layout.nodes.map(
    ({ label, labelX, y, anchor }) =>
      `<text x="${at(labelX)}" y="${at(y + fontSize * 0.35)}"${anchor === 'end' ? ' text-anchor="end"' : ''}>${markup(label)}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${at(width)}" height="${at(height + foot)}" viewBox="0 0 ${at(width)} ${at(height + foot)}" font-family="'DejaVu Sans Mono', monospace" font-size="${fontSize}">`,
    `<rect width="100%" height="100%" fill="${style.ground}"/>`,
    `<g fill="none" stroke="${style.ink}" stroke-opacity="0.25">${lines.join('')}</g>`,
    `<g stroke="${style.ink}" stroke-width="0.8">${symbols.join('')}</g>`,
    `<g fill="${style.ink}" stroke="${style.ground}" stroke-width="3" stroke-linejoin="round" paint-order="stroke" direction="ltr" unicode-bidi="isolate">${labels.join('')}</g>`,
    `<text x="8" y="${at(height + fontSize)}" fill="${style.ink}">${markup(caption)}</text>`,
    '</svg>\n',
  ].join('\n')
}
