import { firewallColumns, type FirewallColumnName } from '../../wire/firewall/layout.ts'
import { addressSql, timeSql } from '../flows/fields.ts'

export const firewallFields = firewallColumns.map(({ name }) => name) as [
  FirewallColumnName,
  ...FirewallColumnName[],
]

const cells = new Map(firewallColumns.map(({ name, cell }) => [name, cell] as const))

/**
 * SQL of what a column is told as: times as RFC 3339, addresses without `::ffff:`, the MAC address with colons, empty where there is
 * none; text as UTF-8, with U+FFFD for what is none.
 */
export function firewallSql(field: FirewallColumnName, column: string): string {
  if (field === 'kind') return `toString(${column})`
  switch (cells.get(field)!) {
    case 'ms':
      return timeSql(column)
    case 'address':
      return addressSql(column)
    case 'country':
      return `toStringCutToZero(${column})`
    case 'u64':
      return `if(${column} = 0, '', MACNumToString(${column}))`
    case 'u8':
    case 'u16':
    case 'u32':
      return column
    default:
      return `toValidUTF8(toString(${column}))`
  }
}
