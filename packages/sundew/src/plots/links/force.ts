import {
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force'
import { labelWidth, shortLabel } from '../pen/label.ts'
import { apart } from './apart.ts'
import { fontSize, labelGap, longest, margin, place, radiiOf, type Layout } from './columns.ts'
import type { LinkGraph } from './graph.ts'

/** Nodes that forces are tried on at most: steps get fewer with more nodes, and of too few nothing comes. */
export const mostForced = 5000
/** Steps of the simulation, for a graph that is small enough to be read. */
const steps = { least: 20, most: 300 } as const
/** Nodes moved in all steps together, so that time is bounded: about a second. */
const moves = 60_000

/**
 * Nodes push each other away, edges pull; then boxes that lie on each other are moved apart until none do. The same graph
 * gives the same picture.
 *
 * @throws RangeError where there are more than {@link mostForced} nodes
 */
export function forceLayout(graph: LinkGraph): Layout {
  const { nodes, edges } = graph
  if (nodes.length > mostForced)
    throw new RangeError(`Forces lay out ${mostForced} nodes at most, not ${nodes.length}`)
  const radius = radiiOf(graph)
  const labels = nodes.map(({ name }) => shortLabel(name, longest))
  const widths = labels.map((label) => labelWidth(label, fontSize))
  const points = settled(graph)
  const boxes = points.map(({ x = 0, y = 0 }, node) => {
    const half = Math.max(radius[node]!, (fontSize * 1.3) / 2)
    return {
      left: x - radius[node]!,
      right: x + radius[node]! + labelGap + widths[node]!,
      top: y - half,
      bottom: y + half,
    }
  })
  const clear = apart(boxes)
  const left = clear.reduce((least, box) => Math.min(least, box.left), Infinity)
  const top = clear.reduce((least, box) => Math.min(least, box.top), Infinity)
  const placed = clear.map((box, node) =>
    place(
      box.left - left + radius[node]! + margin,
      (box.top + box.bottom) / 2 - top + margin,
      radius[node]!,
      labels[node]!,
      widths[node]!,
      false,
    ),
  )
  return {
    width: placed.reduce((most, { box }) => Math.max(most, box.right), 0) + margin,
    height: placed.reduce((most, { box }) => Math.max(most, box.bottom), 0) + margin,
    nodes: placed,
    straight: edges.length > 0,
  }
}

function settled({ nodes, edges }: LinkGraph): SimulationNodeDatum[] {
  // Where nodes start, and the little that moves two of the same place, is the library's own and the same each time.
  const points: SimulationNodeDatum[] = nodes.map(() => ({}))
  const links: SimulationLinkDatum<SimulationNodeDatum>[] = edges.map(({ from, to }) => ({
    source: points[from]!,
    target: points[to]!,
  }))
  const count = Math.max(steps.least, Math.min(steps.most, Math.round(moves / Math.max(1, nodes.length))))
  forceSimulation(points)
    .force('push', forceManyBody().strength(-700).distanceMax(1200))
    .force('pull', forceLink(links).distance(120))
    // Labels are wide and low: the picture is drawn out to their side.
    .force('across', forceX().strength(0.04))
    .force('down', forceY().strength(0.09))
    .alphaDecay(1 - 0.001 ** (1 / count))
    .stop()
    .tick(count)
  return points
}
