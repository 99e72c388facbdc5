import type { CellType } from '../../wire/columns/layout.ts'
import { type FlowColumnName, flowColumns } from '../../wire/flow/layout.ts'

/** What can be told of a flow: the table's columns, and what is reckoned of them. */
export type FlowField = FlowColumnName | 'bytes' | 'packets' | 'flow_end'

const cells = new Map<FlowField, CellType>([
  ...flowColumns.map(({ name, cell }) => [name, cell] as const),
  ['bytes', 'u64'],
  ['packets', 'u64'],
  ['flow_end', 'ms'],
])

export const flowFields: readonly FlowField[] = [...cells.keys()]

/** Told where nothing else is asked for. */
export const usualFields: readonly FlowField[] = [
  'flow_start',
  'duration_ms',
  'protocol',
  'source_ip',
  'source_port',
  'destination_ip',
  'destination_port',
  'tcp_flags',
  'packets',
  'bytes',
]

/**
 * SQL of what a field is told as: addresses without `::ffff:`, times as RFC 3339, MAC addresses with colons; empty where
 * there is none.
 */
export function readableSql(field: FlowField, column: string): string {
  switch (cells.get(field)!) {
    case 'ms':
      return timeSql(column)
    case 'address':
      return addressSql(column)
    case 'country':
      return `toStringCutToZero(${column})`
    case 'u64':
      return field.endsWith('_mac') ? `if(${column} = 0, '', MACNumToString(${column}))` : column
    case 'u8':
    case 'u16':
    case 'u32':
    case 'text':
    case 'term':
      return column
  }
}

/** SQL: an IPv6 column as text. */
export function addressSql(column: string): string {
  const text = `toString(${column})`
  return `multiIf(${column} = toIPv6('::'), '', startsWith(${text}, '::ffff:') AND position(${text}, '.') > 0, substring(${text}, 8), ${text})`
}

/** SQL: a DateTime64(3) or DateTime as RFC 3339. */
export function timeSql(column: string): string {
  return `concat(replaceOne(toString(toTimeZone(${column}, 'UTC')), ' ', 'T'), 'Z')`
}
