import { isDigit } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { Csv } from './csv.ts'
import { type Field, hasSession, malformed, readField } from './fields.ts'
import { Names } from './names.ts'
import { afterPriority } from './values.ts'

const [typeColumn, applicationColumn] = [3, 14]
/** Columns of a TRAFFIC line, from 0, that are read; their places are the same in PAN-OS 8 to 11. */
const columns: readonly (readonly [number, Field])[] = [
  [7, 'source'],
  [8, 'destination'],
  [9, 'natSource'],
  [10, 'natDestination'],
  [11, 'rule'],
  [18, 'inInterface'],
  [19, 'outInterface'],
  [24, 'sourcePort'],
  [25, 'destinationPort'],
  [26, 'natSourcePort'],
  [27, 'natDestinationPort'],
  [29, 'protocol'],
  [30, 'action'],
  [32, 'length'],
]
const lastColumn = 32
/** Types of PAN-OS's logs. */
const types = new Names([
  'TRAFFIC',
  'THREAT',
  'SYSTEM',
  'CONFIG',
  'HIPMATCH',
  'HIP-MATCH',
  'GLOBALPROTECT',
  'USERID',
  'IPTAG',
  'DECRYPTION',
  'TUNNEL',
  'SCTP',
  'GTP',
  'AUTHENTICATION',
  'AUTH',
  'CORRELATION',
  'WILDFIRE',
  'DATA',
  'URL',
  'AUDIT',
])
const traffic = 0
/** App-IDs that are an ICMP echo request. */
const pings = new Names(['ping', 'ping6'])

/**
 * Palo Alto's PAN-OS (its "Traffic Log Fields"): `1,2026/11/25 22:37:16,SERIAL,TRAFFIC,drop,…`. A session has a line when it has ended,
 * and where a rule says so one when it starts: each is told, so that a rule should log one of them. All other types are no decisions.
 */
class PaloAlto implements FirewallParser {
  readonly format = 'paloalto'
  readonly #csv = new Csv(lastColumn + 1)

  accepts(line: Uint8Array, from: number, to: number): boolean {
    const at = afterPriority(line, from, to)
    return isHeader(line, at, to) && this.#type(line, at, to) >= 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const at = afterPriority(line, from, to)
    const type = this.#type(line, at, to)
    if (type !== traffic) return type < 0 ? 'malformed' : 'other'
    const csv = this.#csv
    // All columns to the action, and a comma behind it: the last one of a line that is cut is none.
    if (csv.split(line, at, to) <= 31) return 'malformed'
    let told = 0
    for (const [column, field] of columns) {
      const had = readField(field, line, csv.from(column), csv.to(column), into)
      if (had === malformed) return 'malformed'
      told |= had
    }
    if (told !== hasSession) return 'malformed'
    if (into.protocol === 1 || into.protocol === 58) {
      const ping = pings.find(line, csv.from(applicationColumn), csv.to(applicationColumn))
      into.sourcePort = 0
      into.destinationPort = ping < 0 ? 0 : into.protocol === 1 ? 8 * 256 : 128 * 256
    }
    return 'told'
  }

  #type(line: Uint8Array, from: number, to: number): number {
    this.#csv.split(line, from, to, typeColumn + 1)
    return types.find(line, this.#csv.from(typeColumn), this.#csv.to(typeColumn))
  }
}

export const paloAlto: FirewallParser = new PaloAlto()

/** Whether a line begins with up to three digits, a comma and a year: `1,2026/11/25 …` or `1,2026-11-25T…`. */
function isHeader(line: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && at < from + 3 && isDigit(line[at])) at++
  if (at + 11 > to || line[at++] !== 0x2c) return false
  for (let year = 0; year < 4; year++) if (!isDigit(line[at++])) return false
  return line[at] === 0x2f || line[at] === 0x2d
}
