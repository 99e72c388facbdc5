import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { isIpv4 } from './address.ts'
import { Columns } from './columns.ts'
import { tcpFlagLetter } from './number.ts'
import { setSpan } from './scan.ts'

const [blank, hash, hyphen] = [0x20, 0x23, 0x2d]
/**
 * What the columns are, behind date and time: of all versions since Windows XP, which have more of them at the end (`path`, `pid`)
 * and cannot be told to write others.
 */
const fields = ascii(
  '#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info',
)
const [protocol, source, destination, sourcePort, destinationPort] = [1, 2, 3, 4, 5]
const [size, tcpFlags, icmpType, icmpCode, path] = [6, 7, 11, 12, 14]
const headers = [
  ascii('#Version: 1.'),
  ascii('#Software: Microsoft '),
  ascii('#Time Format: '),
  ascii('#Fields: date time action protocol '),
]
const actions: readonly (readonly [Uint8Array, number])[] = [
  [ascii('DROP'), firewallKinds.block],
  [ascii('ALLOW'), firewallKinds.allow],
  [ascii('OPEN'), firewallKinds.allow],
  [ascii('OPEN-INBOUND'), firewallKinds.allow],
  [ascii('CLOSE'), firewallKinds.other],
]
const lost = ascii('INFO-EVENTS-LOST')

/**
 * Windows Firewall's `pfirewall.log` (Microsoft's documentation, "Configure Windows Firewall logging"): `2026-11-25 22:27:57 DROP TCP
 * 203.0.113.9 192.0.2.1 41234 23 40 S 1 0 1024 - - - RECEIVE`, also without its date and time, where these were read as the line's
 * header. `state` is the direction (`RECEIVE`, `SEND`, `FORWARD`).
 */
class WindowsFirewall implements FirewallParser {
  readonly format = 'windows'
  readonly #columns = new Columns()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    if (from < to && line[from] === hash) return headers.some((one) => startsWith(line, from, to, one))
    const columns = this.#columns
    columns.split(line, afterTime(line, from, to), to, blank, destination + 1)
    if (columns.is(0, lost)) return true
    return this.#action() >= 0 && (columns.protocol(protocol) >= 0 || columns.first(protocol) === hyphen)
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    // A table of others' columns would be read wrongly, which is better said.
    if (from < to && line[from] === hash)
      return startsWith(line, from, to, headers[3]!) && !startsWith(line, from, to, fields)
        ? 'malformed'
        : 'other'
    const columns = this.#columns
    columns.split(line, afterTime(line, from, to), to, blank)
    if (columns.is(0, lost)) return 'other'
    const action = this.#action()
    into.protocol = Math.max(0, columns.protocol(protocol))
    if (action < 0 || columns.protocol(protocol) < 0) return 'malformed'
    if (!columns.address(source, into.source) || !columns.address(destination, into.destination))
      return 'malformed'
    into.kind = actions[action]![1]
    into.sourcePort = this.#number(sourcePort, 0xffff)
    into.destinationPort = this.#number(destinationPort, 0xffff)
    if (into.sourcePort < 0 || into.destinationPort < 0) {
      into.sourcePort = into.destinationPort = 0
      return 'malformed'
    }
    if (into.protocol === 1 && !isIpv4(into.source)) into.protocol = 58
    if (into.protocol === 1 || into.protocol === 58) {
      into.sourcePort = 0
      into.destinationPort =
        Math.max(0, this.#number(icmpType, 255)) * 256 + Math.max(0, this.#number(icmpCode, 255))
    }
    into.length = Math.max(0, this.#number(size, 0xffff_ffff))
    for (let at = columns.from(tcpFlags); at < columns.to(tcpFlags); at++)
      into.tcpFlags |= tcpFlagLetter(line[at]!)
    if (columns.first(path) !== hyphen) setSpan(into.state, line, columns.from(path), columns.to(path))
    return 'told'
  }

  /** A number; 0 where `-` stands for none, -1 where it is none. */
  #number(field: number, most: number): number {
    return this.#columns.first(field) === hyphen ? 0 : this.#columns.number(field, most)
  }

  /** Which of {@link actions} it is; -1 of none. */
  #action(): number {
    for (let index = 0; index < actions.length; index++)
      if (this.#columns.is(0, actions[index]![0])) return index
    return -1
  }
}

export const windows: FirewallParser = new WindowsFirewall()

/** Behind `2026-11-25 22:27:57 `, where the line begins with it. */
function afterTime(line: Uint8Array, from: number, to: number): number {
  return to - from > 20 &&
    line[from + 4] === hyphen &&
    line[from + 7] === hyphen &&
    line[from + 10] === blank &&
    line[from + 13] === 0x3a &&
    line[from + 19] === blank
    ? from + 20
    : from
}
