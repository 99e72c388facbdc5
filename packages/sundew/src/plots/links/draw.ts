import type { Pen } from '../pen/pen.ts'
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

/** Thickest and thinnest edge, pixels. */
const thickest = 6
const thinnest = 0.4
/** Room for the caption below. */
export const foot = fontSize * 2

/**
 * Draws edges first, then symbols, then all labels, so that none is covered; each label has a halo of the ground's colour.
 * Names are others' words: the pen escapes them.
 */
export function drawLinks(
  pen: Pen,
  { nodes, edges }: LinkGraph,
  layout: Layout,
  caption: string,
  style = usualStyle,
): void {
  const { ground, ink } = style
  pen.rect(0, 0, layout.width, layout.height + foot, { fill: ground })
  const most = edges.reduce((largest, { count }) => Math.max(largest, count), 1)
  for (const { from, to, count } of edges) {
    const width = Math.max(thinnest, thickest * Math.sqrt(count / most))
    pen.swing(layout.nodes[from]!, layout.nodes[to]!, { stroke: ink, width, opacity: 0.25 })
  }
  for (const [node, { column, name, count }] of nodes.entries()) {
    const { x, y, radius } = layout.nodes[node]!
    const { shape, fill } = style.columns[column]
    const look = { fill, stroke: ink, width: 0.8, title: `${name}: ${count}` }
    if (shape === 'circle') pen.circle({ x, y }, radius, look)
    else
      pen.polygon(
        [
          { x, y: y - radius },
          { x: x + radius, y: y + radius },
          { x: x - radius, y: y + radius },
        ],
        look,
      )
  }
  for (const { label, labelX, y, anchor } of layout.nodes)
    pen.text({ x: labelX, y: y + fontSize * 0.35 }, label, {
      size: fontSize,
      fill: ink,
      anchor,
      halo: ground,
    })
  pen.text({ x: 8, y: layout.height + fontSize }, caption, { size: fontSize, fill: ink })
}
