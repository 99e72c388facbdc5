import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, startsWith } from '../../tail/scan.ts'
import type { FirewallRow, Span } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { CefExtension } from './cef-extension.ts'
import { readCefTime } from './cef-time.ts'
import {
  type Field,
  FieldNames,
  hasDestination,
  hasSession,
  hasSource,
  malformed,
  readField,
} from './fields.ts'
import { Names } from './names.ts'
import { actionOf } from './scan-action.ts'
import { setSpan } from './scan.ts'
import { afterPriority, startsWithAny } from './values.ts'

const [blank, pipe, backslash] = [0x20, 0x7c, 0x5c]
const start = ascii('CEF:')
/** Fields of the header, of which the fifth is the event's number and the sixth its name. */
const headerFields = 7
const [classField, nameField] = [4, 5]

const names = new FieldNames<Field | 'client' | 'clientDestination' | 'time' | 'custom' | 'label'>({
  src: 'source',
  c6a2: 'source',
  dst: 'destination',
  c6a3: 'destination',
  spt: 'sourcePort',
  dpt: 'destinationPort',
  proto: 'protocol',
  act: 'action',
  sourceTranslatedAddress: 'natSource',
  sourceTranslatedPort: 'natSourcePort',
  destinationTranslatedAddress: 'natDestination',
  destinationTranslatedPort: 'natDestinationPort',
  deviceInboundInterface: 'inInterface',
  deviceOutboundInterface: 'outInterface',
  smac: 'mac',
  in: 'length',
  rt: 'time',
  // UniFi's own, where it tells a client by name.
  UNIFIsrcClientIp: 'client',
  UNIFIdstClientIp: 'clientDestination',
  UNIFIpolicyName: 'rule',
  FTNTFGTpolicyid: 'rule',
  FTNTFGTpolicyname: 'rule',
  rule: 'rule',
  rule_name: 'rule',
  policyName: 'rule',
  ...Object.fromEntries(['1', '2', '3', '4', '5', '6'].map((number) => [`cs${number}`, 'custom'] as const)),
  ...Object.fromEntries(
    ['1', '2', '3', '4', '5', '6'].map((number) => [`cs${number}Label`, 'label'] as const),
  ),
})
/** What vendors call the custom string that is the rule. */
const ruleLabels = new Names([
  'rule',
  'rule name',
  'rulename',
  'policy',
  'policy name',
  'acl',
  'access list',
  'accessgroup',
])
/** Names of events that are of an inspection within a session, which has a line of its own: Palo Alto's, FortiGate's. */
const inspections = [ascii('THREAT'), ascii('utm:'), ascii('event:')]

/**
 * The Common Event Format of any vendor (OpenText's "ArcSight Common Event Format"), UniFi's firewall lines among them:
 * `CEF:0|Vendor|Product|Version|Number|Name|Severity|src=… dst=… spt=… dpt=… proto=… act=…`. What has no addresses, no protocol or no
 * action that blocks or allows is another's event than a firewall's.
 */
class Cef implements FirewallParser {
  readonly format = 'cef'
  readonly #extension = new CefExtension()
  readonly #header = new Int32Array(headerFields + 1)
  /** Custom strings 1 to 6. */
  readonly #custom: readonly Span[] = Array.from({ length: 7 }, () => ({ from: 0, to: 0 }))

  accepts(line: Uint8Array, from: number, to: number): boolean {
    return versionAt(line, afterPriority(line, from, to), to) >= 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const version = versionAt(line, afterPriority(line, from, to), to)
    if (version < 0) return 'malformed'
    const fields = this.#cutHeader(line, version, to)
    // UniFi OS leaves the name out, of events that are none of a firewall.
    if (fields < headerFields) return fields < headerFields - 1 ? 'malformed' : 'other'
    const told = this.#read(line, this.#header[headerFields]!, to, into)
    const name = this.#header[nameField]!
    if (startsWithAny(line, name, to, inspections)) return 'other'
    if (into.kind === firewallKinds.other)
      into.kind = actionOf(line, this.#header[classField]!, this.#header[nameField + 1]!)
    if (into.kind === firewallKinds.other) return 'other'
    if (told < 0) return 'malformed'
    if (told !== hasSession) return 'other'
    if (into.protocol === 1 || into.protocol === 58) into.sourcePort = into.destinationPort = 0
    return 'told'
  }

  /** Where the header's fields begin, and the extension behind them; says how many fields there are. */
  #cutHeader(line: Uint8Array, from: number, to: number): number {
    let count = 0
    this.#header[0] = from
    for (let at = from; at < to && count < headerFields; at++)
      if (line[at] === backslash) at++
      else if (line[at] === pipe) this.#header[++count] = at + 1
    return count
  }

  /** The fields that were told; {@link malformed} where one cannot be. */
  #read(line: Uint8Array, from: number, to: number, into: FirewallRow): number {
    const extension = this.#extension
    extension.set(line, from, to)
    let told = 0
    let rule = 0
    for (const custom of this.#custom) custom.to = 0
    while (extension.next()) {
      const name = names.find(line, extension.keyFrom, extension.keyTo)
      let had = 0
      switch (name) {
        case undefined:
          continue
        case 'time':
          into.logged = readCefTime(line, extension.from, extension.to)
          continue
        case 'custom':
          setSpan(this.#custom[line[extension.keyFrom + 2]! - 0x30]!, line, extension.from, extension.to)
          continue
        case 'label':
          if (ruleLabels.find(line, extension.from, extension.to) >= 0)
            rule = line[extension.keyFrom + 2]! - 0x30
          continue
        case 'client':
          if ((told & hasSource) === 0) had = readField('source', line, extension.from, extension.to, into)
          break
        case 'clientDestination':
          if ((told & hasDestination) === 0)
            had = readField('destination', line, extension.from, extension.to, into)
          break
        default:
          had = readField(name, line, extension.from, extension.to, into)
      }
      told = had === malformed ? malformed : told | had
    }
    const custom = this.#custom[rule]!
    if (custom.to > 0) {
      into.rule.from = custom.from
      into.rule.to = custom.to
    }
    return told
  }
}

export const cef: FirewallParser = new Cef()

/** Where the version stands, of `CEF:0|`; -1 where it is no CEF. */
function versionAt(line: Uint8Array, from: number, to: number): number {
  if (!startsWith(line, from, to, start)) return -1
  const at = line[from + start.length] === blank ? from + start.length + 1 : from + start.length
  return at + 1 < to && line[at]! >= 0x30 && line[at]! <= 0x39 && line[at + 1] === pipe ? at : -1
}
