import { ascii } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed } from '../parser.ts'
import { noAddress } from './address.ts'
import { readAccessEndpoint } from './cisco-endpoint.ts'
import { readIpProtocol } from './cisco-words.ts'
import { actionOf } from './scan-action.ts'
import { type Cursor, setSpan } from './scan.ts'

const blank = 0x20
const listWord = ascii('access-list ')
const userWord = ascii('for user ')
const arrow = ascii('->')

/** Reads `access-list name denied tcp outside/a(p) -> inside/b(p) hit-cnt 1 first hit`. */
export function readAccessList(cursor: Cursor, into: FirewallRow): FirewallParsed {
  const { line } = cursor
  if (!cursor.takeWord(listWord)) return 'malformed'
  let start = cursor.at
  cursor.skipTo(blank)
  setSpan(into.rule, line, start, cursor.at)
  cursor.take(blank)
  start = cursor.at
  cursor.skipTo(blank)
  into.kind = actionOf(line, start, cursor.at)
  cursor.take(blank)
  start = cursor.at
  cursor.skipTo(blank)
  if (!readIpProtocol(line, start, cursor.at, into)) return 'malformed'
  cursor.take(blank)
  if (cursor.takeWord(userWord)) {
    cursor.skipTo(blank)
    cursor.take(blank)
  }
  const source = readAccessEndpoint(cursor, into.source, into.inInterface)
  while (cursor.take(blank));
  if (source === noAddress || !cursor.takeWord(arrow)) return 'malformed'
  while (cursor.take(blank));
  const destination = readAccessEndpoint(cursor, into.destination, into.outInterface)
  if (destination === noAddress) return 'malformed'
  if (into.protocol !== 1 && into.protocol !== 58) {
    into.sourcePort = source
    into.destinationPort = destination
  } else if (source > 255 || destination > 255) return 'malformed'
  else into.destinationPort = source * 256 + destination
  return 'told'
}
