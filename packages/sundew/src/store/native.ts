import { GrowingBytes } from './native/bytes.ts'
import {
  AddressColumn,
  type Column,
  MapColumn,
  NumberColumn,
  NumbersColumn,
  StringColumn,
  StringsColumn,
  TimeColumn,
  UuidColumn,
} from './native/columns.ts'

const make = {
  String: () => new StringColumn(),
  UInt8: () => new NumberColumn<number>((data, value) => data.uint8(within(value, 0xff)), 0),
  UInt16: () => new NumberColumn<number>((data, value) => data.uint16(value), 0),
  UInt32: () => new NumberColumn<number>((data, value) => data.uint32(value), 0),
  UInt64: () => new NumberColumn<number | bigint>((data, value) => data.uint64(value), 0),
  Int64: () => new NumberColumn<bigint>((data, value) => data.int64(value), 0n),
  Float64: () => new NumberColumn<number>((data, value) => data.float64(value), 0),
  Bool: () => new NumberColumn<boolean>((data, value) => data.uint8(value ? 1 : 0), false),
  "DateTime64(9, 'UTC')": () => new TimeColumn(),
  UUID: () => new UuidColumn(),
  IPv6: () => new AddressColumn(),
  'Array(String)': () => new StringsColumn(),
  'Array(UInt32)': () => new NumbersColumn(),
  'Map(String, String)': () => new MapColumn(),
}

/** ClickHouse types that a block can carry. The table's own type may differ where ClickHouse converts (JSON, Enum8, LowCardinality from String). */
export type NativeType = keyof typeof make

export interface NativeColumnSpec {
  readonly name: string
  readonly type: NativeType
}

type ColumnOf<S extends NativeColumnSpec, N extends string> = {
  [T in S['type']]: N extends Extract<S, { type: T }>['name'] ? ReturnType<(typeof make)[T]> : never
}[S['type']]

/**
 * One block of ClickHouse's Native format: typed columns filled row by row, no object a cell.
 *
 * @example
 * const block = new NativeBlock([{ name: 'id', type: 'UUID' }, { name: 'raw', type: 'String' }])
 * block.column('id').push('0191e0b0-0000-7000-8000-000000000000')
 * block.column('raw').push(bytes)
 * await client.exec({ query: 'INSERT INTO t FORMAT Native', values: Readable.from(block.encode(), { objectMode: false }) })
 */
export class NativeBlock<const S extends readonly NativeColumnSpec[] = readonly NativeColumnSpec[]> {
  readonly #columns = new Map<string, { type: NativeType; column: Column }>()
  /** Rows that are whole. */
  #whole = 0

  constructor(specs: S) {
    for (const { name, type } of specs) this.#columns.set(name, { type, column: make[type]() })
  }

  /** @throws RangeError for a name that is not a column. */
  column<N extends S[number]['name']>(name: N): ColumnOf<S[number], N> {
    const found = this.#columns.get(name)
    if (!found) throw new RangeError(`The block has no column ${name}`)
    return found.column as ColumnOf<S[number], N>
  }

  /** Names of the columns, in their order. */
  get names(): string[] {
    return [...this.#columns.keys()]
  }

  /** Rows of the longest column. */
  get rows(): number {
    let rows = 0
    for (const { column } of this.#columns.values()) rows = Math.max(rows, column.rows)
    return rows
  }

  /** Bytes of the cells so far. */
  get bytes(): number {
    let bytes = 0
    for (const { column } of this.#columns.values()) bytes += column.bytes
    return bytes
  }

  /** Ends a row: columns not pushed to since the last end get their default, and the block is whole ({@link mark}). */
  endRow(): void {
    const rows = ++this.#whole
    for (const { column } of this.#columns.values()) {
      if (column.rows < rows) column.pushDefault()
      column.mark()
    }
  }

  /** Remembers that the block is whole as it is now. */
  mark(): void {
    this.#whole = this.rows
    for (const { column } of this.#columns.values()) column.mark()
  }

  /** Takes back everything since {@link mark} or {@link endRow}: a row that a value was refused of in the middle, too. */
  back(): void {
    for (const { column } of this.#columns.values()) column.back()
  }

  /**
   * The block's bytes in pieces, which share memory with it: do not push while they are in use. Empty without rows.
   *
   * @throws RangeError where the columns differ in length.
   */
  encode(): Uint8Array[] {
    const { rows } = this
    if (rows === 0) return []
    const pieces: Uint8Array[] = []
    let head = new GrowingBytes(64)
    head.varUint(this.#columns.size)
    head.varUint(rows)
    for (const [name, { type, column }] of this.#columns) {
      if (column.rows !== rows)
        throw new RangeError(`Column ${name} has ${column.rows} rows, the block ${rows}`)
      putName(head, name)
      putName(head, type)
      pieces.push(head.view(), ...column.encode())
      head = new GrowingBytes(64)
    }
    return pieces
  }
}

function putName(head: GrowingBytes, name: string): void {
  const length = Buffer.byteLength(name, 'utf8')
  head.varUint(length)
  head.utf8(name, length)
}

function within(value: number, highest: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= highest) return value
  throw new RangeError(`${value} is not a whole number from 0 to ${highest}`)
}
