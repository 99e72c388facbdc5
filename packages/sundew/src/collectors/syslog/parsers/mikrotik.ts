import { ascii, find, indexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { endpointAt, isIpv4, lastPort, noPort } from './address.ts'
import { cefEnd, cefMessage, isCef, otherPart } from './mikrotik-cef.ts'
import { arrowEnd, translated } from './mikrotik-nat.ts'
import { readMac, readProtocol, tcpFlag } from './number.ts'
import { actionOf } from './scan-action.ts'
import { digitsEnd, four, fourAt, numberAt, setSpan } from './scan.ts'
import { isStrangers } from './strangers.ts'

const [blank, quote, open, close, comma, colon] = [0x20, 0x22, 0x28, 0x29, 0x2c, 0x3a]
/** Bytes of a prefix and a chain at most, where no topics stand before them. */
const mostBefore = 256
const inWord = ascii(': in:')
const outWord = ascii(' out:')
const topic = ascii('firewall,')
const frameWord = ascii('eth-proto ')
const typeWord = ascii('(type ')
const codeWord = ascii(', code ')
const [inFour, outFour] = [': in', ' out'].map(four)
// Words that nearly every line has are compared four bytes at a time.
const [fire, wall, prot, src, mac, len, nat] = ['fire', 'wall', 'prot', 'src-', 'mac ', 'len ', 'NAT '].map(
  four,
)
const [conn, ecti, onState, tate, eth] = ['conn', 'ecti', 'on-s', 'tate', 'eth-'].map(four)
const ipFrames = [ascii('0800'), ascii('800'), ascii('86dd'), ascii('86DD')]
/** First topics of RouterOS's log (its manual, Log), where a line is of one of its other parts. */
const topics: (readonly Uint8Array[] | undefined)[] = []
for (const name of (
  'firewall system dhcp interface wireless wireguard ipsec l2tp pptp ppp ssh dns script info warning error critical account ' +
  'route ospf bgp bridge caps hotspot ovpn radius sstp certificate ntp'
).split(' ')) {
  const bytes = ascii(`${name},`)
  topics[bytes[0]!] = [...(topics[bytes[0]!] ?? []), bytes]
}
/** What {@link conditions} says of a frame that carries no IP. */
const noPacket = -2

/**
 * MikroTik RouterOS 6 and 7 (its manual, Log and Filter): `PREFIX CHAIN: in:… out:…, connection-state:… src-mac …, proto TCP (SYN),
 * a:p->b:p, NAT (a:p->c:q)->b:p, len 60`, as it is or within CEF. Frames that a bridge logs have `eth-proto 0800, UDP` instead. What a rule does is not said
 * but by its prefix and chain. Each part below is told where it begins and says where it ends, -1 where it is none such: a place that
 * is kept in a variable costs half of what one kept in an object does.
 */
class Mikrotik implements FirewallParser {
  readonly format = 'mikrotik'

  accepts(line: Uint8Array, from: number, to: number): boolean {
    if (isTopics(line, from, to) || isCef(line, from, to)) return true
    const at = chainEnd(line, from, Math.min(to, from + mostBefore))
    return at >= 0 && outAt(line, at + inWord.length, to) >= 0 && indexOf(line, from, at, quote) < 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    if (isFirewall(line, from, to)) return this.#message(line, from, to, into, true)
    if (isCef(line, from, to)) return this.#cef(line, from, to, into)
    return isOther(line, from, to) ? 'other' : this.#message(line, from, to, into, false)
  }

  #cef(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const at = cefMessage(line, from, to)
    if (at < 0) return at === otherPart ? 'other' : 'malformed'
    const end = cefEnd(line, at, to)
    return this.#message(line, at, end, into, isFirewall(line, at, end))
  }

  /** @param told its topics say that it is a firewall's */
  #message(line: Uint8Array, from: number, to: number, into: FirewallRow, told: boolean): FirewallParsed {
    const chain = chainEnd(line, from, to)
    if (chain < 0) return 'malformed'
    if (!told && isStrangers(line, from, chain)) return 'other'
    let at = interfaces(line, chain + inWord.length, to, into)
    if (at < 0) return 'malformed'
    const start = afterTopics(line, told ? from : find(line, from, chain, topic), from, chain)
    setSpan(into.rule, line, start, chain)
    into.kind = actionOf(line, start, chain)
    at = conditions(line, at, to, into)
    if (at < 0) return at === noPacket ? 'other' : 'malformed'
    at = protocol(line, at, to, into)
    if (at < 0) return 'malformed'
    at = endpointAt(line, at, to, into.source)
    if (at < 0) return 'malformed'
    const source = lastPort()
    at = arrowEnd(line, at, to)
    if (at < 0) return 'malformed'
    at = endpointAt(line, at, to, into.destination)
    if (at < 0) return 'malformed'
    const destination = lastPort()
    if (source !== noPort) into.sourcePort = source
    // ICMP has none: what it has instead is there already.
    if (destination !== noPort) into.destinationPort = destination
    if (into.protocol === 1 && !isIpv4(into.source)) into.protocol = 58
    return rest(line, at, to, into) ? 'told' : 'malformed'
  }
}

