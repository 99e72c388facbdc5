import type { FlowColumns } from './columns.ts'
import { cellBytes, flowColumns } from './layout.ts'

/** The longest text a cell carries, bytes; decoders keep theirs far below. */
const maxTextBytes = 64 * 1024

/**
 * The rows as one block of ClickHouse's Native format, in pieces that share memory with the columns: do not write to them
 * while the pieces are in use. Only columns that the batch touched are in it, `source_ip` and `destination_ip` always; the
 * table's defaults stand for the rest. Empty without rows.
 *
 * Shape: varint columns, varint rows, then of each column its name, its type (strings with a varint length) and its cells.
 */
export function flowBlock(columns: FlowColumns): Uint8Array[] {
  const { rows } = columns
  if (rows === 0) return []
  const carried = blockColumns(columns)
  const pieces: Uint8Array[] = []
  let head = [varint(carried.length), varint(rows)]
  for (const index of carried) {
    const { name, type, cell } = flowColumns[index]!
    const cells = columns.cellsAt(index)
    pieces.push(Buffer.concat([...head, string(name), string(type)]))
    pieces.push(
      Array.isArray(cells)
        ? texts(cells, rows)
        : new Uint8Array(cells.buffer, cells.byteOffset, rows * cellBytes[cell]),
    )
    head = []
  }
  return pieces
}

/** Indices of the columns that {@link flowBlock} carries, ascending. */
export function blockColumns(columns: FlowColumns): number[] {
  return flowColumns.flatMap(({ name }, index) =>
    columns.touched[index] === 1 || name === 'source_ip' || name === 'destination_ip' ? [index] : [],
  )
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
