/**
 * How a column's cells lie in memory; little-endian, as ClickHouse's Native format has them. A `term` is a text that many rows
 * share: the cell is its number in the column's dictionary.
 */
export type CellType = 'u8' | 'u16' | 'u32' | 'u64' | 'ms' | 'address' | 'country' | 'text' | 'term'

export interface ColumnSpec {
  /** In {@link Columns} and in the store's table alike. */
  readonly name: string
  readonly cell: CellType
  /** As the Native block says it; the table's own type is the same, or one ClickHouse converts to. */
  readonly type: string
  /** One sentence for the documentation, with the unit. */
  readonly doc: string
}

/** Bytes a cell takes in a block; 0 for text, which is kept beside. */
export const cellBytes: Readonly<Record<CellType, number>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  ms: 8,
  address: 16,
  country: 2,
  text: 0,
  term: 2,
}

const nativeTypes: Readonly<Record<CellType, string>> = {
  u8: 'UInt8',
  u16: 'UInt16',
  u32: 'UInt32',
  u64: 'UInt64',
  ms: "DateTime64(3, 'UTC')",
  address: 'IPv6',
  country: 'FixedString(2)',
  text: 'String',
  term: 'LowCardinality(String)',
}

export function column<N extends string, C extends CellType>(name: N, cell: C, doc: string) {
  return { name, cell, type: nativeTypes[cell], doc } as const
}

/** Position of each column. */
export function indexOf<S extends ColumnSpec>(columns: readonly S[]): Readonly<Record<S['name'], number>> {
  return Object.fromEntries(columns.map(({ name }, index) => [name, index])) as Record<S['name'], number>
}

/** Array elements of a cell. */
export function perRow(cell: CellType): number {
  return cell === 'address' ? 4 : cell === 'u64' || cell === 'ms' ? 2 : 1
}
