import { mappedWord } from '../../../match/words.ts'
import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, decimal, find, indexOf, lastIndexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { noAddress, noPort } from './address.ts'
import { readAccessList } from './cisco-access-list.ts'
import { readBuilt, readBuiltIcmp } from './cisco-built.ts'
import { readCiscoEndpoint } from './cisco-endpoint.ts'
import { readFtdConnection } from './cisco-ftd.ts'
import { readDeniedIcmp } from './cisco-icmp.ts'
import { interfaceWord, readIpProtocol, takeInterface } from './cisco-words.ts'
import { tcpFlag } from './number.ts'
import { Cursor, setSpan } from './scan.ts'
import { afterPriority, startsWithAny } from './values.ts'

const [blank, quote, colon, hyphen, open, percent] = [0x20, 0x22, 0x3a, 0x2d, 0x28, 0x25]
const products = ['%ASA-', '%FTD-', '%PIX-', '%FWSM-', '%NGIPS-'].map((name) => ascii(name))
/** Bytes of `%ASA-session-6-106100:` at most. */
const longestId = 32

const sourceWord = ascii(' src ')
const destinationWord = ascii(' dst ')
const olderDestinationWord = ascii(' dest ')
const fromWord = ascii(' from ')
const toWord = ascii(' to ')
const typeWord = ascii('(type ')
const codeWord = ascii(', code ')
const groupWord = ascii('access-group ')
const outboundWord = ascii('outbound list ')
const flagsWord = ascii(' flags ')
const patWord = ascii('PAT address ')
const denyWord = ascii('Deny ')
const protocolWord = ascii('protocol ')

/**
 * Cisco's ASA, FTD, PIX and FWSM (Syslog Messages of the Secure Firewall ASA): `%ASA-4-106023: Deny tcp src outside:a/p dst inside:b/p
 * by access-group "name" [0x0, 0x0]` and its like. What was built (302013 …) is allowed; its teardown is no decision, and
 * does not say who began. Where names stand for addresses (`names`) the line is malformed.
 */
class CiscoAsa implements FirewallParser {
  readonly format = 'cisco-asa'
  readonly #cursor = new Cursor()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    return messageId(line, idAt(line, from, to), to) >= 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const start = idAt(line, from, to)
    const id = messageId(line, start, to)
    if (id < 0) return 'malformed'
    const cursor = this.#cursor
    cursor.set(line, indexOf(line, start, to, colon) + 1, to)
    while (cursor.take(blank));
    const parsed = read(id, cursor, into)
    // ICMP is called so in both versions of IP.
    if (into.protocol === 1 && into.source[2] !== mappedWord) into.protocol = 58
    return parsed
  }
}

export const ciscoAsa: FirewallParser = new CiscoAsa()

function read(id: number, cursor: Cursor, into: FirewallRow): FirewallParsed {
  switch (id) {
    case 106002:
    case 106010:
    case 106011:
    case 106014:
    case 106018:
    case 106023:
    case 313005:
      into.kind = firewallKinds.block
      return sourceAndDestination(cursor, into)
    case 106001:
    case 106006:
    case 106007:
    case 106012:
    case 106013:
    case 106015:
    case 106016:
    case 106017:
    case 106020:
    case 106021:
    case 106022:
    case 710003:
    case 710005:
      into.kind = firewallKinds.block
      return fromAndTo(cursor, into, id)
    case 710002:
      into.kind = firewallKinds.allow
      return fromAndTo(cursor, into, id)
    case 106100:
    case 106102:
      return readAccessList(cursor, into)
    case 302013:
    case 302015:
      into.kind = firewallKinds.allow
      return readBuilt(cursor, into)
    case 302020:
      into.kind = firewallKinds.allow
      return readBuiltIcmp(cursor, into)
    case 313001:
    case 313004:
    case 313008:
      into.kind = firewallKinds.block
      return readDeniedIcmp(cursor, into, id)
    case 430002:
    case 430003:
      return readFtdConnection(cursor, into)
    default:
      return 'other'
  }
}

/** Where `%` stands, behind a priority and a colon. */
function idAt(line: Uint8Array, from: number, to: number): number {
  let at = afterPriority(line, from, to)
  while (at < to && (line[at] === colon || line[at] === blank)) at++
  return at
}

/** The six digits of `%ASA-4-106023:`; -1 where it is none such. */
function messageId(line: Uint8Array, at: number, to: number): number {
  if (at >= to || line[at] !== percent) return -1
  if (!startsWithAny(line, at, to, products)) return -1
  const end = indexOf(line, at, Math.min(to, at + longestId), colon)
  const start = lastIndexOf(line, at, end, hyphen) + 1
  return end - start === 6 ? decimal(line, start, end) : -1
}

