import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, find, indexOf, lastIndexOf } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed } from '../parser.ts'
import { Columns } from './columns.ts'
import { icmpTypeOfService, settle } from './junos-session.ts'
import { readProtocol } from './number.ts'
import { numberAt, setSpan } from './scan.ts'
import { readWholeAddress } from './values.ts'

const [blank, slash, open, close, colon] = [0x20, 0x2f, 0x28, 0x29, 0x3a]
const arrow = ascii('->')
const filterWord = ascii('FW: ')
const sessionWord = ascii('session ')
const closed = ascii('closed')
/** What stands before `session` at most: a logical system's name. */
const mostBefore = 128
/** How far the reason of an end reaches at most. */
const mostReason = 128

/** Junos's messages about sessions and filters as text, which is columns by their places. */
export class JunosText {
  readonly #columns = new Columns()

  /**
   * `: session denied 203.0.113.9/41234->192.0.2.1/23 0x0 junos-telnet 6(0) deny-all untrust trust … N/A(N/A) ge-0/0/0.0`, or of
   * `created` and `closed TCP FIN: ` with `a/p->b/p` after translation behind the service, and then the rules that did it.
   */
  session(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const word = find(line, from, Math.min(to, from + mostBefore), sessionWord)
    if (word < 0) return 'malformed'
    const verb = word + sessionWord.length
    let start = indexOf(line, verb, to, blank)
    if (start < 0) return 'malformed'
    if (find(line, verb, start, closed) === verb) {
      const end = indexOf(line, start, Math.min(to, start + mostReason), colon)
      if (end < 0) return 'malformed'
      setSpan(into.state, line, start, end)
      start = end + 1
    }
    const columns = this.#columns
    columns.split(line, start, to, blank)
    if (!this.#flow(line, 0, into, false)) return 'malformed'
    const service = this.#afterTag(1)
    const told =
      into.kind === firewallKinds.block
        ? this.#denied(line, service, into)
        : this.#passed(line, service, into)
    if (told < 0) return 'malformed'
    setSpan(into.rule, line, columns.from(told), columns.to(told))
    setSpan(into.inInterface, line, columns.from(told + 1), columns.to(told + 1))
    setSpan(into.outInterface, line, columns.from(told + 2), columns.to(told + 2))
    this.#interface(line, told + 3, into)
    return 'told'
  }

  /** `: FW: ge-0/0/0.0 D tcp 203.0.113.9 192.0.2.1 41234 23 (1 packets)`. */
  filter(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const at = find(line, from, Math.min(to, from + mostBefore), filterWord)
    if (at < 0) return 'malformed'
    const columns = this.#columns
    columns.split(line, at + filterWord.length, to, blank, 8)
    const protocol = columns.protocol(2)
    if (columns.length(1) !== 1 || protocol < 0) return 'malformed'
    if (!columns.address(3, into.source) || !columns.address(4, into.destination)) return 'malformed'
    const [first, second] = [columns.number(5, 0xffff), columns.number(6, 0xffff)]
    const letter = columns.first(1)
    if (letter === 0x41) into.kind = firewallKinds.allow
    if (letter === 0x44 || letter === 0x52) into.kind = firewallKinds.block
    setSpan(into.inInterface, line, columns.from(0), columns.to(0))
    into.protocol = protocol
    if (protocol === 1 || protocol === 58) {
      if (first > 255 || second > 255) return 'malformed'
      into.destinationPort = Math.max(0, first) * 256 + Math.max(0, second)
    } else if (protocol === 6 || protocol === 17 || protocol === 132) {
      if (first < 0 || second < 0) return 'malformed'
      into.sourcePort = first
      into.destinationPort = second
    }
    return 'told'
  }

  /** `6(0) deny-all untrust trust`: where the policy is; -1 where it is none. */
  #denied(line: Uint8Array, service: number, into: FirewallRow): number {
    const columns = this.#columns
    const [from, to] = [columns.from(service + 1), columns.to(service + 1)]
    const paren = indexOf(line, from, to, open)
    const protocol = paren < 0 ? -1 : readProtocol(line, from, paren)
    if (protocol < 0 || line[to - 1] !== close || columns.count < service + 5) return -1
    into.protocol = protocol
    settle(into, numberAt(line, paren + 1, to - 1, 255))
    return service + 2
  }

  /** `a/p->b/p 0x0 source rule NAT-1 N/A N/A 6 allow trust untrust 12345`: where the policy is; -1 where it is none. */
  #passed(line: Uint8Array, service: number, into: FirewallRow): number {
    const columns = this.#columns
    if (!this.#flow(line, service + 1, into, true)) return -1
    // Rules' names have any number of words: the protocol is the first number that a session's stands four behind.
    for (let at = this.#afterTag(service + 2); at + 4 < columns.count; at++) {
      const protocol = columns.number(at, 255)
      if (protocol < 0 || columns.number(at + 4, 0xffff_ffff) < 0) continue
      into.protocol = protocol
      settle(into, icmpTypeOfService(line, columns.from(service), columns.to(service)))
      return at + 1
    }
    return -1
  }

  /** Behind a connection's tag, `0x0`, which newer versions have. */
  #afterTag(column: number): number {
    return this.#columns.first(column) === 0x30 && this.#columns.length(column) > 2 ? column + 1 : column
  }

  /** The interface behind the last `user(roles)`. */
  #interface(line: Uint8Array, first: number, into: FirewallRow): void {
    const columns = this.#columns
    for (let at = columns.count - 2; at >= first; at--) {
      if (line[columns.to(at) - 1] !== close) continue
      if (columns.first(at + 1) !== 0x55)
        setSpan(into.inInterface, line, columns.from(at + 1), columns.to(at + 1))
      return
    }
  }

  /** `203.0.113.9/41234->192.0.2.1/23`. */
  #flow(line: Uint8Array, column: number, into: FirewallRow, translated: boolean): boolean {
    const [from, to] = [this.#columns.from(column), this.#columns.to(column)]
    const middle = find(line, from, to, arrow)
    if (middle < 0) return false
    const source = end(line, from, middle, translated ? into.natSource : into.source)
    const destination = end(line, middle + 2, to, translated ? into.natDestination : into.destination)
    if (source < 0 || destination < 0) return false
    if (translated) {
      into.natSourcePort = source
      into.natDestinationPort = destination
    } else {
      into.sourcePort = source
      into.destinationPort = destination
    }
    return true
  }
}

/** `203.0.113.9/41234`: the port; -1 where it is none. */
function end(line: Uint8Array, from: number, to: number, into: Uint32Array): number {
  const at = lastIndexOf(line, from, to, slash)
  if (at < 0 || !readWholeAddress(line, from, at, into)) return -1
  return numberAt(line, at + 1, to, 0xffff)
}
