import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, find, indexOf, lastIndexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { readAddress } from './address.ts'
import { readMac, readProtocol, tcpFlag } from './number.ts'
import { actionOf } from './scan-action.ts'
import { Cursor, numberAt, setSpan } from './scan.ts'
import { isStrangers } from './strangers.ts'

const [blank, quote, open, close, colon, equals, hyphen] = [0x20, 0x22, 0x5b, 0x5d, 0x3a, 0x3d, 0x2d]
/** Bytes before `IN=`: the kernel's name and clock, a prefix of 128 at most (nftables), EdgeOS's description of a rule. */
const mostBefore = 256
const inWord = ascii('IN=')
const outWord = ascii(' OUT=')
const kernel = ascii('kernel: ')
const described = ascii(' DESCR=')
const defaultWord = ascii('default')
/** A MAC= is the receiver's address, the sender's, and the type of what is in the frame. */
const senderMac = 18
/** Which fields a line has told. */
const [hasSource, hasDestination, hasProtocol, hasLength, hasCode] = [1, 2, 4, 8, 16]

/**
 * Linux's netfilter, as iptables' LOG, nftables' `log`, UFW and firewalld write it (kernel, nf_log_syslog):
 * `[UFW BLOCK] IN=eth0 OUT= MAC=… SRC=… DST=… LEN=40 … PROTO=TCP SPT=… DPT=… … SYN URGP=0`; Ubiquiti's EdgeOS and UniFi are Linux,
 * too. What a rule does is not said but by its prefix.
 */
class Netfilter implements FirewallParser {
  readonly format = 'netfilter'
  readonly #cursor = new Cursor()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    const at = find(line, from, Math.min(to, from + mostBefore), inWord)
    return at >= 0 && interfaceEnd(line, at, to) >= 0 && isPrefix(line, from, at)
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const inAt = find(line, from, to, inWord)
    if (inAt < 0) return 'malformed'
    const inEnd = interfaceEnd(line, inAt, to)
    if (inEnd < 0) return 'malformed'
    if (isStrangers(line, from, inAt)) return 'other'
    setSpan(into.inInterface, line, inAt + inWord.length, inEnd)
    prefix(line, afterClock(line, from, inAt), inAt, into)
    const cursor = this.#cursor
    cursor.set(line, inEnd, to)
    let told = 0
    while (cursor.at < to) {
      while (cursor.take(blank));
      // What an ICMP error carries of the packet that caused it is not this packet's.
      if (cursor.peek() === open) break
      const had = field(cursor, into, told)
      if (had < 0) return 'malformed'
      told |= had
    }
    if ((told & (hasSource | hasDestination | hasProtocol)) === 0) return 'other'
    return (told & 7) === 7 ? 'told' : 'malformed'
  }
}

export const netfilter: FirewallParser = new Netfilter()

/** Whether that is what a rule writes before a packet, and not a line of a program with a stranger's words in quotes or as a value. */
function isPrefix(line: Uint8Array, from: number, to: number): boolean {
  if (to > from && line[to - 1] === equals) return false
  const at = indexOf(line, from, to, quote)
  if (at < 0) return true
  const start = at - described.length
  return (
    start >= from && startsWith(line, start, to, described) && indexOf(line, at + 1, to, quote) === to - 2
  )
}

/** The end of `IN=eth0`, where ` OUT=` follows; -1 where it does not. */
function interfaceEnd(line: Uint8Array, at: number, to: number): number {
  let end = at + inWord.length
  while (end < to && line[end] !== blank) end++
  return startsWith(line, end, to, outWord) ? end : -1
}

/** Behind `kernel: ` and the kernel's own clock, `[12345.678901] `. */
function afterClock(line: Uint8Array, from: number, to: number): number {
  let at = from
  if (startsWith(line, at, to, kernel)) at += kernel.length
  if (line[at] !== open) return at
  let end = at + 1
  while (
    end < to &&
    (line[end] === blank || line[end] === 0x2e || (line[end]! >= 0x30 && line[end]! <= 0x39))
  )
    end++
  return end > at + 1 && end < to && line[end] === close ? end + 1 : at
}

/** The rule's name, and what it does by it: `[UFW BLOCK] `, `nft-drop: `, `[WAN_IN-D-20003] DESCR="…" `. */
function prefix(line: Uint8Array, from: number, to: number, into: FirewallRow): void {
  const { rule } = into
  setSpan(rule, line, from, to)
  if (rule.to === 0) return
  if (line[rule.to - 1] === colon) setSpan(rule, line, rule.from, rule.to - 1)
  const end = rule.to > 0 && line[rule.from] === open ? indexOf(line, rule.from, rule.to, close) : -1
  if (end > 0 && (end + 1 === rule.to || startsWith(line, end + 1, rule.to, described)))
    setSpan(rule, line, rule.from + 1, end)
  const letter = actionLetter(line, rule.from, rule.to)
  into.kind = letter === firewallKinds.other ? actionOf(line, from, to) : letter
}