export const mikrotik: FirewallParser = new Mikrotik()

function isTopics(line: Uint8Array, from: number, to: number): boolean {
  return isFirewall(line, from, to) || isOther(line, from, to)
}

/** Whether it begins with topics, of whichever part. */
function isOther(line: Uint8Array, from: number, to: number): boolean {
  const names = from < to ? topics[line[from]!] : undefined
  if (names === undefined) return false
  for (const name of names) if (startsWith(line, from, to, name)) return true
  return false
}

/** How far each of the two can be moved on by the byte that stands where its last one should (Horspool). */
const [inMoves, outMoves] = [moves(inWord), moves(outWord)]

function moves(word: Uint8Array): Uint8Array {
  const far = new Uint8Array(256).fill(word.length)
  for (let at = 0; at < word.length - 1; at++) far[word[at]!] = word.length - 1 - at
  return far
}

/** Where `: in:` is, with which the chain's name ends. */
function chainEnd(line: Uint8Array, from: number, to: number): number {
  const last = to - inWord.length
  let at = from
  while (at <= last) {
    const byte = line[at + 4]!
    if (byte === colon && fourAt(line, at) === inFour) return at
    at += inMoves[byte]!
  }
  return -1
}

/** Where ` out:` is. */
function outAt(line: Uint8Array, from: number, to: number): number {
  const last = to - outWord.length
  let at = from
  while (at <= last) {
    const byte = line[at + 4]!
    if (byte === colon && fourAt(line, at) === outFour) return at
    at += outMoves[byte]!
  }
  return -1
}

/** Where the prefix starts: behind `firewall,info`, which is at `at`, and a host's name before it. */
function afterTopics(line: Uint8Array, at: number, from: number, to: number): number {
  if (at < 0 || (at > from && line[at - 1] !== blank)) return from
  const end = indexOf(line, at + topic.length, to, blank)
  return end < 0 ? from : end + 1
}

function isFirewall(line: Uint8Array, at: number, to: number): boolean {
  return to - at > 8 && fourAt(line, at) === fire && fourAt(line, at + 4) === wall && line[at + 8] === comma
}

/** `ether1 out:(unknown 0), `. */
function interfaces(line: Uint8Array, at: number, to: number, into: FirewallRow): number {
  const out = outAt(line, at, to)
  if (out < 0) return -1
  const end = indexOf(line, out + outWord.length, to, comma)
  if (end < 0) return -1
  if (line[at] !== open) setSpan(into.inInterface, line, at, out)
  if (line[out + outWord.length] !== open) setSpan(into.outInterface, line, out + outWord.length, end)
  return end + 1 < to && line[end + 1] === blank ? end + 2 : end + 1
}

/** What stands before the protocol: where that begins. */
function conditions(line: Uint8Array, at: number, to: number, into: FirewallRow): number {
  while (at < to) {
    // The shortest that is looked for has six bytes.
    if (to - at < 6) return -1
    switch (fourAt(line, at)) {
      case prot:
        if (line[at + 4] === 0x6f && line[at + 5] === blank) return at + 6
        break
      case src:
        if (to - at < 25 || fourAt(line, at + 4) !== mac) break
        if (!readMac(line, at + 8, to, into)) return -1
        at += 25
        break
      case conn:
        if (isState(line, at, to)) {
          const start = at + 17
          at = wordEnd(line, start, to)
          setSpan(into.state, line, start, line[at - 1] === comma ? at - 1 : at)
        }
        break
      case eth:
        if (startsWith(line, at, to, frameWord)) return frame(line, at + frameWord.length, to)
        break
      default:
    }
    while (at < to && line[at] !== blank && line[at] !== comma) at++
    while (at < to && (line[at] === blank || line[at] === comma)) at++
  }
  return -1
}

