import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, decimal, find, indexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { readAddress } from './address.ts'
import { tcpFlagLetter } from './number.ts'
import { Cursor, setSpan } from './scan.ts'

const [comma, colon, blank] = [0x2c, 0x3a, 0x20]
const tag = ascii('filterlog')
/** Fields that are looked at; those behind are TCP's options. */
const mostFields = 32
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
  readonly #from = new Int32Array(mostFields)
  readonly #to = new Int32Array(mostFields)
  readonly #cursor = new Cursor()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    this.#split(line, afterTag(line, from, to), to, common)
    const version = line[this.#from[8]!]
    return this.#length(8) === 1 && (version === 0x34 || version === 0x36) && this.#direction(line) !== 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const start = afterTag(line, from, to)
    const count = this.#split(line, start, to, mostFields)
    if (count <= common || this.#length(8) !== 1) return 'malformed'
    const way = this.#direction(line)
    const version = line[this.#from[8]!]! - 0x30
    if (way === 0 || (version !== 4 && version !== 6)) return 'malformed'
    // IPv4: tos, ecn, ttl, id, offset, flags, number, name; IPv6: class, label, hop limit, name, number; then both: length.
    const number = this.#number(line, version === 4 ? 15 : 13)
    const lengthAt = version === 4 ? 17 : 14
    const length = this.#number(line, lengthAt)
    if (count < lengthAt + 3 || number < 0 || number > 255 || length < 0) return 'malformed'
    if (
      !this.#address(line, lengthAt + 1, into.source) ||
      !this.#address(line, lengthAt + 2, into.destination)
    )
      return 'malformed'
    into.protocol = number
    into.length = length
    setSpan(way === 1 ? into.inInterface : into.outInterface, line, this.#from[4]!, this.#to[4]!)
    setSpan(into.state, line, this.#from[5]!, this.#to[5]!)
    const named = this.#length(3) > 0 && !(this.#length(3) === 1 && line[this.#from[3]!] === 0x30) ? 3 : 0
    setSpan(into.rule, line, this.#from[named]!, this.#to[named]!)
    for (const [action, kind] of actions) if (this.#is(line, 6, action)) into.kind = kind
    return this.#transport(line, lengthAt + 3, count, into)
  }

  #transport(line: Uint8Array, at: number, count: number, into: FirewallRow): FirewallParsed {
    const { protocol } = into
    if (protocol === 1 || protocol === 58) {
      if (at < count)
        for (const [name, type, code] of icmpNames)
          if (this.#is(line, at, name))
            into.destinationPort = (protocol === 58 ? icmp6(type) : type) * 256 + (protocol === 58 ? 0 : code)
      return 'told'
    }
    if (protocol !== 6 && protocol !== 17 && protocol !== 132) return 'told'
    // A fragment that is not the first has no ports.
    if (at + 1 >= count) return 'told'
    const [source, destination] = [this.#number(line, at), this.#number(line, at + 1)]
    if (source < 0 || source > 0xffff || destination < 0 || destination > 0xffff) return 'malformed'
    into.sourcePort = source
    into.destinationPort = destination
    if (protocol === 6 && at + 3 < count)
      for (let index = this.#from[at + 3]!; index < this.#to[at + 3]!; index++)
        into.tcpFlags |= tcpFlagLetter(line[index]!)
    return 'told'
  }

  #split(line: Uint8Array, from: number, to: number, most: number): number {
    let count = 0
    let at = from
    while (count < most) {
      const end = indexOf(line, at, to, comma)
      this.#from[count] = at
      this.#to[count++] = end < 0 ? to : end
      if (end < 0) break
      at = end + 1
    }
    for (let rest = count; rest < common; rest++) this.#from[rest] = this.#to[rest] = to
    return count
  }

  #length(field: number): number {
    return this.#to[field]! - this.#from[field]!
  }

  /** 1 in, 2 out, 0 neither. */
  #direction(line: Uint8Array): number {
    if (this.#is(line, 7, inWord)) return 1
    return this.#is(line, 7, outWord) ? 2 : 0
  }

  #is(line: Uint8Array, field: number, word: Uint8Array): boolean {
    return this.#length(field) === word.length && startsWith(line, this.#from[field]!, this.#to[field]!, word)
  }

  #number(line: Uint8Array, field: number): number {
    return decimal(line, this.#from[field]!, this.#to[field]!)
  }

  #address(line: Uint8Array, field: number, into: Uint32Array): boolean {
    this.#cursor.set(line, this.#from[field]!, this.#to[field]!)
    return readAddress(this.#cursor, into) && this.#cursor.at === this.#to[field]
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

/** Behind `filterlog[12345]: `, where the header was left on. */
function afterTag(line: Uint8Array, from: number, to: number): number {
  const at = find(line, from, Math.min(to, from + 256), tag)
  if (at < 0) return from
  const end = indexOf(line, at, to, colon)
  if (end < 0) return from
  return line[end + 1] === blank ? end + 2 : end + 1
}
