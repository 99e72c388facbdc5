import { type CellType, columnIndex, type FlowColumnName, flowColumns } from './layout.ts'

/** The typed array that holds a column's cells. `u64`, `ms` and `address` are Uint32Arrays of 2, 2 and 4 words a row. */
type Cells<C extends CellType> = C extends 'u8'
  ? Uint8Array
  : C extends 'u16' | 'country'
    ? Uint16Array
    : C extends 'text'
      ? (string | undefined)[]
      : Uint32Array

type CellOf<N extends FlowColumnName> = Extract<(typeof flowColumns)[number], { name: N }>['cell']

/** The middle of an IPv4 address in an IPv6 column (::ffff:0:0), as its third little-endian word. */
export const mappedPrefix = 0xffff_0000

/**
 * Flows as typed columns: one array a column, filled row by row by decoders, never an object a flow. All cells are 0
 * before they are written, but `source_ip` and `destination_ip`, which are ::ffff:0.0.0.0: of an IPv4 address there
 * only the last word (in network order, so read little-endian from the packet) has to be written.
 *
 * A decoder writes rows from {@link rows} on, says which columns it {@link touch}es, and moves {@link rows}. The arrays
 * stay the same for the life of the object.
 */
export class FlowColumns {
  readonly capacity: number
  /** Rows filled so far. */
  rows = 0
  /** 1 for each column, by its index, that a row of this batch may have: those {@link clear} empties and blocks carry. */
  readonly touched = new Uint8Array(flowColumns.length)
  /** Some `source_ip` or `destination_ip` has more than its last word written. */
  wide = false
  readonly #cells: readonly (Uint8Array | Uint16Array | Uint32Array | (string | undefined)[])[]

  constructor(capacity: number) {
    this.capacity = capacity
    this.#cells = flowColumns.map(({ cell }) => cellsOf(cell, capacity))
    this.#prefill(0, capacity)
  }

  /** The cells of a column: the same array always. */
  cells<N extends FlowColumnName>(name: N): Cells<CellOf<N>> {
    return this.#cells[columnIndex[name]] as Cells<CellOf<N>>
  }

  /** The cells by the column's index. */
  cellsAt(index: number): Uint8Array | Uint16Array | Uint32Array | (string | undefined)[] {
    const found = this.#cells[index]
    if (!found) throw new RangeError(`There is no flow column ${index}`)
    return found
  }

  touch(...names: readonly FlowColumnName[]): void {
    for (const name of names) this.touched[columnIndex[name]] = 1
  }

  /** Empties the batch: every cell that may have been written is as it was at first. */
  clear(): void {
    for (const [index, { cell }] of flowColumns.entries()) {
      if (this.touched[index] === 0) continue
      const cells = this.#cells[index]!
      if (Array.isArray(cells)) cells.fill(undefined, 0, this.rows)
      else if (index !== columnIndex.source_ip && index !== columnIndex.destination_ip)
        cells.fill(0, 0, this.rows * perRow(cell))
    }
    for (const name of ['source_ip', 'destination_ip'] as const) {
      const words = this.cells(name)
      if (this.wide) words.fill(0, 0, this.rows * 4)
      else for (let at = 3; at < this.rows * 4; at += 4) words[at] = 0
    }
    if (this.wide) this.#prefill(0, this.rows)
    this.touched.fill(0)
    this.wide = false
    this.rows = 0
  }

  #prefill(from: number, to: number): void {
    for (const name of ['source_ip', 'destination_ip'] as const) {
      const words = this.cells(name)
      for (let row = from; row < to; row++) words[row * 4 + 2] = mappedPrefix
    }
  }
}

/** Array elements of a cell. */
export function perRow(cell: CellType): number {
  return cell === 'address' ? 4 : cell === 'u64' || cell === 'ms' ? 2 : 1
}

function cellsOf(cell: CellType, capacity: number) {
  switch (cell) {
    case 'u8':
      return new Uint8Array(capacity)
    case 'u16':
    case 'country':
      return new Uint16Array(capacity)
    case 'text':
      return Array.from<string | undefined>({ length: capacity })
    case 'u32':
    case 'u64':
    case 'ms':
    case 'address':
      return new Uint32Array(capacity * perRow(cell))
  }
}
