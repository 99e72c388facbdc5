import { indexOf } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed } from '../parser.ts'
import { type Field, FieldNames, hasSession, malformed, readField } from './fields.ts'
import { Labels } from './labels.ts'

const [open, close] = [0x28, 0x29]
const names = new FieldNames<Field>({
  'Src IP': 'source',
  'Dst IP': 'destination',
  'Src Port': 'sourcePort',
  'Dst Port': 'destinationPort',
  'Src Intf': 'inInterface',
  Protocol: 'protocol',
  'ACL Name': 'rule',
  'ACE Action': 'action',
})
/** What NX-OS writes for packets of any protocol. */
const anyProtocol = 253
const labels = new Labels()

/**
 * Reads a flow of NX-OS's `logging ip access-list` (`%ACLLOG-5-ACLLOG_FLOW_INTERVAL: Src IP: a, Dst IP: b, Src Port: 1, Dst Port: 2,
 * Src Intf: Ethernet4/1, Protocol: "TCP"(6), ACL Name: x, ACE Action: Deny, Appl Intf: Vlan10, Hit-count: 600`). Older ones do not
 * say what was done.
 */
export function readNexusFlow(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
  labels.set(line, from, to)
  let told = 0
  while (labels.next()) {
    const name = names.find(line, labels.keyFrom, labels.keyTo)
    if (name === undefined) continue
    // Of `"TCP"(6)`, the number.
    const start = name === 'protocol' ? indexOf(line, labels.from, labels.to, open) + 1 : labels.from
    const end = name === 'protocol' ? indexOf(line, start, labels.to, close) : labels.to
    const had = readField(name, line, start, end, into)
    if (had === malformed) return 'malformed'
    told |= had
  }
  if (told !== hasSession) return told === 0 ? 'other' : 'malformed'
  if (into.protocol === anyProtocol) into.protocol = 0
  if (into.protocol === 1 || into.protocol === 58) into.sourcePort = into.destinationPort = 0
  return 'told'
}
