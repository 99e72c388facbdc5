import { mappedWord } from '../../../match/words.ts'
import { ascii, find, indexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { hexDigit, readAddress } from './address.ts'
import { readNexusFlow } from './cisco-nexus.ts'
import { readZoneDecision } from './cisco-zone.ts'
import { readProtocol } from './number.ts'
import { actionOf } from './scan-action.ts'
import { Cursor, setSpan } from './scan.ts'
import { afterPriority, startsWithAny } from './values.ts'

const [blank, open, close, slash, colon, percent, dot] = [0x20, 0x28, 0x29, 0x2f, 0x3a, 0x25, 0x2e]
/** Bytes of `%FACILITY-6-MNEMONIC:` at most. */
const longestMnemonic = 64
const aclLog = ascii('ACCESSLOG')
/** What a router left out of its log. */
const limited = ascii('ACCESSLOGRL')
const nexusLog = ascii('%ACLLOG-')
/** IOS XE's firewall writes within what its platform tells. */
const zoneLogs = [ascii('%FW-'), ascii('%IOSXE-')]
const listWord = ascii('list ')
const arrow = ascii('->')

/**
 * Cisco's IOS, IOS XE and NX-OS, lines of access lists with `log` or `log-input` (its "Understanding Access Control List Logging"):
 * `%SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.9(41234) (Gi0/1 0017.1088.bc02) -> 192.0.2.1(23), 1 packet`. A line is one row, of
 * however many packets it tells. The zone-based firewall's packets are read as well. All other messages are no decisions.
 */
class CiscoIos implements FirewallParser {
  readonly format = 'cisco-ios'
  readonly #cursor = new Cursor()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    return mnemonicEnd(line, afterPriority(line, from, to), to) >= 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const start = afterPriority(line, from, to)
    const end = mnemonicEnd(line, start, to)
    if (end < 0) return 'malformed'
    if (startsWith(line, start, end, nexusLog)) return readNexusFlow(line, end + 1, to, into)
    if (startsWithAny(line, start, end, zoneLogs)) return readZoneDecision(line, start, to, into)
    if (find(line, start, end, aclLog) < 0 || find(line, start, end, limited) >= 0) return 'other'
    const list = find(line, end, to, listWord)
    if (list < 0) return 'malformed'
    const cursor = this.#cursor
    cursor.set(line, list + listWord.length, to)
    return entry(cursor, into) ? 'told' : 'malformed'
  }
}

export const ciscoIos: FirewallParser = new CiscoIos()

/** The colon behind `%FACILITY-6-MNEMONIC`; -1 where it is none such, or a number as an ASA has. */
function mnemonicEnd(line: Uint8Array, from: number, to: number): number {
  if (from >= to || line[from] !== percent) return -1
  const last = Math.min(to, from + longestMnemonic)
  let at = from + 1
  while (at < last && isName(line[at]!)) at++
  // The severity, of one digit.
  if (at + 3 >= last || line[at] !== 0x2d || line[at + 2] !== 0x2d || at === from + 1) return -1
  if (line[at + 1]! < 0x30 || line[at + 1]! > 0x37) return -1
  at += 3
  if (line[at]! < 0x41 || line[at]! > 0x5a) return -1
  while (at < last && isName(line[at]!)) at++
  return at < last && line[at] === colon ? at : -1
}

function isName(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f
}

/** `101 denied tcp a(p) (interface mac) -> b(p), 1 packet`; of a standard list without protocol and destination. */
function entry(cursor: Cursor, into: FirewallRow): boolean {
  const { line, at } = cursor
  cursor.skipTo(blank)
  setSpan(into.rule, line, at, cursor.at)
  cursor.take(blank)
  let start = cursor.at
  cursor.skipTo(blank)
  into.kind = actionOf(line, start, cursor.at)
  cursor.take(blank)
  start = cursor.at
  if (readAddress(cursor, into.source)) return cursor.peek() === blank || cursor.peek() === -1
  cursor.at = start
  cursor.skipTo(blank)
  const protocol = readProtocol(line, start, cursor.at)
  if (protocol < 0) return false
  cursor.take(blank)
  if (!readAddress(cursor, into.source)) return false
  into.protocol = protocol
  if (cursor.peek() === open && !port(cursor, into, true)) return false
  if (!inputAndArrow(cursor, into)) return false
  while (cursor.take(blank));
  if (!readAddress(cursor, into.destination)) return false
  if (protocol === 1 && into.source[2] !== mappedWord) into.protocol = 58
  while (cursor.take(blank));
  return cursor.peek() !== open || port(cursor, into, false)
}

/** `(41234)`; of ICMP `(8/0)`, its type and code; of IGMP `(20)`, its type, which is not kept. */
function port(cursor: Cursor, into: FirewallRow, source: boolean): boolean {
  const { at } = cursor
  cursor.take(open)
  const first = cursor.number(0xffff)
  if (first < 0 || (!cursor.take(close) && cursor.peek() !== slash)) {
    // An interface, or the first of two numbers is too large.
    cursor.at = at
    return source
  }
  if (source) {
    into.sourcePort = first
    return true
  }
  const code = cursor.take(slash) ? cursor.number(255) : -1
  if (into.protocol === 1 || into.protocol === 58) {
    into.sourcePort = 0
    if (first > 255 || code < 0) return false
    into.destinationPort = first * 256 + code
    return true
  }
  into.destinationPort = into.protocol === 2 ? 0 : first
  return code < 0
}

/** ` (GigabitEthernet0/1 0017.1088.bc02) -> `, ` (Serial0) -> `, ` Port-channel20-> ` or `->`. */
function inputAndArrow(cursor: Cursor, into: FirewallRow): boolean {
  const { line, to } = cursor
  const end = find(line, cursor.at, to, arrow)
  if (end < 0) return false
  let { at } = cursor
  while (at < end && (line[at] === blank || line[at] === open)) at++
  let name = at
  while (name < end && line[name] !== blank && line[name] !== close) name++
  setSpan(into.inInterface, line, at, name)
  if (name < end && line[name] === blank) readDottedMac(line, name + 1, indexOf(line, name, end, close), into)
  cursor.at = end + arrow.length
  return true
}

/** Reads `0017.1088.bc02` into the row, where it is one. */
function readDottedMac(line: Uint8Array, from: number, to: number, into: FirewallRow): void {
  if (to - from !== 14 || line[from + 4] !== dot || line[from + 9] !== dot) return
  const high = fourDigits(line, from)
  const middle = fourDigits(line, from + 5)
  const low = fourDigits(line, from + 10)
  if (high < 0 || middle < 0 || low < 0) return
  into.macHigh = high
  into.macLow = middle * 65_536 + low
}

function fourDigits(line: Uint8Array, at: number): number {
  let value = 0
  for (let index = 0; index < 4; index++) {
    const digit = hexDigit(line[at + index]!)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}
