import type { FlowColumns } from '../flow/columns.ts'
import type { DomainNames } from './domain.ts'
import { hexadecimal, applicationText, textOf, unsigned, valueOf } from './values.ts'
import { lowWord, highWord } from './interpret.ts'
import type { Detail } from './plan.ts'

/** Reads a frame's (`ethernet`) or a packet's (`ip`) first bytes into a row. Touches the columns it writes. */
export type FrameReader = (
  view: DataView,
  offset: number,
  length: number,
  layer: 'ethernet' | 'ip',
  columns: FlowColumns,
  row: number,
) => void

/** Bytes of an applicationId that tell one from another. */
const maxHexKey = 32

/** Writes what is more than a store: texts, frames, and elements without a column. */
export function describe(
  details: readonly Detail[],
  view: DataView,
  base: number,
  offsets: Int32Array,
  lengths: Int32Array,
  row: number,
  columns: FlowColumns,
  names: DomainNames,
  frame: FrameReader | undefined,
): void {
  for (const detail of details) {
    if (detail.detail === 'extra') {
      const values: Record<string, unknown> = {}
      for (const { field, name, type } of detail.elements)
        values[name] ??= valueOf(type, view, base + offsets[field]!, lengths[field]!)
      columns.cells('extra')[row] = JSON.stringify(values)
      continue
    }
    const at = base + offsets[detail.field]!
    const length = lengths[detail.field]!
    switch (detail.detail) {
      case 'text': {
        const text = textOf(view, at, length)
        if (text !== '') columns.cells(detail.column)[row] = text
        break
      }
      case 'application': {
        const cells = columns.cells('application')
        if (length === 0 || cells[row] !== undefined) break
        cells[row] =
          names.applications.get(applicationKey(view, at, length)) ?? applicationText(view, at, length)
        break
      }
      case 'application-number': {
        const cells = columns.cells('application')
        const number = unsigned(view, at, length)
        if (cells[row] === undefined && number !== 0) cells[row] = String(number)
        break
      }
      case 'frame':
        readFrame(detail, view, at, length, { base, offsets, lengths, row, columns, frame })
        break
    }
  }
}

/** What an option's name and a record's id are joined by. */
export function applicationKey(view: DataView, at: number, length: number): string {
  return hexadecimal(view, at, Math.min(length, maxHexKey))
}

function readFrame(
  { layer, sizeField, counted }: Detail & { detail: 'frame' },
  view: DataView,
  at: number,
  length: number,
  of: {
    base: number
    offsets: Int32Array
    lengths: Int32Array
    row: number
    columns: FlowColumns
    frame: FrameReader | undefined
  },
): void {
  const { base, offsets, lengths, row, columns, frame } = of
  const bytes = columns.cells('raw_bytes')
  if (!counted) columns.cells('raw_packets')[row * 2] = 1
  if (bytes[row * 2] === 0 && bytes[row * 2 + 1] === 0) {
    const size = sizeField === undefined ? 0 : lengths[sizeField]!
    bytes[row * 2] = size === 0 ? length : lowWord(view, base + offsets[sizeField!]!, size)
    if (size > 4) bytes[row * 2 + 1] = highWord(view, base + offsets[sizeField!]!, size)
  }
  if (length > 0) frame?.(view, at, length, layer, columns, row)
}
