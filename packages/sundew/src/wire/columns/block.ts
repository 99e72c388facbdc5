import type { Columns } from './columns.ts'
import { type CellType, cellBytes, type ColumnSpec } from './layout.ts'
import type { Terms } from './terms.ts'

/** The longest text a cell carries, bytes; decoders keep theirs far below. */
const maxTextBytes = 64 * 1024

/**
 * The rows as one block of ClickHouse's Native format, in pieces that share memory with the columns: do not write to them
 * while the pieces are in use. Only columns that the batch carries are in it; the table's defaults stand for the rest. Empty
 * without rows.
 *
 * Shape: varint columns, varint rows, then of each column its name, its type (strings with a varint length) and its cells.
 */
export function nativeBlock<S extends ColumnSpec>(columns: Columns<S>): Uint8Array[] {
  const { rows } = columns
  if (rows === 0) return []
  const carried = blockColumns(columns)
  const pieces: Uint8Array[] = []
  let head = [varint(carried.length), varint(rows)]
  for (const index of carried) {
    const { name, type, cell } = columns.specs[index]!
    const cells = columns.cellsAt(index)
    const terms = columns.termsAt(index)
    head.push(string(name), string(type))
    if (terms) head.push(...dictionary(terms, rows))
    pieces.push(Buffer.concat(head))
    pieces.push(Array.isArray(cells) ? texts(cells, rows) : bytesOf(cells, cell, rows))
    head = []
  }
  return pieces
}

/** Indices of the columns that {@link nativeBlock} carries, ascending. */
export function blockColumns<S extends ColumnSpec>(columns: Columns<S>): number[] {
  return columns.specs.flatMap((_, index) => (columns.carries(index) ? [index] : []))
}

function bytesOf(cells: Uint8Array | Uint16Array | Uint32Array, cell: CellType, rows: number): Uint8Array {
  return new Uint8Array(cells.buffer, cells.byteOffset, rows * cellBytes[cell])
}

/** Keys of a LowCardinality column come with its block, and nothing else is shared with others. */
const version = 1n
/** Numbers are of 16 bits; keys follow; they are a new dictionary. */
const uint16 = 1n
const hasKeys = 1n << 9n
const isNew = 1n << 10n

/** What a LowCardinality column has before its numbers: the dictionary. */
function dictionary(terms: Terms, rows: number): Uint8Array[] {
  return [uint64(version, uint16 | hasKeys | isNew, BigInt(terms.count)), terms.bytes, uint64(BigInt(rows))]
}

function uint64(...numbers: bigint[]): Uint8Array {
  const bytes = Buffer.alloc(numbers.length * 8)
  for (const [index, number] of numbers.entries()) bytes.writeBigUInt64LE(number, index * 8)
  return bytes
}

function texts(cells: readonly (string | undefined)[], rows: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (let row = 0; row < rows; row++) {
    const text = Buffer.from(cells[row] ?? '', 'utf8').subarray(0, maxTextBytes)
    parts.push(varint(text.length), text)
  }
  return Buffer.concat(parts)
}

function string(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([varint(bytes.length), bytes])
}

/** LEB128. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
  return Uint8Array.from(bytes)
}
