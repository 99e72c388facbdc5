import { type CellType, type ColumnSpec, perRow } from './layout.ts'
import { Terms } from './terms.ts'

/** The typed array that holds a column's cells. `u64`, `ms` and `address` are Uint32Arrays of 2, 2 and 4 words a row. */
type Cells<C extends CellType> = C extends 'u8'
  ? Uint8Array
  : C extends 'u16' | 'country' | 'term'
    ? Uint16Array
    : C extends 'text'
      ? (string | undefined)[]
      : Uint32Array

type AnyCells = Uint8Array | Uint16Array | Uint32Array | (string | undefined)[]

/**
 * Rows of one table as typed columns: one array a column, filled row by row, never an object a row. All cells are 0 before
 * they are written.
 *
 * Who fills them writes rows from {@link rows} on, says which columns it {@link touch}es, and moves {@link rows}. The arrays
 * stay the same for the life of the object.
 */
export class Columns<S extends ColumnSpec = ColumnSpec> {
  readonly specs: readonly S[]
  readonly capacity: number
  /** Rows filled so far. */
  rows = 0
  /** 1 for each column, by its index, that a row of this batch may have: those {@link clear} empties and blocks carry. */
  readonly touched: Uint8Array
  readonly #index: Readonly<Record<string, number>>
  readonly #cells: readonly AnyCells[]
  readonly #terms: readonly (Terms | undefined)[]

  /** @param index position of each column (`indexOf`) */
  constructor(specs: readonly S[], index: Readonly<Record<S['name'], number>>, capacity: number) {
    this.specs = specs
    this.capacity = capacity
    this.touched = new Uint8Array(specs.length)
    this.#index = index
    this.#cells = specs.map(({ cell }) => cellsOf(cell, capacity))
    this.#terms = specs.map(({ cell }) => (cell === 'term' ? new Terms() : undefined))
  }

  /** The cells of a column: the same array always. */
  cells<N extends S['name']>(name: N): Cells<Extract<S, { readonly name: N }>['cell']> {
    return this.#cells[this.#index[name]!] as Cells<Extract<S, { readonly name: N }>['cell']>
  }

  /** The cells by the column's index. */
  cellsAt(index: number): AnyCells {
    const found = this.#cells[index]
    if (!found) throw new RangeError(`There is no column ${index}`)
    return found
  }

  /** The dictionary behind a column of terms. */
  terms(name: Extract<S, { readonly cell: 'term' }>['name']): Terms {
    return this.termsAt(this.#index[name]!)!
  }

  /** The dictionary by the column's index; undefined where its cells are no terms. */
  termsAt(index: number): Terms | undefined {
    return this.#terms[index]
  }

  touch(...names: readonly S['name'][]): void {
    for (const name of names) this.touched[this.#index[name]!] = 1
  }

  /** Whether blocks carry the column. */
  carries(index: number): boolean {
    return this.touched[index] === 1
  }

  /** Empties the batch: every cell that may have been written is as it was at first. */
  clear(): void {
    for (const [index, { cell }] of this.specs.entries()) {
      if (this.touched[index] === 0) continue
      this.empty(this.#cells[index]!, cell, index)
      this.#terms[index]?.clear()
    }
    this.touched.fill(0)
    this.rows = 0
  }

  /** Empties the cells of one column. */
  protected empty(cells: AnyCells, cell: CellType, _index: number): void {
    if (Array.isArray(cells)) cells.fill(undefined, 0, this.rows)
    else cells.fill(0, 0, this.rows * perRow(cell))
  }
}

function cellsOf(cell: CellType, capacity: number): AnyCells {
  switch (cell) {
    case 'u8':
      return new Uint8Array(capacity)
    case 'u16':
    case 'country':
    case 'term':
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
