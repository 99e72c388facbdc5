import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, indexOf, lastIndexOf, startsWith, wordEnd } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { readAddress } from './address.ts'
import { readPfPacket } from './pf-packet.ts'
import { Cursor, numberAt, setSpan } from './scan.ts'
import { isTimeWord } from './time-word.ts'
import { startsWithAny } from './values.ts'

const [blank, dot, slash, colon, open, close, bracket] = [0x20, 0x2e, 0x2f, 0x3a, 0x28, 0x29, 0x5b]
const ruleWord = ascii('rule ')
const arrow = ascii('> ')
const inOn = ascii('in on ')
const outOn = ascii('out on ')
const verbose = ascii('(tos ')
const versions = [ascii('IP '), ascii('IP6 ')]
const actions: readonly (readonly [Uint8Array, number])[] = [
  [ascii('block '), firewallKinds.block],
  [ascii('pass '), firewallKinds.allow],
  [ascii('match '), firewallKinds.other],
  [ascii('rdr '), firewallKinds.other],
  [ascii('nat '), firewallKinds.other],
  [ascii('binat '), firewallKinds.other],
  [ascii('scrub '), firewallKinds.other],
]
/** Words before `rule`: the program's name, a month, a day and a time of day. */
const mostWords = 4
const programs = [ascii('pf'), ascii('tcpdump')]
/** Where the action stands behind the rule, at most: names of anchors and a process are between. */
const mostRule = 256

/**
 * BSD's pf as tcpdump prints pflog (OpenBSD's and FreeBSD's, `-n -e`), with or without syslog's header and a time of its own:
 * `rule 5/0(match): block in on em0: 203.0.113.9.41234 > 192.0.2.1.23: S 1:1(0) win 1024`, or `rule 5/(match) block …`.
 */
class Pf implements FirewallParser {
  readonly format = 'pf'
  readonly #cursor = new Cursor()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    const rule = ruleAt(line, from, to)
    return rule >= 0 && actionAt(line, reasonEnd(line, rule, to), to) >= 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const rule = ruleAt(line, from, to)
    if (rule < 0) return 'malformed'
    const end = reasonEnd(line, rule, to)
    const at = actionAt(line, end, to)
    if (at < 0) return 'malformed'
    for (const [word, kind] of actions) if (startsWith(line, at, to, word)) into.kind = kind
    setSpan(into.rule, line, rule, indexOf(line, rule, end, slash))
    setSpan(into.state, line, indexOf(line, rule, end, open) + 1, end - 1)
    const direction = wordEnd(line, at, to) + 1
    const inbound = startsWith(line, direction, to, inOn)
    const name = direction + (inbound ? inOn : outOn).length
    const nameEnd = wordEnd(line, name, to)
    if (nameEnd - name < 2 || line[nameEnd - 1] !== colon) return 'malformed'
    setSpan(inbound ? into.inInterface : into.outInterface, line, name, nameEnd - 1)
    return this.#packet(line, nameEnd + 1, to, into)
  }

  #packet(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    let at = from
    while (at < to && line[at] === blank) at++
    const details = at
    // What tcpdump -v says of the IP header stands before the addresses.
    if (startsWith(line, at, to, verbose)) {
      while (at < to && !(line[at] === close && line[at + 1] === blank)) at++
      while (at < to && (line[at] === close || line[at] === blank)) at++
    }
    const detailsEnd = at
    for (const version of versions) if (startsWith(line, at, to, version)) at += version.length
    const sourceEnd = wordEnd(line, at, to)
    const source = this.#end(line, at, sourceEnd, into.source)
    if (source === noEnd || !startsWith(line, sourceEnd + 1, to, arrow)) return 'malformed'
    const start = sourceEnd + 1 + arrow.length
    const stop = wordEnd(line, start, to)
    if (stop === start || line[stop - 1] !== colon) return 'malformed'
    const destination = this.#end(line, start, stop - 1, into.destination)
    if (destination === noEnd) return 'malformed'
    into.sourcePort = Math.max(0, source)
    into.destinationPort = Math.max(0, destination)
    const hasPorts = source !== withoutPort && destination !== withoutPort
    return readPfPacket(line, details, detailsEnd, stop + 1, to, hasPorts, into) ? 'told' : 'malformed'
  }

  /** Reads `192.0.2.1.23`, `2001:db8::1.23` or either without a port. */
  #end(line: Uint8Array, from: number, to: number, into: Uint32Array): number {
    const last = lastIndexOf(line, from, to, dot)
    if (last > from) {
      const port = numberAt(line, last + 1, to, 0xffff)
      if (port >= 0 && this.#address(line, from, last, into)) return port
    }
    return this.#address(line, from, to, into) ? withoutPort : noEnd
  }

  #address(line: Uint8Array, from: number, to: number, into: Uint32Array): boolean {
    this.#cursor.set(line, from, to)
    return readAddress(this.#cursor, into) && this.#cursor.at === to
  }
}

const withoutPort = -1
const noEnd = -2

export const pf: FirewallParser = new Pf()

/** Where the rule's number stands, behind `rule `; -1 of none. Before it stand the program's name and a time of tcpdump's own, and nothing else. */
function ruleAt(line: Uint8Array, from: number, to: number): number {
  let at = from
  for (let word = 0; word <= mostWords && at < to; word++) {
    if (startsWith(line, at, to, ruleWord)) return at + ruleWord.length
    const end = wordEnd(line, at, to)
    if (!isTimeWord(line, at, end) && (word > 0 || !isProgram(line, at, end))) return -1
    at = end
    while (at < to && line[at] === blank) at++
  }
  return -1
}

/** `pf: `, `pflogd[12]: `. */
function isProgram(line: Uint8Array, from: number, to: number): boolean {
  return line[to - 1] === colon && startsWithAny(line, from, to, programs)
}

/** Where `5/0(match)` ends; -1 where it is none. */
function reasonEnd(line: Uint8Array, from: number, to: number): number {
  const most = Math.min(to, from + mostRule)
  const end = wordEnd(line, from, most)
  const rule = indexOf(line, from, end, slash)
  const paren = rule < 0 ? -1 : indexOf(line, rule, end, open)
  const closed = paren < 0 ? -1 : indexOf(line, paren, end, close)
  return closed < 0 ? -1 : closed + 1
}

/** Where the action stands behind the reason; -1 where none with a direction does. */
function actionAt(line: Uint8Array, end: number, to: number): number {
  if (end < 0) return -1
  let at = end
  while (at < to && (line[at] === colon || line[at] === blank)) at++
  // `[uid 0, pid 1234] `, whose the packet is.
  if (at < to && line[at] === bracket) {
    const after = indexOf(line, at, Math.min(to, at + mostRule), 0x5d)
    if (after < 0) return -1
    at = after + 1
    while (at < to && line[at] === blank) at++
  }
  for (const [word] of actions) {
    if (!startsWith(line, at, to, word)) continue
    const direction = at + word.length
    return startsWith(line, direction, to, inOn) || startsWith(line, direction, to, outOn) ? at : -1
  }
  return -1
}