/** `Deny tcp src outside:a/p dst inside:b/p [(type 8, code 0)] by access-group "name"`. */
function sourceAndDestination(cursor: Cursor, into: FirewallRow): FirewallParsed {
  const { line, at, to } = cursor
  const source = find(line, at, to, sourceWord)
  if (source < 0) return 'malformed'
  const outbound = find(line, at, source, outboundWord)
  if (outbound >= 0) {
    // `udp Connection denied by outbound list name src`, `ICMP packet type 8 denied by …`
    setSpan(into.rule, line, outbound + outboundWord.length, source)
    if (!readIpProtocol(line, at, indexOf(line, at, to, blank), into)) return 'malformed'
  } else if (!readIpProtocol(line, lastIndexOf(line, at, source, blank) + 1, source, into)) return 'malformed'
  cursor.at = source + sourceWord.length
  if (!endpoint(cursor, into, true)) return 'malformed'
  if (!cursor.takeWord(destinationWord) && !cursor.takeWord(olderDestinationWord)) return 'malformed'
  if (!endpoint(cursor, into, false)) return 'malformed'
  if (!types(cursor, into)) return 'malformed'
  group(cursor, into)
  return 'told'
}

/** `Inbound TCP connection denied from a/p to b/p flags SYN on interface outside`. */
function fromAndTo(cursor: Cursor, into: FirewallRow, id: number): FirewallParsed {
  const { line, at, to } = cursor
  const from = find(line, at, to, fromWord)
  if (from < 0) return 'malformed'
  if (!protocolOf(cursor, into, id)) return 'malformed'
  cursor.at = from + fromWord.length
  cursor.take(open)
  const source = readCiscoEndpoint(cursor, into.source)
  // Behind the bracket of `(a)`.
  cursor.skipTo(blank)
  if (source === noAddress || !cursor.takeWord(toWord)) return 'malformed'
  cursor.takeWord(patWord)
  const face = id >= 710_000 ? into.inInterface : undefined
  const destination = readCiscoEndpoint(cursor, into.destination, face)
  if (destination === noAddress) return 'malformed'
  into.sourcePort = Math.max(0, source)
  into.destinationPort = id === 106_013 ? 8 * 256 : Math.max(0, destination)
  flags(cursor, into)
  takeInterface(cursor, into.inInterface)
  return 'told'
}

/** The protocol that a message of this number is about; `IP` is any, and told as none. */
function protocolOf(cursor: Cursor, into: FirewallRow, id: number): boolean {
  const { line, at, to } = cursor
  if (id === 106_001 || id === 106_015) into.protocol = 6
  if (id === 106_006 || id === 106_007) into.protocol = 17
  if (id === 106_013) into.protocol = 1
  if (id >= 710_000) return readIpProtocol(line, at, indexOf(line, at, to, blank), into)
  if (id !== 106_021 && id !== 106_022) return true
  if (!cursor.takeWord(denyWord)) return false
  cursor.takeWord(protocolWord)
  return readIpProtocol(line, cursor.at, indexOf(line, cursor.at, to, blank), into)
}

function endpoint(cursor: Cursor, into: FirewallRow, source: boolean): boolean {
  const face = source ? into.inInterface : into.outInterface
  const port = readCiscoEndpoint(cursor, source ? into.source : into.destination, face)
  if (port === noAddress) return false
  if (source) into.sourcePort = Math.max(0, port)
  else into.destinationPort = port === noPort ? 0 : port
  return true
}

/** ` (type 8, code 0)`, where it stands here; ICMP has no ports beside it. */
function types(cursor: Cursor, into: FirewallRow): boolean {
  if (into.protocol !== 1 && into.protocol !== 58) return true
  into.sourcePort = into.destinationPort = 0
  while (cursor.take(blank));
  if (!cursor.takeWord(typeWord)) return true
  const type = cursor.number(255)
  const code = cursor.takeWord(codeWord) ? cursor.number(255) : -1
  if (type < 0 || code < 0) return false
  into.destinationPort = type * 256 + code
  return true
}

/** `by access-group "name"`; in older ones without quotes. */
function group(cursor: Cursor, into: FirewallRow): void {
  const { line, at, to } = cursor
  const start = find(line, at, to, groupWord)
  if (start < 0) return
  cursor.at = start + groupWord.length
  const end = cursor.take(quote) ? quote : blank
  const name = cursor.at
  cursor.skipTo(end)
  setSpan(into.rule, line, name, cursor.at)
}

/** ` flags SYN ACK  on interface`. */
function flags(cursor: Cursor, into: FirewallRow): void {
  if (!cursor.takeWord(flagsWord)) return
  const { line, to } = cursor
  while (cursor.at < to && !startsWith(line, cursor.at, to, interfaceWord)) {
    const start = cursor.at
    cursor.skipTo(blank)
    if (cursor.at - start === 3) into.tcpFlags |= tcpFlag(line, start)
    while (cursor.take(blank));
  }
}
