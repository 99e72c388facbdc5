import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, indexOf, isDigit, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { Columns } from './columns.ts'
import { tcpFlagLetter } from './number.ts'
import { setSpan } from './scan.ts'

const [comma, colon, blank] = [0x2c, 0x3a, 0x20]
const tag = ascii('filterlog')
/** Bytes of it and its process's number at most. */
const mostTag = 32
/** Fields before those of the IP version. */
const common = 9
const actions: readonly (readonly [Uint8Array, number])[] = [
  [ascii('block'), firewallKinds.block],
  [ascii('reject'), firewallKinds.block],
  [ascii('pass'), firewallKinds.allow],
]
/** ICMP by the names that filterlog has for type and code. */
const icmpNames: readonly (readonly [Uint8Array, number, number])[] = [
  [ascii('request'), 8, 0],
  [ascii('reply'), 0, 0],
  [ascii('unreachproto'), 3, 2],
  [ascii('unreachport'), 3, 3],
  [ascii('unreach'), 3, 1],
  [ascii('needfrag'), 3, 4],
  [ascii('redirect'), 5, 0],
  [ascii('timexceed'), 11, 0],
  [ascii('paramprob'), 12, 0],
  [ascii('tstamp'), 13, 0],
  [ascii('tstampreply'), 14, 0],
]

/**
 * pfSense's and OPNsense's filterlog (their documentation, "Raw Filter Log Format"): rule, subrule, anchor, tracker, interface,
 * reason, action, direction, IP version; then what IPv4 or IPv6 has, then the protocol's.
 */
class Filterlog implements FirewallParser {
  readonly format = 'filterlog'
  readonly #columns = new Columns()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    this.#columns.split(line, afterTag(line, from, to), to, comma, common)
    return this.#isRule() && this.#version() !== 0 && this.#direction() !== 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const columns = this.#columns
    const count = columns.split(line, afterTag(line, from, to), to, comma)
    const way = this.#direction()
    const version = this.#version()
    if (!this.#isRule() || way === 0 || version === 0) return 'malformed'
    // IPv4: tos, ecn, ttl, id, offset, flags, number, name; IPv6: class, label, hop limit, name, number; then both: length.
    const number = columns.number(version === 4 ? 15 : 13, 255)
    const lengthAt = version === 4 ? 17 : 14
    const length = columns.number(lengthAt, 0xffff_ffff)
    if (count < lengthAt + 3 || number < 0 || length < 0) return 'malformed'
    if (!columns.address(lengthAt + 1, into.source) || !columns.address(lengthAt + 2, into.destination))
      return 'malformed'
    into.protocol = number
    into.length = length
    setSpan(way === 1 ? into.inInterface : into.outInterface, line, columns.from(4), columns.to(4))
    setSpan(into.state, line, columns.from(5), columns.to(5))
    const named = columns.length(3) > 0 && columns.number(3, 0) !== 0 ? 3 : 0
    setSpan(into.rule, line, columns.from(named), columns.to(named))
    for (const [action, kind] of actions) if (columns.is(6, action)) into.kind = kind
    return this.#transport(line, lengthAt + 3, into)
  }

  #transport(line: Uint8Array, at: number, into: FirewallRow): FirewallParsed {
    const { protocol } = into
    const columns = this.#columns
    if (protocol === 1 || protocol === 58) {
      for (const [name, type, code] of icmpNames)
        if (columns.is(at, name))
          into.destinationPort = (protocol === 58 ? icmp6(type) : type) * 256 + (protocol === 58 ? 0 : code)
      return 'told'
    }
    if (protocol !== 6 && protocol !== 17 && protocol !== 132) return 'told'
    // A fragment that is not the first has no ports.
    if (at + 1 >= columns.count) return 'told'
    const [source, destination] = [columns.number(at, 0xffff), columns.number(at + 1, 0xffff)]
    if (source < 0 || destination < 0) return 'malformed'
    into.sourcePort = source
    into.destinationPort = destination
    if (protocol === 6)
      for (let index = columns.from(at + 3); index < columns.to(at + 3); index++)
        into.tcpFlags |= tcpFlagLetter(line[index]!)
    return 'told'
  }

  /** 4, 6, or 0 of neither. */
  #version(): number {
    const version = this.#columns.number(8, 6)
    return this.#columns.length(8) === 1 && (version === 4 || version === 6) ? version : 0
  }

  /** Whether a rule's number, its tracker (a number, or OPNsense's in hexadecimal) and a word for what it does stand where they should. */
  #isRule(): boolean {
    const columns = this.#columns
    return (
      columns.number(0, 0xffff_ffff) >= 0 &&
      columns.each(3, isHex) &&
      columns.length(6) > 0 &&
      columns.each(6, isLetter)
    )
  }

  /** 1 in, 2 out, 0 neither. */
  #direction(): number {
    if (this.#columns.is(7, inWord)) return 1
    return this.#columns.is(7, outWord) ? 2 : 0
  }
}

const inWord = ascii('in')
const outWord = ascii('out')

export const filterlog: FirewallParser = new Filterlog()

/** Echo has other numbers in ICMPv6 (RFC 4443). */
function icmp6(type: number): number {
  if (type === 8) return 128
  if (type === 0) return 129
  return type === 11 ? 3 : 1
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x66)
}

function isLetter(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a
}

/** Behind `filterlog[12345]: `, where the message begins with it. */
function afterTag(line: Uint8Array, from: number, to: number): number {
  if (!startsWith(line, from, to, tag)) return from
  const end = indexOf(line, from, Math.min(to, from + mostTag), colon)
  if (end < 0) return from
  return line[end + 1] === blank ? end + 2 : end + 1
}
