import { labelWidth, shortLabel } from '../pen/label.ts'
import type { LinkGraph } from './graph.ts'

/** A node where it is drawn. */
export interface Placed {
  /** Centre of its symbol. */
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly label: string
  /** Where its label begins, or ends where `anchor` is `end`. */
  readonly labelX: number
  readonly anchor: 'start' | 'end'
  /** Symbol and label together. */
  readonly box: Box
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  /** In the order of the graph's nodes. */
  readonly nodes: readonly Placed[]
  /** Edges go straight from symbol to symbol, rather than level from column to column. */
  readonly straight?: boolean
}

export const fontSize = 12
/** Columns of a label at most. */
export const longest = 40
export const margin = 16
/** Between two boxes of a column. */
const gap = 2
/** Added to it at most, where a column is shorter than others. */
const mostSpare = 40
/** Between symbol and label. */
export const labelGap = 4
/** From the labels of one column to the symbols of the next: edges have to be seen. */
const between = 180
const radii = { least: 4, most: 14 } as const
/** Times that columns are sorted by their neighbours. */
const sweeps = 6

/**
 * Three columns, each sorted by where its neighbours are (barycentre), each node in a slot as high as its symbol and its
 * label: nothing can overlap. Linear in nodes and edges, but for sorting.
 */
export function columnsLayout(graph: LinkGraph): Layout {
  const { nodes } = graph
  const radius = radiiOf(graph)
  const labels = nodes.map(({ name }) => shortLabel(name, longest))
  const widths = labels.map((label) => labelWidth(label, fontSize))
  const columns = ordered(graph)
  const slot = (node: number) => Math.max(2 * radius[node]!, fontSize * 1.3) + gap
  const heights = columns.map((column) => column.reduce((sum, node) => sum + slot(node), 0))
  const height = Math.max(...heights, 1) + 2 * margin
  const widest = columns.map((column) => column.reduce((most, node) => Math.max(most, widths[node]!), 0))
  const first = margin + widest[0]! + labelGap + radii.most
  const second = first + radii.most + between + radii.most
  const third = second + radii.most + labelGap + widest[1]! + between + radii.most
  const xs = [first, second, third]
  const placed: Placed[] = Array(nodes.length)
  for (const [column, order] of columns.entries()) {
    // A short column is spread, so that its edges can be told apart.
    const spare = Math.min(mostSpare, (height - 2 * margin - heights[column]!) / Math.max(1, order.length))
    let y = (height - heights[column]! - spare * order.length) / 2
    for (const node of order) {
      const room = slot(node) + spare
      placed[node] = place(
        xs[column]!,
        y + room / 2,
        radius[node]!,
        labels[node]!,
        widths[node]!,
        column === 0,
      )
      y += room
    }
  }
  return { width: third + radii.most + labelGap + widest[2]! + margin, height, nodes: placed }
}

/** Radius of each node's symbol: its area grows with how often it came. */
export function radiiOf({ nodes }: LinkGraph): number[] {
  const largest = nodes.reduce((most, { count }) => Math.max(most, count), 1)
  return nodes.map(({ count }) => radii.least + (radii.most - radii.least) * Math.sqrt(count / largest))
}

/** A node with its label to the right, or to the left. */
export function place(
  x: number,
  y: number,
  radius: number,
  label: string,
  width: number,
  left: boolean,
): Placed {
  const labelX = left ? x - radius - labelGap : x + radius + labelGap
  const half = Math.max(radius, (fontSize * 1.3) / 2)
  return {
    x,
    y,
    radius,
    label,
    labelX,
    anchor: left ? 'end' : 'start',
    box: {
      left: left ? labelX - width : x - radius,
      right: left ? x + radius : labelX + width,
      top: y - half,
      bottom: y + half,
    },
  }
}

/** The nodes of each column from the top: those linked to the same neighbours beside each other. */
function ordered({ nodes, edges }: LinkGraph): number[][] {
  const columns: number[][] = [[], [], []]
  for (const [node, { column }] of nodes.entries()) columns[column]!.push(node)
  const rank = new Float64Array(nodes.length)
  const renumber = (column: readonly number[]) => {
    for (const [at, node] of column.entries()) rank[node] = (at + 0.5) / column.length
  }
  for (const column of columns) renumber(column)
  const sum = new Float64Array(nodes.length)
  const weight = new Float64Array(nodes.length)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const which of sweep % 2 === 0 ? [1, 2, 0] : [1, 0, 2]) {
      sum.fill(0)
      weight.fill(0)
      for (const { from, to, count } of edges) {
        // A thousand probes do not weigh a thousand times as much as one.
        const weighs = Math.sqrt(count)
        sum[from]! += rank[to]! * weighs
        weight[from]! += weighs
        sum[to]! += rank[from]! * weighs
        weight[to]! += weighs
      }
      const column = columns[which]!
      const key = (node: number) => (weight[node] === 0 ? rank[node]! : sum[node]! / weight[node]!)
      column.sort((a, b) => key(a) - key(b) || a - b)
      renumber(column)
    }
  }
  return columns
}
