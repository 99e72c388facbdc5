import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, find, indexOf } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed } from '../parser.ts'
import { noAddress, readEndpoint } from './address.ts'
import { readProtocol } from './number.ts'
import { Cursor, setSpan } from './scan.ts'

const [blank, colon] = [0x20, 0x3a]
const events: readonly (readonly [Uint8Array, number])[] = [
  [ascii('%FW-6-DROP_PKT: '), firewallKinds.block],
  [ascii('%FW-6-PASS_PKT: '), firewallKinds.allow],
]
const verbs = [ascii('Dropping '), ascii('Passing ')]
const sessionWord = ascii(' session ')
const packetWord = ascii(' pkt ')
const fromWord = ascii('from ')
const arrow = ascii(' => ')
const pairWord = ascii(' zone-pair ')
const targetWord = ascii(')-(')
const cursor = new Cursor()

/**
 * Reads what the zone-based firewall of IOS (`%FW-6-DROP_PKT: Dropping tcp session a:p b:p on zone-pair name class name due to …`)
 * or of IOS XE (`%IOSXE-6-PLATFORM: … %FW-6-DROP_PKT: Dropping tcp pkt from GigabitEthernet0/0/1 a:p => b:p(target:class)-(name:class)
 * due to …`) did with a packet. The zone pair is the rule.
 */
export function readZoneDecision(
  line: Uint8Array,
  from: number,
  to: number,
  into: FirewallRow,
): FirewallParsed {
  let at = -1
  for (const [event, kind] of events) {
    at = find(line, from, to, event)
    if (at < 0) continue
    into.kind = kind
    at += event.length
    break
  }
  if (at < 0) return 'other'
  cursor.set(line, at, to)
  if (!protocol(into) || !ends(into)) return 'malformed'
  zonePair(into, at)
  return 'told'
}

/** `Dropping tcp session `, `Passing icmp pkt `, ` pkt from GigabitEthernet0/0/1 `. */
function protocol(into: FirewallRow): boolean {
  const { line, at, to } = cursor
  for (const verb of verbs) {
    const found = find(line, at, to, verb)
    if (found < 0) continue
    cursor.at = found + verb.length
    const start = cursor.at
    cursor.skipTo(blank)
    const number = readProtocol(line, start, cursor.at)
    into.protocol = Math.max(0, number)
    if (!cursor.takeWord(sessionWord) && !cursor.takeWord(packetWord)) return false
    if (cursor.takeWord(fromWord)) {
      const name = cursor.at
      cursor.skipTo(blank)
      setSpan(into.inInterface, line, name, cursor.at)
      cursor.take(blank)
    }
    return number >= 0
  }
  return false
}

/** `a:p b:p` or `a:p => b:p`; ICMP's type is not told. */
function ends(into: FirewallRow): boolean {
  const source = readEndpoint(cursor, into.source)
  if (source === noAddress || (!cursor.takeWord(arrow) && !cursor.take(blank))) return false
  const destination = readEndpoint(cursor, into.destination)
  if (destination === noAddress) return false
  if (into.protocol === 1 || into.protocol === 58) return true
  into.sourcePort = Math.max(0, source)
  into.destinationPort = Math.max(0, destination)
  return true
}

function zonePair(into: FirewallRow, from: number): void {
  const { line, to } = cursor
  const pair = find(line, from, to, pairWord)
  const target = find(line, from, to, targetWord)
  if (pair < 0 && target < 0) return
  const start = pair < 0 ? target + targetWord.length : pair + pairWord.length
  const end = indexOf(line, start, to, pair < 0 ? colon : blank)
  setSpan(into.rule, line, start, end < 0 ? to : end)
}
