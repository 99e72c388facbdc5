import type { ElementTable } from './element.ts'

/** Barracuda (PEN 10704): "CloudGen Firewall: IPFIX/NetFlow, extended templates", campus.barracuda.com. */
export const barracuda: ElementTable = [
  [1, 'barracudaTimestamp', 'unsigned32'],
  [2, 'barracudaLogOp', 'unsigned8'],
  [3, 'barracudaTrafficType', 'unsigned8'],
  [4, 'barracudaFirewallRule', 'string'],
  [5, 'barracudaServiceName', 'string'],
  [6, 'barracudaReason', 'unsigned32'],
  [7, 'barracudaReasonText', 'string'],
  [8, 'barracudaBindIPv4Address', 'ipv4Address'],
  [9, 'barracudaBindTransportPort', 'unsigned16'],
  [10, 'barracudaConnectionIPv4Address', 'ipv4Address'],
  [11, 'barracudaConnectionTransportPort', 'unsigned16'],
  [12, 'barracudaAuditCounter', 'unsigned32'],
]
