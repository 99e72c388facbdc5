import { perRow } from '../columns/layout.ts'
import { type FlowColumns, mappedPrefix } from './columns.ts'
import { columnIndex, flowColumns } from './layout.ts'

/** Makes a row that was written, and is not to be kept, as it was at first. */
export function clearRow(columns: FlowColumns, row: number): void {
  for (const [index, { cell }] of flowColumns.entries()) {
    if (columns.touched[index] === 0) continue
    const cells = columns.cellsAt(index)
    const words = perRow(cell)
    if (Array.isArray(cells)) cells[row] = undefined
    else for (let word = row * words; word < (row + 1) * words; word++) cells[word] = 0
  }
  for (const index of ends) {
    const cells = columns.cellsAt(index)
    cells[row * 4] = cells[row * 4 + 1] = cells[row * 4 + 3] = 0
    cells[row * 4 + 2] = mappedPrefix
  }
}

/** Copies a row into a row that is as it was at first, and touches there what it has. */
export function copyRow(from: FlowColumns, row: number, to: FlowColumns, toRow: number): void {
  for (const [index, { cell }] of flowColumns.entries()) {
    const end = ends.has(index)
    if (from.touched[index] === 0 && !end) continue
    const source = from.cellsAt(index)
    const target = to.cellsAt(index)
    const words = perRow(cell)
    let some = false
    for (let word = 0; word < words; word++) {
      const value = source[row * words + word]!
      target[toRow * words + word] = value
      if (value) some = true
    }
    if (some && !end) to.touched[index] = 1
  }
  if (from.wide) to.wide = true
}

const ends: ReadonlySet<number> = new Set([columnIndex.source_ip, columnIndex.destination_ip])
