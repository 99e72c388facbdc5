import { advance, labelWidth, shortLabel } from '../pen/label.ts'
import type { Pen } from '../pen/pen.ts'
import { fontSize } from './columns.ts'
import { usualStyle } from './draw.ts'
import type { LinkGraph, Triple } from './graph.ts'
import { treemap, type Tile } from './treemap.ts'

interface Branch {
  readonly name: string
  count: number
  readonly inside: Map<string, Branch>
}

/** Labels with fewer columns say nothing. */
const fewestColumns = 4
/** Targets named in the title of a port, at most. */
const mostTargets = 5
const inset = 4

/** Intruders as rectangles by how often they came, the ports they wanted inside, the targets of those in their titles. */
export function drawTreemap(
  pen: Pen,
  triples: readonly Triple[],
  graph: LinkGraph,
  width: number,
  height: number,
  style = usualStyle,
): void {
  const { ground, columns } = style
  pen.rect(0, 0, width, height, { fill: ground })
  const area = { x: 1, y: 1, width: width - 2, height: height - 2 }
  const outers = treemap(branchesOf(triples), ({ count }) => count, area)
  const inners = outers.map((outer) => {
    const room = { x: outer.x + 1, y: outer.y + 1, width: outer.width - 2, height: outer.height - 2 }
    return treemap([...outer.item.inside.values()], ({ count }) => count, room)
  })
  for (const [at, outer] of outers.entries()) {
    for (const inner of inners[at]!)
      pen.rect(inner.x, inner.y, inner.width, inner.height, {
        fill: columns[1].fill,
        stroke: ground,
        width: 0.5,
        title: `${outer.item.name} → ${inner.item.name}: ${inner.item.count} of ${graph.total}; ${targetsOf(inner.item)}`,
      })
    pen.rect(outer.x, outer.y, outer.width, outer.height, { stroke: columns[0].fill, width: 1.5 })
  }
  // All labels last, on top: intruders in their upper left, ports in their lower right.
  for (const [at, outer] of outers.entries()) {
    const taken = write(pen, outer, outer.item.name, 'start')
    for (const inner of inners[at]!) {
      const below = inner.y + inner.height - fontSize * 1.5 > outer.y + fontSize * 1.5
      const beside =
        inner.x + inner.width - labelWidth(inner.item.name, fontSize) - 2 * inset > outer.x + taken
      if (below || beside) write(pen, inner, inner.item.name, 'end')
    }
  }
}

/** A label in a corner of its rectangle, shortened to what has room; how wide it is, 0 where nothing has. */
function write(
  pen: Pen,
  { x, y, width, height }: Tile<Branch>,
  name: string,
  anchor: 'start' | 'end',
): number {
  const room = Math.floor((width - 2 * inset) / (advance * fontSize))
  const label = shortLabel(name, Math.min(40, Math.max(0, room)))
  if (height < fontSize * 1.5 || room < Math.min(fewestColumns, name.length)) return 0
  const at =
    anchor === 'start'
      ? { x: x + inset, y: y + fontSize * 1.2 }
      : { x: x + width - inset, y: y + height - inset }
  // Rectangles are as light in the dark as by day, so that their labels are dark there, too.
  const { ink, ground } = usualStyle
  pen.text(at, label, { size: fontSize, fill: ink, anchor, ...(anchor === 'start' && { halo: ground }) })
  return labelWidth(label, fontSize) + inset
}

function branchesOf(triples: readonly Triple[]): Branch[] {
  const root = new Map<string, Branch>()
  for (const { parts, count } of triples) {
    let level = root
    for (const name of parts) {
      let branch = level.get(name)
      if (!branch) level.set(name, (branch = { name, count: 0, inside: new Map() }))
      branch.count += count
      level = branch.inside
    }
  }
  return [...root.values()]
}

function targetsOf({ inside }: Branch): string {
  const sorted = [...inside.values()].toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
  const named = sorted.slice(0, mostTargets).map(({ name, count }) => `${shortLabel(name, 60)}: ${count}`)
  return [...named, ...(sorted.length > mostTargets ? ['…'] : [])].join(', ')
}
