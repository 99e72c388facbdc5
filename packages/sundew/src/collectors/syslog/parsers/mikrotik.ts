import { ascii, find, indexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { noAddress, noPort, readEndpoint } from './address.ts'
import { readMac, readProtocol, tcpFlag } from './number.ts'
import { actionOf } from './scan-action.ts'
import { Cursor, setSpan } from './scan.ts'

const [blank, open, close, comma] = [0x20, 0x28, 0x29, 0x2c]
const inWord = ascii(': in:')
const outWord = ascii(' out:')
const arrow = ascii('->')
const topic = ascii('firewall,')
const protoWord = ascii('proto ')
const frameWord = ascii('eth-proto ')
const stateWord = ascii('connection-state:')
const macWord = ascii('src-mac ')
const typeWord = ascii('(type ')
const codeWord = ascii(', code ')
const natWord = ascii('NAT ')
const lengthWord = ascii('len ')
/** First topics of RouterOS's log (its manual, Log), where a line is of one of its other parts. */
const topics = (
  'firewall system dhcp interface wireless wireguard ipsec l2tp pptp ppp ssh dns script info warning error critical account ' +
  'route ospf bgp bridge caps hotspot ovpn radius sstp certificate ntp'
)
  .split(' ')
  .map((name) => ascii(`${name},`))

/**
 * MikroTik RouterOS 6 and 7 (its manual, Log and Filter): `PREFIX CHAIN: in:… out:…, connection-state:… src-mac …, proto TCP (SYN),
 * a:p->b:p, NAT (a:p->c:q)->b:p, len 60`. Frames that a bridge logs have `eth-proto 0800, UDP` instead. What a rule does is not said
 * but by its prefix and chain.
 */
class Mikrotik implements FirewallParser {
  readonly format = 'mikrotik'
  readonly #cursor = new Cursor()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    if (isTopics(line, from, to)) return true
    const at = find(line, from, to, inWord)
    return at >= 0 && find(line, at, to, outWord) >= 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const chainEnd = find(line, from, to, inWord)
    if (chainEnd < 0)
      return isTopics(line, from, to) && !startsWith(line, from, to, topic) ? 'other' : 'malformed'
    const cursor = this.#cursor
    cursor.set(line, chainEnd + inWord.length, to)
    if (!interfaces(cursor, into)) return 'malformed'
    const ruleStart = afterTopics(line, from, chainEnd)
    setSpan(into.rule, line, ruleStart, chainEnd)
    into.kind = actionOf(line, ruleStart, chainEnd)
    const which = middle(cursor, into)
    if (which !== 'told') return which
    if (!protocol(cursor, into)) return 'malformed'
    const icmp = into.destinationPort
    const source = readEndpoint(cursor, into.source)
    if (source === noAddress || !cursor.takeWord(arrow)) return 'malformed'
    const destination = readEndpoint(cursor, into.destination)
    if (destination === noAddress) return 'malformed'
    into.sourcePort = source === noPort ? 0 : source
    into.destinationPort = destination === noPort ? icmp : destination
    return rest(cursor, into) ? 'told' : 'malformed'
  }
}

export const mikrotik: FirewallParser = new Mikrotik()

function isTopics(line: Uint8Array, from: number, to: number): boolean {
  for (const name of topics) if (startsWith(line, from, to, name)) return true
  return false
}

/** Where the prefix starts: behind `firewall,info`, and a host's name before it. */
function afterTopics(line: Uint8Array, from: number, to: number): number {
  const at = find(line, from, to, topic)
  if (at < 0 || (at > from && line[at - 1] !== blank)) return from
  const end = indexOf(line, at, to, blank)
  return end < 0 ? from : end + 1
}

