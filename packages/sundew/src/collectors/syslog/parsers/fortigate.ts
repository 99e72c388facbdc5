import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, indexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { type Field, FieldNames, hasSession, malformed, readField } from './fields.ts'
import { Names } from './names.ts'
import { Pairs } from './pairs.ts'
import { numberAt, setSpan } from './scan.ts'
import { sessionAction } from './session-action.ts'
import { afterPriority, startsWithAny } from './values.ts'

/** What a line begins with: FortiGate's own, and as FortiAnalyzer passes it on. */
const starts = ['date=', 'logver=', 'timestamp=', 'devname=', 'devid=', 'logid=', 'eventtime='].map((key) =>
  ascii(key),
)
/** Pairs that are looked at for one that no other vendor has. */
const firstPairs = 12
const own = new Names(['devid', 'logid'])

const names = new FieldNames<Field | 'type' | 'inspection' | 'service' | 'policy'>({
  type: 'type',
  action: 'action',
  utmaction: 'inspection',
  srcip: 'source',
  dstip: 'destination',
  srcport: 'sourcePort',
  dstport: 'destinationPort',
  proto: 'protocol',
  service: 'service',
  transip: 'natSource',
  transport: 'natSourcePort',
  tranip: 'natDestination',
  tranport: 'natDestinationPort',
  policyid: 'policy',
  policyname: 'rule',
  srcintf: 'inInterface',
  dstintf: 'outInterface',
  srcmac: 'mac',
  eventtime: 'logged',
  sentbyte: 'length',
})
const traffic = new Names(['traffic'])
/** An interface that there is none of. */
const unknown = new Names(['unknown0', 'unknown-0', 'unknown'])
/** Services that are an ICMP type and code. */
const pings = new Names(['ping', 'ping6'])
const icmpServices = [ascii('icmp/'), ascii('icmp6/')]

/**
 * FortiGate's traffic log (FortiOS Log Message Reference, "Traffic"): `date=… devname="…" devid="…" eventtime=… logid="…"
 * type="traffic" subtype="forward" srcip=… srcport=… srcintf="…" dstip=… … proto=6 action="deny" policyid=0 …`. A session's line comes
 * when it has ended, with how it did as `action`. Of `action` and what an inspection did (`utmaction`), what blocks holds.
 */
class Fortigate implements FirewallParser {
  readonly format = 'fortigate'
  readonly #pairs = new Pairs()
  /** ICMP's type * 256 + code, as the service says. */
  #icmp = 0

  accepts(line: Uint8Array, from: number, to: number): boolean {
    const at = afterPriority(line, from, to)
    if (!startsWithAny(line, at, to, starts)) return false
    const pairs = this.#pairs
    pairs.set(line, at, to)
    for (let count = 0; count < firstPairs && pairs.next(); count++)
      if (own.find(line, pairs.keyFrom, pairs.keyTo) >= 0) return true
    return false
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const pairs = this.#pairs
    pairs.set(line, afterPriority(line, from, to), to)
    this.#icmp = 0
    let told = 0
    let typed = false
    while (pairs.next()) {
      const name = names.find(line, pairs.keyFrom, pairs.keyTo)
      if (name === undefined) continue
      if (name === 'type') {
        if (traffic.find(line, pairs.from, pairs.to) < 0) return 'other'
        typed = true
        continue
      }
      const had = this.#field(name, line, pairs.from, pairs.to, into)
      if (had === malformed) return 'malformed'
      told |= had
    }
    if (!typed || told !== hasSession) return 'malformed'
    if (into.protocol === 1 || into.protocol === 58) {
      into.sourcePort = 0
      into.destinationPort = this.#icmp
    }
    return 'told'
  }

  #field(
    name: Field | 'inspection' | 'service' | 'policy',
    line: Uint8Array,
    from: number,
    to: number,
    into: FirewallRow,
  ): number {
    switch (name) {
      case 'action':
        // Of two, the first is the firewall's own word.
        if (into.state.to > 0) return 0
        setSpan(into.state, line, from, to)
        decide(sessionAction(line, from, to), into)
        return 0
      case 'inspection':
        decide(sessionAction(line, from, to), into)
        return 0
      case 'service':
        this.#icmp = icmpService(line, from, to)
        return 0
      case 'policy':
        // Its name is better.
        if (into.rule.to === 0) setSpan(into.rule, line, from, to)
        return 0
      case 'inInterface':
      case 'outInterface':
        return unknown.find(line, from, to) < 0 ? readField(name, line, from, to, into) : 0
      default:
        return readField(name, line, from, to, into)
    }
  }
}

export const fortigate: FirewallParser = new Fortigate()

function decide(kind: number, into: FirewallRow): void {
  if (into.kind !== firewallKinds.block && kind !== firewallKinds.other) into.kind = kind
}

/** `PING`, `icmp/8/0`, `icmp6/128/0` as type * 256 + code; 0 of any other service. */
function icmpService(line: Uint8Array, from: number, to: number): number {
  const ping = pings.find(line, from, to)
  if (ping >= 0) return ping === 0 ? 2048 : 128 * 256
  for (const start of icmpServices) {
    if (!startsWith(line, from, to, start)) continue
    const slash = indexOf(line, from + start.length, to, 0x2f)
    const type = numberAt(line, from + start.length, slash, 255)
    const code = numberAt(line, slash + 1, to, 255)
    return type < 0 || code < 0 ? 0 : type * 256 + code
  }
  return 0
}