/** `connection-state:`. */
function isState(line: Uint8Array, at: number, to: number): boolean {
  return (
    to - at >= 17 &&
    fourAt(line, at + 4) === ecti &&
    fourAt(line, at + 8) === onState &&
    fourAt(line, at + 12) === tate &&
    line[at + 16] === colon
  )
}

/** `0800, `. */
function frame(line: Uint8Array, at: number, to: number): number {
  const end = indexOf(line, at, to, comma)
  if (end < 0) return noPacket
  for (const one of ipFrames)
    if (one.length === end - at && startsWith(line, at, end, one))
      return line[end + 1] === blank ? end + 2 : end + 1
  return noPacket
}

function wordEnd(line: Uint8Array, at: number, to: number): number {
  while (at < to && line[at] !== blank) at++
  return at
}

/** `TCP (SYN,ACK), `, `ICMP (type 8, code 0), `, `UDP, `, `47, `. */
function protocol(line: Uint8Array, from: number, to: number, into: FirewallRow): number {
  let at = from
  while (at < to && line[at] !== comma && line[at] !== blank) at++
  const number = readProtocol(line, from, at)
  if (number < 0) return -1
  into.protocol = number
  if (at < to && line[at] === blank) {
    at = line[at + 2] === 0x74 ? icmp(line, at + 1, to, into) : flags(line, at + 1, to, into)
    if (at < 0) return -1
  }
  return at + 1 < to && line[at] === comma && line[at + 1] === blank ? at + 2 : -1
}

/** `(type 8, code 0)`: where it ends. */
function icmp(line: Uint8Array, from: number, to: number, into: FirewallRow): number {
  if (!startsWith(line, from, to, typeWord)) return -1
  const typeAt = from + typeWord.length
  const typeEnd = digitsEnd(line, typeAt, to)
  const type = numberAt(line, typeAt, typeEnd, 255)
  if (type < 0 || !startsWith(line, typeEnd, to, codeWord)) return -1
  const codeAt = typeEnd + codeWord.length
  const codeEnd = digitsEnd(line, codeAt, to)
  const code = numberAt(line, codeAt, codeEnd, 255)
  if (code < 0 || codeEnd >= to || line[codeEnd] !== close) return -1
  into.destinationPort = type * 256 + code
  return codeEnd + 1
}

/** `(SYN,ACK)`: where it ends. */
function flags(line: Uint8Array, at: number, to: number, into: FirewallRow): number {
  if (at >= to || line[at] !== open) return -1
  at++
  let set = 0
  while (at + 2 < to && line[at] !== close) {
    set |= tcpFlag(line, at)
    at += 3
    if (line[at] === comma) at++
  }
  into.tcpFlags = set
  return at < to && line[at] === close ? at + 1 : -1
}

/**
 * `, NAT …, prio 2->0, len 60`: whether it is well-formed. RouterOS ends every packet with its length: what goes on behind it is a
 * line of another kind, with a packet in the name that somebody gave at a login.
 */
function rest(line: Uint8Array, at: number, to: number, into: FirewallRow): boolean {
  while (at < to && line[at] === comma) {
    at++
    if (at < to && line[at] === blank) at++
    const word = to - at < 4 ? 0 : fourAt(line, at)
    if (word === len) {
      const start = at + 4
      at = digitsEnd(line, start, to)
      const length = numberAt(line, start, at, 0xffff_ffff)
      if (length < 0) return false
      into.length = length
      while (at < to && line[at]! <= blank) at++
      return at === to
    }
    if (word === nat) {
      at = translated(line, at + 4, to, into)
      if (at < 0) return false
    } else while (at < to && line[at] !== comma) at++
  }
  return false
}