/** `ether1 out:(unknown 0), `. */
function interfaces(cursor: Cursor, into: FirewallRow): boolean {
  const { line, to, at } = cursor
  const out = find(line, at, to, outWord)
  if (out < 0) return false
  const end = indexOf(line, out, to, comma)
  if (end < 0) return false
  if (line[at] !== open) setSpan(into.inInterface, line, at, out)
  if (line[out + outWord.length] !== open) setSpan(into.outInterface, line, out + outWord.length, end)
  cursor.at = end + 1
  cursor.take(blank)
  return true
}

/** What stands before the protocol. */
function middle(cursor: Cursor, into: FirewallRow): FirewallParsed {
  const { line, to } = cursor
  while (cursor.at < to) {
    if (cursor.takeWord(protoWord)) return 'told'
    if (cursor.takeWord(frameWord)) {
      const end = indexOf(line, cursor.at, to, comma)
      if (end < 0) return 'other'
      cursor.at = end + 1
      cursor.take(blank)
      return 'told'
    }
    if (cursor.takeWord(macWord)) {
      if (!readMac(line, cursor.at, to, into)) return 'malformed'
      cursor.at += 17
    } else if (cursor.takeWord(stateWord)) {
      const start = cursor.at
      cursor.skipTo(blank)
      setSpan(into.state, line, start, line[cursor.at - 1] === comma ? cursor.at - 1 : cursor.at)
    } else cursor.skipTo(blank)
    while (cursor.take(comma) || cursor.take(blank));
  }
  return 'malformed'
}

/** `TCP (SYN,ACK), `, `ICMP (type 8, code 0), `, `UDP, `, `47, `. */
function protocol(cursor: Cursor, into: FirewallRow): boolean {
  const { line, to } = cursor
  const start = cursor.at
  let { at } = cursor
  while (at < to && line[at] !== comma && line[at] !== blank) at++
  const number = readProtocol(line, start, at)
  if (number < 0) return false
  into.protocol = number
  cursor.at = at
  if (cursor.take(blank)) {
    if (cursor.takeWord(typeWord)) {
      const type = cursor.number(255)
      const code = cursor.takeWord(codeWord) ? cursor.number(255) : -1
      if (type < 0 || code < 0) return false
      into.destinationPort = type * 256 + code
    } else if (cursor.take(open)) into.tcpFlags = flags(cursor)
    if (!cursor.take(close)) return false
  }
  return cursor.take(comma) && cursor.take(blank)
}

function flags(cursor: Cursor): number {
  const { line, to } = cursor
  let { at } = cursor
  let set = 0
  while (at + 2 < to && line[at] !== close) {
    set |= tcpFlag(line, at)
    at += 3
    if (line[at] === comma) at++
  }
  cursor.at = at
  return set
}

/** `, NAT …, prio 2->0, len 60`. */
function rest(cursor: Cursor, into: FirewallRow): boolean {
  while (cursor.take(comma)) {
    cursor.take(blank)
    if (cursor.takeWord(lengthWord)) {
      const length = cursor.number(0xffff_ffff)
      if (length < 0) return false
      into.length = length
    } else if (cursor.takeWord(natWord)) {
      if (!nat(cursor, into)) return false
    } else cursor.skipTo(comma)
  }
  return true
}

const before = new Uint32Array(4)

/** `(a:p->c:q)->b:p`, `a:p->(b:p->d:q)` or both: in brackets what was translated. */
function nat(cursor: Cursor, into: FirewallRow): boolean {
  const source = side(cursor, into.natSource)
  if (source === noAddress || !cursor.takeWord(arrow)) return false
  const destination = side(cursor, into.natDestination)
  if (destination === noAddress) return false
  into.natSourcePort = Math.max(0, source)
  into.natDestinationPort = Math.max(0, destination)
  return true
}

/** The port after translation; {@link noPort} where nothing was translated. */
function side(cursor: Cursor, into: Uint32Array): number {
  if (!cursor.take(open)) return readEndpoint(cursor, before) === noAddress ? noAddress : noPort
  if (readEndpoint(cursor, before) === noAddress || !cursor.takeWord(arrow)) return noAddress
  const port = readEndpoint(cursor, into)
  return cursor.take(close) ? port : noAddress
}
