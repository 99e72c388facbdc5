import { tunnelAttempts } from '../../bench/lib/two-weeks.ts'
import { domainOf, networkOf } from '../../packages/sundew/src/cli/plot/coarser.ts'
import { columnsLayout, type Layout } from '../../packages/sundew/src/plots/links/columns.ts'
import { drawTreemap } from '../../packages/sundew/src/plots/links/draw-treemap.ts'
import { drawLinks, pictureSize } from '../../packages/sundew/src/plots/links/draw.ts'
import { forceLayout } from '../../packages/sundew/src/plots/links/force.ts'
import { group } from '../../packages/sundew/src/plots/links/group.ts'
import { SvgPen } from '../../packages/sundew/src/plots/pen/svg-pen.ts'
import { chickenPicture } from './chicken.ts'

/** Small enough to be looked at in a page, too many to be drawn one by one. */
const attempts = tunnelAttempts({ sources: 900, targets: 700, ports: 20, edges: 5000, seed: 3 })
const { graph, triples, named } = group(attempts, {
  most: 80,
  top: [18, 12, 24],
  coarser: [[networkOf], [], [domainOf]],
})
const caption = `${graph.total.toLocaleString('en-US')} made-up attempts; in ${Math.round(named * 1000) / 10} % of them all three are named here`

/** Pictures of docs/, by name: drawn of made-up attempts, the same each time. */
export const pictures: readonly (readonly [string, () => string])[] = [
  ['tunnel-map.svg', () => mapOf(columnsLayout(graph))],
  ['tunnel-map-force.svg', () => mapOf(forceLayout(graph))],
  ['tunnel-treemap.svg', treemapPicture],
  ['fireplot.svg', chickenPicture],
]

function mapOf(layout: Layout): string {
  const { width, height } = pictureSize(layout, caption)
  const pen = new SvgPen(width, height)
  drawLinks(pen, graph, layout, caption)
  return pen.toString()
}

function treemapPicture(): string {
  const [width, height] = [1000, 560]
  const pen = new SvgPen(width, height)
  drawTreemap(pen, triples, graph, width, height)
  return pen.toString()
}
