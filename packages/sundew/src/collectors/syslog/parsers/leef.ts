import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, indexOf, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { hexDigit } from './address.ts'
import { type Field, FieldNames, hasSession, malformed, readField } from './fields.ts'
import { afterPriority } from './values.ts'

const [pipe, equals, tab] = [0x7c, 0x3d, 0x09]
const versions = [ascii('LEEF:1.0|'), ascii('LEEF:2.0|')] as const
/** Fields before the attributes: vendor, product, version and event; the second version has the byte between attributes, too. */
const headerFields = 4

const names = new FieldNames<Field>({
  src: 'source',
  dst: 'destination',
  srcPort: 'sourcePort',
  dstPort: 'destinationPort',
  proto: 'protocol',
  action: 'action',
  act: 'action',
  srcPostNAT: 'natSource',
  srcPostNATPort: 'natSourcePort',
  dstPostNAT: 'natDestination',
  dstPostNATPort: 'natDestinationPort',
  srcMAC: 'mac',
  srcBytes: 'length',
  policy: 'rule',
  rule: 'rule',
  rule_name: 'rule',
  RuleName: 'rule',
  IngressInterface: 'inInterface',
  EgressInterface: 'outInterface',
})

/**
 * IBM's Log Event Extended Format, 1.0 and 2.0, of any vendor: `LEEF:1.0|Vendor|Product|Version|Event|src=…⇥dst=…⇥srcPort=…`, with tabs or
 * another byte between. What has no addresses, no protocol or no action that blocks or allows is another's event than a firewall's.
 */
class Leef implements FirewallParser {
  readonly format = 'leef'

  accepts(line: Uint8Array, from: number, to: number): boolean {
    return versionOf(line, afterPriority(line, from, to), to) > 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    let at = afterPriority(line, from, to)
    const version = versionOf(line, at, to)
    at += versions[0].length
    for (let field = 0; field < headerFields; field++) {
      const end = indexOf(line, at, to, pipe)
      if (version === 0 || end < 0) return 'malformed'
      at = end + 1
    }
    const end = version === 2 ? indexOf(line, at, to, pipe) : -1
    const told = attributes(line, version === 2 ? end + 1 : at, to, between(line, at, end), into)
    if (into.kind === firewallKinds.other) return 'other'
    if (told === malformed || (version === 2 && end < 0)) return 'malformed'
    if (told !== hasSession) return 'other'
    if (into.protocol === 1 || into.protocol === 58) into.sourcePort = into.destinationPort = 0
    return 'told'
  }
}

export const leef: FirewallParser = new Leef()

/** 1 or 2; 0 of what is no LEEF. */
function versionOf(line: Uint8Array, at: number, to: number): number {
  if (startsWith(line, at, to, versions[0])) return 1
  return startsWith(line, at, to, versions[1]) ? 2 : 0
}

/** The byte between attributes: itself (`^`) or in hexadecimal (`x5E`, `0x5E`); a tab where none is told. */
function between(line: Uint8Array, from: number, to: number): number {
  if (to - from === 1) return line[from]!
  if (to - from < 3 || to - from > 4 || (line[to - 3]! | 0x20) !== 0x78) return tab
  const high = hexDigit(line[to - 2]!)
  const low = hexDigit(line[to - 1]!)
  return high < 0 || low < 0 ? tab : high * 16 + low
}

/** Which fields the attributes tell; {@link malformed} where one cannot be. */
function attributes(
  line: Uint8Array,
  from: number,
  to: number,
  separator: number,
  into: FirewallRow,
): number {
  let told = 0
  for (let at = from; at < to;) {
    const end = indexOf(line, at, to, separator)
    const last = end < 0 ? to : end
    const sign = indexOf(line, at, last, equals)
    const name = sign < 0 ? undefined : names.find(line, at, sign)
    if (name !== undefined) {
      const had = readField(name, line, sign + 1, last, into)
      told = had === malformed ? malformed : told | had
    }
    at = last + 1
  }
  return told
}
