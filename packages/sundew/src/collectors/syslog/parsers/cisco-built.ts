import { ascii, find } from '../../tail/scan.ts'
import type { FirewallRow, Span } from '../firewall-row.ts'
import type { FirewallParsed } from '../parser.ts'
import { noAddress } from './address.ts'
import { readCiscoEndpoint, readMapped } from './cisco-endpoint.ts'
import { readProtocol } from './number.ts'
import type { Cursor } from './scan.ts'

const blank = 0x20
const builtWord = ascii('Built ')
const inboundWord = ascii('inbound ')
const outboundWord = ascii('outbound ')
const forWord = ascii(' for ')
const toWord = ascii(' to ')
const foreignWord = ascii(' faddr ')
const globalWord = ascii(' gaddr ')
const localWord = ascii(' laddr ')
const typeWord = ascii(' type ')
const codeWord = ascii(' code ')

/** One end of a connection: its own address, and what stands for it at the other side. */
class Side {
  readonly real = new Uint32Array(4)
  readonly mapped = new Uint32Array(4)
  readonly face: Span = { from: 0, to: 0 }
  realPort = 0
  mappedPort = 0

  /** Whether the other side sees another address or port. */
  get translated(): boolean {
    const { real, mapped } = this
    if (this.realPort !== this.mappedPort) return true
    for (let word = 0; word < 4; word++) if (real[word] !== mapped[word]) return true
    return false
  }
}

const foreign = new Side()
const local = new Side()

/**
 * Reads `Built inbound TCP connection 4711 for outside:a/p (a/p) to inside:b/p (c/q)`: an inbound one comes from the first, an outbound
 * one from the second. In brackets is what the address is to the other side. As with other firewalls, a source is told as it was
 * before translation and a destination, too: what the sender asked for.
 */
export function readBuilt(cursor: Cursor, into: FirewallRow): FirewallParsed {
  if (!cursor.takeWord(builtWord)) return 'malformed'
  const inbound = cursor.takeWord(inboundWord)
  if (!inbound && !cursor.takeWord(outboundWord)) return 'other'
  const { line, at, to } = cursor
  cursor.skipTo(blank)
  const protocol = readProtocol(line, at, cursor.at)
  const first = find(line, cursor.at, to, forWord)
  if (protocol < 0 || first < 0) return 'malformed'
  into.protocol = protocol
  cursor.at = first + forWord.length
  if (!side(cursor, foreign) || !cursor.takeWord(toWord) || !side(cursor, local)) return 'malformed'
  tell(inbound ? foreign : local, inbound ? local : foreign, into)
  return 'told'
}

/** Reads `Built outbound ICMP connection for faddr a/0 gaddr c/1 laddr b/1 [type 8 code 0]`. */
export function readBuiltIcmp(cursor: Cursor, into: FirewallRow): FirewallParsed {
  if (!cursor.takeWord(builtWord)) return 'malformed'
  const inbound = cursor.takeWord(inboundWord) || !cursor.takeWord(outboundWord)
  const { line, to } = cursor
  if (
    !icmpAddress(cursor, foreignWord, foreign.real) ||
    !icmpAddress(cursor, globalWord, local.mapped) ||
    !icmpAddress(cursor, localWord, local.real)
  )
    return 'malformed'
  foreign.mapped.set(foreign.real)
  withoutPorts(foreign)
  withoutPorts(local)
  tell(inbound ? foreign : local, inbound ? local : foreign, into)
  into.protocol = 1
  const at = find(line, cursor.at, to, typeWord)
  if (at < 0) return 'told'
  cursor.at = at + typeWord.length
  const type = cursor.number(255)
  const code = cursor.takeWord(codeWord) ? cursor.number(255) : -1
  if (type < 0 || code < 0) return 'malformed'
  into.destinationPort = type * 256 + code
  return 'told'
}

function side(cursor: Cursor, into: Side): boolean {
  into.face.to = 0
  const port = readCiscoEndpoint(cursor, into.real, into.face)
  if (port === noAddress) return false
  into.realPort = into.mappedPort = Math.max(0, port)
  const mapped = readMapped(cursor, into.mapped)
  if (mapped === noAddress) into.mapped.set(into.real)
  else into.mappedPort = Math.max(0, mapped)
  return true
}

function icmpAddress(cursor: Cursor, word: Uint8Array, into: Uint32Array): boolean {
  const at = find(cursor.line, cursor.at, cursor.to, word)
  if (at < 0) return false
  cursor.at = at + word.length
  return readCiscoEndpoint(cursor, into) !== noAddress
}

function withoutPorts(one: Side): void {
  one.realPort = one.mappedPort = one.face.to = 0
}

function tell(source: Side, destination: Side, into: FirewallRow): void {
  into.source.set(source.real)
  into.sourcePort = source.realPort
  if (source.translated) {
    into.natSource.set(source.mapped)
    into.natSourcePort = source.mappedPort
  }
  into.destination.set(destination.mapped)
  into.destinationPort = destination.mappedPort
  if (destination.translated) {
    into.natDestination.set(destination.real)
    into.natDestinationPort = destination.realPort
  }
  copySpan(source.face, into.inInterface)
  copySpan(destination.face, into.outInterface)
}

function copySpan(from: Span, to: Span): void {
  to.from = from.from
  to.to = from.to
}
