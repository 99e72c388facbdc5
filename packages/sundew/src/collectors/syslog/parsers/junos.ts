import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, find, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { type Field, FieldNames, hasSession, malformed, readField } from './fields.ts'
import { icmpTypeOfService, settle } from './junos-session.ts'
import { JunosText } from './junos-text.ts'
import { Pairs } from './pairs.ts'
import { numberAt, setSpan } from './scan.ts'

const [blank, underscore] = [0x20, 0x5f]
const session = ascii('RT_FLOW_SESSION_')
const screen = ascii('RT_SCREEN_')
const tracked = ascii('APPTRACK_SESSION_')
const filter = ascii('PFE_FW_SYSLOG_IP')
const events: readonly (readonly [Uint8Array, number])[] = [
  [ascii('DENY'), firewallKinds.block],
  [ascii('CREATE'), firewallKinds.allow],
  [ascii('CLOSE'), firewallKinds.other],
]
const screened: readonly (readonly [Uint8Array, number])[] = [
  [ascii('TCP'), 6],
  [ascii('UDP'), 17],
  [ascii('ICMP'), 1],
]
const notAvailable = [ascii('N/A'), ascii('None'), ascii('UNKNOWN')]
const drop = ascii('drop')
const element = ascii('[junos@')

const names = new FieldNames<
  Field | 'icmpType' | 'service' | 'reason' | 'sourceZone' | 'destinationZone' | 'screenAction'
>({
  'source-address': 'source',
  'source-port': 'sourcePort',
  'destination-address': 'destination',
  'destination-port': 'destinationPort',
  'nat-source-address': 'natSource',
  'nat-source-port': 'natSourcePort',
  'nat-destination-address': 'natDestination',
  'nat-destination-port': 'natDestinationPort',
  'protocol-id': 'protocol',
  'icmp-type': 'icmpType',
  'service-name': 'service',
  'policy-name': 'rule',
  'attack-name': 'rule',
  'source-zone-name': 'sourceZone',
  'destination-zone-name': 'destinationZone',
  'packet-incoming-interface': 'inInterface',
  'source-interface-name': 'inInterface',
  'interface-name': 'inInterface',
  'destination-interface-name': 'outInterface',
  reason: 'reason',
  action: 'screenAction',
})

/**
 * Juniper's SRX (Junos OS System Log Explorer): RT_FLOW_SESSION_DENY, _CREATE (allowed) and _CLOSE (neither: its beginning was told),
 * RT_SCREEN_…, as structured data of RFC 5424 or as text, and PFE_FW_SYSLOG_IP of filters. The line begins with the message's name.
 * Interfaces are zones where no interface is told; `state` is why a session was denied or ended.
 */
class Junos implements FirewallParser {
  readonly format = 'junos'
  readonly #pairs = new Pairs()
  readonly #text = new JunosText()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    for (const name of [session, screen, tracked, filter]) if (startsWith(line, from, to, name)) return true
    return false
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    if (startsWith(line, from, to, tracked)) return 'other'
    if (startsWith(line, from, to, filter)) return this.#text.filter(line, from + filter.length, to, into)
    const isSession = startsWith(line, from, to, session)
    if (!isSession && !startsWith(line, from, to, screen)) return 'malformed'
    const name = from + (isSession ? session.length : screen.length)
    const end = nameEnd(line, name, to)
    const data = line[end] === blank && end < to ? find(line, end, Math.min(to, end + 8), element) : -1
    if (isSession) {
      into.kind = eventKind(line, name, end)
      if (into.kind < 0) {
        into.kind = firewallKinds.other
        return 'other'
      }
      if (data >= 0) return this.#structured(line, data, to, hasSession, into)
      return this.#text.session(line, end, to, into)
    }
    for (const [word, protocol] of screened) if (startsWith(line, name, end, word)) into.protocol = protocol
    // Those of whole addresses tell one end alone.
    if (data < 0) return 'other'
    return this.#structured(line, data, to, 3, into) === 'told' && into.protocol !== 0 ? 'told' : 'other'
  }

  #structured(line: Uint8Array, from: number, to: number, needed: number, into: FirewallRow): FirewallParsed {
    const pairs = this.#pairs
    pairs.set(line, from, to)
    let told = 0
    let icmpType = -1
    let typed = false
    while (pairs.next()) {
      const name = names.find(line, pairs.keyFrom, pairs.keyTo)
      if (name === undefined || isNone(line, pairs.from, pairs.to)) continue
      switch (name) {
        case 'icmpType':
          if (!typed) icmpType = numberAt(line, pairs.from, pairs.to, 255)
          typed = true
          break
        case 'service':
          if (icmpType < 0) icmpType = icmpTypeOfService(line, pairs.from, pairs.to)
          break
        case 'reason':
          if (into.state.to === 0) setSpan(into.state, line, pairs.from, pairs.to)
          break
        case 'sourceZone':
          if (into.inInterface.to === 0) setSpan(into.inInterface, line, pairs.from, pairs.to)
          break
        case 'destinationZone':
          if (into.outInterface.to === 0) setSpan(into.outInterface, line, pairs.from, pairs.to)
          break
        case 'screenAction':
          // `alarm-without-drop` let it through.
          if (pairs.to - pairs.from === drop.length && startsWith(line, pairs.from, pairs.to, drop))
            into.kind = firewallKinds.block
          break
        default: {
          const had = readField(name, line, pairs.from, pairs.to, into)
          if (had === malformed) return 'malformed'
          told |= had
        }
      }
    }
    if ((told & needed) !== needed) return 'malformed'
    settle(into, icmpType)
    return 'told'
  }
}

export const junos: FirewallParser = new Junos()

/** Where `DENY` ends, and `DENY_LS` of a logical system. */
function nameEnd(line: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && ((line[at]! >= 0x41 && line[at]! <= 0x5a) || line[at] === underscore)) at++
  return at
}

/** `firewallKinds`; -1 of any other event. */
function eventKind(line: Uint8Array, from: number, to: number): number {
  for (const [word, kind] of events)
    if (
      startsWith(line, from, to, word) &&
      (to - from === word.length || line[from + word.length] === underscore)
    )
      return kind
  return -1
}

function isNone(line: Uint8Array, from: number, to: number): boolean {
  for (const word of notAvailable)
    if (word.length === to - from && startsWith(line, from, to, word)) return true
  return false
}
