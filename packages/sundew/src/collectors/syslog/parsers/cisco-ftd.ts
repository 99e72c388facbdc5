import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed } from '../parser.ts'
import { type Field, FieldNames, hasSession, malformed, readField } from './fields.ts'
import { Labels } from './labels.ts'
import { Names } from './names.ts'
import type { Cursor } from './scan.ts'

const names = new FieldNames<Field | 'icmpType'>({
  AccessControlRuleAction: 'action',
  SrcIP: 'source',
  DstIP: 'destination',
  SrcPort: 'sourcePort',
  DstPort: 'destinationPort',
  Protocol: 'protocol',
  IngressInterface: 'inInterface',
  EgressInterface: 'outInterface',
  AccessControlRuleName: 'rule',
  InitiatorBytes: 'length',
  ICMPType: 'icmpType',
})
/** ICMP types by the names that FTD has for them. */
const icmpTypes = new Names(['Echo Reply', 'Destination Unreachable', 'Echo Request', 'Time Exceeded'])
const icmpNumbers = [0, 3, 8, 11]
const labels = new Labels()

/** Reads the connection events of FTD, 430002 and 430003: `…, AccessControlRuleAction: Block, SrcIP: a, DstIP: b, …`. */
export function readFtdConnection(cursor: Cursor, into: FirewallRow): FirewallParsed {
  const { line } = cursor
  labels.set(line, cursor.at, cursor.to)
  let told = 0
  while (labels.next()) {
    const name = names.find(line, labels.keyFrom, labels.keyTo)
    if (name === undefined) continue
    if (name === 'icmpType') {
      into.destinationPort = (icmpNumbers[icmpTypes.find(line, labels.from, labels.to)] ?? 0) * 256
      continue
    }
    const had = readField(name, line, labels.from, labels.to, into)
    if (had === malformed) return 'malformed'
    told |= had
  }
  return told === hasSession ? 'told' : 'malformed'
}
