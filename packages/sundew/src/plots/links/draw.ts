import type { Pen } from '../pen/pen.ts'
import { advance, labelWidth, shortLabel } from '../pen/label.ts'
import { fontSize, type Layout, type Placed } from './columns.ts'
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

/** For those who sit in the dark. */
export const darkStyle: LinkStyle = { ...usualStyle, ground: '#14171a', ink: '#e4e6e8' }

/** Thickest and thinnest edge, pixels. */
const thickest = 6
const thinnest = 0.4
/** Members that a list has room for at most. */
const mostListed = 60
/** Columns of a line in it. */
const listColumns = 52
/** Room for the caption below. */
export const foot = fontSize * 2
const captionLeft = 8

/** The map with its caption below. */
export function pictureSize(
  layout: Layout,
  caption: string,
): { readonly width: number; readonly height: number } {
  const width = Math.max(layout.width, labelWidth(caption, fontSize) + 2 * captionLeft)
  return { width, height: layout.height + foot }
}

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
  const { width, height } = pictureSize(layout, caption)
  pen.rect(0, 0, width, height, { fill: ground })
  const most = edges.reduce((largest, { count }) => Math.max(largest, count), 1)
  for (const { from, to, count } of edges) {
    const look = {
      stroke: ink,
      width: Math.max(thinnest, thickest * Math.sqrt(count / most)),
      opacity: 0.25,
    }
    const [start, end] = [layout.nodes[from]!, layout.nodes[to]!]
    if (layout.straight) pen.line(start, end, look)
    else pen.swing(start, end, look)
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
  pen.text({ x: captionLeft, y: layout.height + fontSize }, caption, { size: fontSize, fill: ink })
  for (const [node, { name, count, members }] of nodes.entries())
    if (members) open(pen, layout, layout.nodes[node]!, [told({ name, count }), ...members.map(told)], style)
}

function told({ name, count }: { readonly name: string; readonly count: number }): string {
  return `${shortLabel(name, listColumns - 12)}: ${count}`
}

/** A list of what a node stands for, as long as there is room, within the picture. */
function open(
  pen: Pen,
  { width, height }: Layout,
  { x, y, radius }: Placed,
  lines: readonly string[],
  { ground, ink }: LinkStyle,
): void {
  const room = Math.max(2, Math.min(mostListed, Math.floor(height / (fontSize * 1.4)) - 1))
  const shown =
    lines.length <= room
      ? lines
      : [...lines.slice(0, room - 1), `… and ${(lines.length - room + 1).toLocaleString('en-US')} more`]
  const wide = listColumns * advance * fontSize + fontSize
  const high = (shown.length + 0.5) * fontSize * 1.4
  const corner = {
    x: Math.max(0, Math.min(x + radius, width - wide)),
    y: Math.max(0, Math.min(y, height + foot - high)),
  }
  pen.opens({ x, y }, radius, corner, shown, { size: fontSize, fill: ink, ground, width: wide })
}
