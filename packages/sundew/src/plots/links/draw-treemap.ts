import { labelWidth, shortLabel } from '../pen/label.ts'
import type { Pen } from '../pen/pen.ts'
import { fontSize } from './columns.ts'
import { usualStyle } from './draw.ts'
import type { LinkGraph, Triple } from './graph.ts'
import { treemap } from './treemap.ts'

interface Branch {
  readonly name: string
  count: number
  readonly inside: Map<string, number>
}

/** Intruders as rectangles by how often they came, the ports they wanted inside, the targets of those in their titles. */
export function drawTreemap(
  pen: Pen,
  triples: readonly Triple[],
  graph: LinkGraph,
  width: number,
  height: number,
  style = usualStyle,
): void {
  const { ground, ink, columns } = style
  pen.rect(0, 0, width, height, { fill: ground })
  const branches = new Map<string, Branch>()
  for (const { parts, count } of triples) {
    const branch = branches.get(parts[0]) ?? { name: parts[0], count: 0, inside: new Map<string, number>() }
    branch.count += count
    branch.inside.set(parts[1], (branch.inside.get(parts[1]) ?? 0) + count)
    branches.set(parts[0], branch)
  }
  const area = { x: 1, y: 1, width: width - 2, height: height - 2 }
  for (const outer of treemap([...branches.values()], ({ count }) => count, area)) {
    const inside = { x: outer.x + 1, y: outer.y + 1, width: outer.width - 2, height: outer.height - 2 }
    for (const inner of treemap([...outer.item.inside], ([, count]) => count, inside)) {
      const [name, count] = inner.item
      pen.rect(inner.x, inner.y, inner.width, inner.height, {
        fill: columns[1].fill,
        stroke: ground,
        width: 0.5,
        title: `${outer.item.name} → ${name}: ${count} of ${graph.total}`,
      })
    }
    pen.rect(outer.x, outer.y, outer.width, outer.height, { stroke: columns[0].fill, width: 1.5 })
  }
  // All labels last, on top.
  for (const outer of treemap([...branches.values()], ({ count }) => count, area)) {
    const label = shortLabel(outer.item.name, 40)
    if (labelWidth(label, fontSize) + 8 > outer.width || outer.height < fontSize * 1.5) continue
    pen.text({ x: outer.x + 4, y: outer.y + fontSize * 1.2 }, label, {
      size: fontSize,
      fill: ink,
      halo: ground,
    })
  }
}
