import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, indexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { Names } from './names.ts'
import { readMac, readProtocol } from './number.ts'
import { Pairs } from './pairs.ts'
import { setSpan } from './scan.ts'
import { sessionAction } from './session-action.ts'
import { afterPriority, readAmount, readEpoch, readPort, readWholeAddress } from './values.ts'

/** What a line begins with: FortiGate's own, and as FortiAnalyzer passes it on. */
const starts = ['date=', 'logver=', 'timestamp=', 'devname=', 'devid=', 'logid=', 'eventtime='].map((key) =>
  ascii(key),
)
/** Pairs that are looked at for one that no other vendor has. */
const firstPairs = 12
const own = new Names(['devid', 'logid'])

const fields = [
  'type',
  'action',
  'utmaction',
  'srcip',
  'dstip',
  'srcport',
  'dstport',
  'proto',
  'service',
  'transip',
  'transport',
  'tranip',
  'tranport',
  'policyid',
  'policyname',
  'srcintf',
  'dstintf',
  'srcmac',
  'eventtime',
  'sentbyte',
] as const
const names = new Names(fields)
const traffic = new Names(['traffic'])
/** An interface that there is none of. */
const unknown = new Names(['unknown0', 'unknown-0', 'unknown'])
/** Services that are an ICMP type and code. */
const pings = new Names(['ping', 'ping6'])
const icmpServices = [ascii('icmp/'), ascii('icmp6/')]

/** What a line has told. */
const [hasType, hasSource, hasDestination, hasProtocol] = [1, 2, 4, 8]
const all = 15

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
    if (!starts.some((start) => startsWith(line, at, to, start))) return false
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
    while (pairs.next()) {
      const field = names.find(line, pairs.keyFrom, pairs.keyTo)
      if (field < 0) continue
      const had = this.#field(fields[field]!, line, pairs.from, pairs.to, into)
      if (had < 0) return 'malformed'
      told |= had
      if ((told & hasType) === 0 && fields[field] === 'type') return 'other'
    }
    if (told !== all) return 'malformed'
    if (into.protocol === 1 || into.protocol === 58) {
      into.sourcePort = 0
      into.destinationPort = this.#icmp
    }
    return 'told'
  }

  /** Which field was told, 0 for none that has to be, -1 where it is malformed. */
  #field(
    name: (typeof fields)[number],
    line: Uint8Array,
    from: number,
    to: number,
    into: FirewallRow,
  ): number {
    switch (name) {
      case 'type':
        return traffic.find(line, from, to) < 0 ? 0 : hasType
      case 'action':
        setSpan(into.state, line, from, to)
        return decide(sessionAction(line, from, to), into)
      case 'utmaction':
        return decide(sessionAction(line, from, to), into)
      case 'srcip':
        return readWholeAddress(line, from, to, into.source) ? hasSource : -1
      case 'dstip':
        return readWholeAddress(line, from, to, into.destination) ? hasDestination : -1
      case 'srcport': {
        const port = readPort(line, from, to)
        into.sourcePort = Math.max(0, port)
        return Math.min(0, port)
      }
      case 'dstport': {
        const port = readPort(line, from, to)
        into.destinationPort = Math.max(0, port)
        return Math.min(0, port)
      }
      case 'proto': {
        const protocol = readProtocol(line, from, to)
        into.protocol = Math.max(0, protocol)
        return protocol < 0 ? -1 : hasProtocol
      }
      case 'service':
        this.#icmp = icmpService(line, from, to)
        return 0
      case 'transip':
        return readWholeAddress(line, from, to, into.natSource) ? 0 : -1
      case 'transport':
        into.natSourcePort = Math.max(0, readPort(line, from, to))
        return 0
      case 'tranip':
        return readWholeAddress(line, from, to, into.natDestination) ? 0 : -1
      case 'tranport':
        into.natDestinationPort = Math.max(0, readPort(line, from, to))
        return 0
      case 'policyid':
        if (into.rule.to === 0) setSpan(into.rule, line, from, to)
        return 0
      case 'policyname':
        if (from < to) setSpan(into.rule, line, from, to)
        return 0
      case 'srcintf':
        if (unknown.find(line, from, to) < 0) setSpan(into.inInterface, line, from, to)
        return 0
      case 'dstintf':
        if (unknown.find(line, from, to) < 0) setSpan(into.outInterface, line, from, to)
        return 0
      case 'srcmac':
        readMac(line, from, to, into)
        return 0
      case 'eventtime':
        into.logged = readEpoch(line, from, to)
        return 0
      case 'sentbyte':
        into.length = Math.max(0, readAmount(line, from, to))
        return 0
    }
  }
}

export const fortigate: FirewallParser = new Fortigate()

function decide(kind: number, into: FirewallRow): number {
  if (into.kind !== firewallKinds.block && kind !== firewallKinds.other) into.kind = kind
  return 0
}

/** `PING`, `icmp/8/0`, `icmp6/128/0` as type * 256 + code; 0 of any other service. */
function icmpService(line: Uint8Array, from: number, to: number): number {
  const ping = pings.find(line, from, to)
  if (ping >= 0) return ping === 0 ? 2048 : 128 * 256
  for (const start of icmpServices) {
    if (!startsWith(line, from, to, start)) continue
    const slash = indexOf(line, from + start.length, to, 0x2f)
    const type = readPort(line, from + start.length, slash)
    const code = readPort(line, slash + 1, to)
    return slash < 0 || type < 0 || type > 255 || code < 0 || code > 255 ? 0 : type * 256 + code
  }
  return 0
}
