import { ascii, find } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed } from '../parser.ts'
import { noAddress } from './address.ts'
import { readCiscoEndpoint } from './cisco-endpoint.ts'
import { takeInterface } from './cisco-words.ts'
import { type Cursor, numberAt } from './scan.ts'

const [blank, comma] = [0x20, 0x2c]
const fromWord = ascii(' from ')
const toWord = ascii(' to ')
const laddrWord = ascii('laddr ')
const typeWord = ascii('type=')
const codeWord = ascii('code=')

/** Reads `Denied ICMP type=8, code=0 from [laddr] a on interface outside [to b: no matching session]`; to the firewall itself. */
export function readDeniedIcmp(cursor: Cursor, into: FirewallRow, id: number): FirewallParsed {
  const { line, at, to } = cursor
  const from = find(line, at, to, fromWord)
  const typeAt = find(line, at, from, typeWord)
  if (typeAt < 0) return 'malformed'
  const type = number(line, typeAt + typeWord.length, from)
  const codeAt = find(line, at, from, codeWord)
  const code = codeAt < 0 ? 0 : number(line, codeAt + codeWord.length, from)
  if (type < 0 || code < 0) return 'malformed'
  into.protocol = id === 313_008 ? 58 : 1
  into.destinationPort = type * 256 + code
  cursor.at = from + fromWord.length
  cursor.takeWord(laddrWord)
  if (readCiscoEndpoint(cursor, into.source) === noAddress) return 'malformed'
  takeInterface(cursor, into.inInterface)
  if (id !== 313_004) return 'told'
  const target = find(line, cursor.at, to, toWord)
  if (target < 0) return 'malformed'
  cursor.at = target + toWord.length
  return readCiscoEndpoint(cursor, into.destination) === noAddress ? 'malformed' : 'told'
}

/** A number of up to 255 that stands here, before a comma, a blank or the end. */
function number(line: Uint8Array, from: number, to: number): number {
  let end = from
  while (end < to && line[end] !== comma && line[end] !== blank) end++
  return numberAt(line, from, end, 255)
}
