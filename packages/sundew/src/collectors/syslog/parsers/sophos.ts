import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii, find, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { isIpv4 } from './address.ts'
import { type Field, FieldNames, hasSession, malformed, readField } from './fields.ts'
import { Names } from './names.ts'
import { readShortMac, tcpFlag } from './number.ts'
import { Pairs } from './pairs.ts'
import { numberAt, setSpan } from './scan.ts'
import { sessionAction } from './session-action.ts'
import { startsWithAny } from './values.ts'

/** What lines begin with: SFOS's, old and new, and UTM's. */
const starts = ['device=', 'device_name=', 'date=', 'id="'].map((text) => ascii(text))
const utmStart = starts[3]!
const component = ascii(' log_component=')
const utmPart = ascii(' sub="')
const utmSystem = ascii(' sys="')
/** Where these stand at most. */
const mostHead = 640

const names = new FieldNames<
  | Field
  | 'type'
  | 'part'
  | 'subtype'
  | 'ruleNumber'
  | 'component'
  | 'icmpType'
  | 'icmpCode'
  | 'tcpFlags'
  | 'state'
>({
  // SFOS (XG, XGS).
  log_type: 'type',
  log_subtype: 'subtype',
  log_component: 'component',
  fw_rule_id: 'ruleNumber',
  fw_rule_name: 'rule',
  in_interface: 'inInterface',
  out_interface: 'outInterface',
  src_mac: 'mac',
  src_ip: 'source',
  dst_ip: 'destination',
  protocol: 'protocol',
  src_port: 'sourcePort',
  dst_port: 'destinationPort',
  icmp_type: 'icmpType',
  icmp_code: 'icmpCode',
  tran_src_ip: 'natSource',
  tran_src_port: 'natSourcePort',
  tran_dst_ip: 'natDestination',
  tran_dst_port: 'natDestinationPort',
  con_event: 'state',
  connevent: 'state',
  // UTM (ASG).
  sub: 'part',
  action: 'action',
  fwrule: 'rule',
  initf: 'inInterface',
  outitf: 'outInterface',
  srcmac: 'mac',
  srcip: 'source',
  dstip: 'destination',
  proto: 'protocol',
  length: 'length',
  srcport: 'sourcePort',
  dstport: 'destinationPort',
  type: 'icmpType',
  code: 'icmpCode',
  tcpflags: 'tcpFlags',
})
const firewall = new Names(['firewall'])
const packetFilter = new Names(['packetfilter'])

/**
 * Sophos Firewall (SFOS syslog guide): `device="SFW" … log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" …
 * fw_rule_id=14 … src_ip=… dst_ip=… protocol="TCP" src_port=… dst_port=…`; and Sophos UTM's packet filter: `id="2001" … sub="packetfilter"
 * … action="drop" fwrule="60001" initf="eth0" … srcip="…" dstip="…" proto="6" …`. Their logs of other parts are no firewall's. The rule is
 * its name, else its number, else which part of SFOS decided (`Invalid Traffic`, `Appliance Access`).
 */
class Sophos implements FirewallParser {
  readonly format = 'sophos'
  readonly #pairs = new Pairs()

  accepts(line: Uint8Array, from: number, to: number): boolean {
    if (!startsWithAny(line, from, to, starts)) return false
    const end = Math.min(to, from + mostHead)
    if (startsWith(line, from, to, utmStart))
      return find(line, from, end, utmPart) >= 0 && find(line, from, end, utmSystem) >= 0
    return find(line, from, end, component) >= 0
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const pairs = this.#pairs
    pairs.set(line, from, to)
    let told = 0
    let typed = false
    let [icmpType, icmpCode] = [-1, -1]
    let [componentFrom, componentTo] = [0, 0]
    while (pairs.next()) {
      const name = names.find(line, pairs.keyFrom, pairs.keyTo)
      if (name === undefined) continue
      switch (name) {
        case 'type':
        case 'part':
          // Of two, the first is Sophos's own word; so of those below.
          if (typed) break
          if ((name === 'type' ? firewall : packetFilter).find(line, pairs.from, pairs.to) < 0) return 'other'
          typed = true
          break
        case 'subtype':
          if (into.kind === firewallKinds.other) into.kind = sessionAction(line, pairs.from, pairs.to)
          break
        case 'component':
          if (componentTo > 0) break
          componentFrom = pairs.from
          componentTo = pairs.to
          break
        case 'ruleNumber':
          // 0 is none.
          if (into.rule.to === 0 && numberAt(line, pairs.from, pairs.to, 0) < 0)
            setSpan(into.rule, line, pairs.from, pairs.to)
          break
        case 'icmpType':
          if (icmpType < 0) icmpType = numberAt(line, pairs.from, pairs.to, 255)
          break
        case 'icmpCode':
          if (icmpCode < 0) icmpCode = numberAt(line, pairs.from, pairs.to, 255)
          break
        case 'tcpFlags':
          for (let at = pairs.from; at + 3 <= pairs.to; at++) into.tcpFlags |= tcpFlag(line, at)
          break
        case 'mac':
          readShortMac(line, pairs.from, pairs.to, into)
          break
        case 'state':
          if (into.state.to === 0) setSpan(into.state, line, pairs.from, pairs.to)
          break
        default: {
          const had = readField(name, line, pairs.from, pairs.to, into)
          if (had === malformed) return 'malformed'
          told |= had
        }
      }
    }
    if (!typed || told !== hasSession) return 'malformed'
    if (into.rule.to === 0) setSpan(into.rule, line, componentFrom, componentTo)
    if (into.protocol === 1 && !isIpv4(into.source)) into.protocol = 58
    if (into.protocol === 1 || into.protocol === 58) {
      into.sourcePort = into.natSourcePort = into.natDestinationPort = 0
      into.destinationPort = Math.max(0, icmpType) * 256 + Math.max(0, icmpCode)
    }
    return 'told'
  }
}

export const sophos: FirewallParser = new Sophos()