/** What Ubiquiti's EdgeOS and UniFi put into a rule's name: `WAN_LOCAL-default-D`, `WAN_IN-2000-A`, `WAN_IN-D-20003`. */
function actionLetter(line: Uint8Array, from: number, to: number): number {
  const second = lastIndexOf(line, from, to, hyphen)
  const first = second < 0 ? -1 : lastIndexOf(line, from, second, hyphen)
  if (first < 0) return firewallKinds.other
  if (to - second === 2 && isNumber(line, first + 1, second)) return letterKind(line[second + 1]!)
  if (second - first === 2 && isNumber(line, second + 1, to)) return letterKind(line[first + 1]!)
  return firewallKinds.other
}

/** A rule's number, or what stands for it where none took a packet. */
function isNumber(line: Uint8Array, from: number, to: number): boolean {
  return numberAt(line, from, to, 0xffff_ffff) >= 0 || isDefault(line, from, to)
}

function isDefault(line: Uint8Array, from: number, to: number): boolean {
  return to - from === defaultWord.length && startsWith(line, from, to, defaultWord)
}

function letterKind(letter: number): number {
  if (letter === 0x41) return firewallKinds.allow
  return letter === 0x44 || letter === 0x52 ? firewallKinds.block : firewallKinds.other
}

/** Reads the word at the cursor, and goes past it: which field it told, 0 for none that is kept, -1 where it is none such. */
function field(cursor: Cursor, into: FirewallRow, told: number): number {
  const { line, to } = cursor
  const start = cursor.at
  let { at } = cursor
  // The kernel's words have large letters: what goes on with small ones is a line of a program's, with a packet in a stranger's name.
  if (line[start]! >= 0x61 && line[start]! <= 0x7a) return -1
  while (at < to && line[at] !== blank && line[at] !== equals) at++
  if (at >= to || line[at] === blank) {
    if (at - start === 3) into.tcpFlags |= tcpFlag(line, start)
    cursor.at = at
    return 0
  }
  const name = at - start
  const value = at + 1
  cursor.at = value
  let had = 0
  if (name === 3)
    had = shortField(cursor, into, told, (line[start]! << 16) | (line[start + 1]! << 8) | line[start + 2]!)
  else if (name === 5 && line[start] === 0x50 && line[start + 1] === 0x52) {
    cursor.skipTo(blank)
    into.protocol = readProtocol(line, value, cursor.at)
    had = into.protocol < 0 ? -1 : hasProtocol
    if (had < 0) into.protocol = 0
  } else if (name === 4 && (told & hasProtocol) !== 0) had = icmpField(cursor, into, told, line[start]!)
  if (had >= 0) cursor.skipTo(blank)
  return had
}

function shortField(cursor: Cursor, into: FirewallRow, told: number, name: number): number {
  const { line, at } = cursor
  switch (name) {
    case 0x535243: // SRC
      return readAddress(cursor, into.source) ? hasSource : -1
    case 0x445354: // DST
      return readAddress(cursor, into.destination) ? hasDestination : -1
    case 0x4f5554: // OUT
      cursor.skipTo(blank)
      setSpan(into.outInterface, line, at, cursor.at)
      return 0
    case 0x4d4143: // MAC
      readMac(line, at + senderMac, cursor.to, into)
      return 0
    case 0x535054: // SPT
      into.sourcePort = cursor.number(0xffff)
      return into.sourcePort < 0 ? (into.sourcePort = 0) - 1 : 0
    case 0x445054: // DPT
      into.destinationPort = cursor.number(0xffff)
      return into.destinationPort < 0 ? (into.destinationPort = 0) - 1 : 0
    case 0x4c454e: {
      // LEN, the packet's; a second one is UDP's.
      if ((told & hasLength) !== 0) return 0
      const length = cursor.number(0xffff_ffff)
      if (length < 0) return -1
      into.length = length
      return hasLength
    }
    default:
      return 0
  }
}

/** `TYPE=8 CODE=0`. */
function icmpField(cursor: Cursor, into: FirewallRow, told: number, first: number): number {
  const icmp = into.protocol === 1 || into.protocol === 58
  if (!icmp || (first !== 0x54 && first !== 0x43) || (told & hasCode) !== 0) return 0
  const value = cursor.number(255)
  if (value < 0) return -1
  if (first === 0x54) {
    into.destinationPort = value * 256
    return 0
  }
  into.destinationPort += value
  return hasCode
}
