import type { ElementTable } from './element.ts'

/**
 * ntop's nProbe (PEN 35632): "nProbe: flow information elements", ntop.org/guides/nprobe. In v9 it adds 57472 to the ids.
 */
export const ntop: ElementTable = [
  [118, 'ntopL7Protocol', 'unsigned16'],
  [119, 'ntopL7ProtocolName', 'string'],
  [123, 'ntopClientNetworkLatencyMs', 'unsigned32'],
  [124, 'ntopServerNetworkLatencyMs', 'unsigned32'],
  [125, 'ntopApplicationLatencyMs', 'unsigned32'],
  [180, 'ntopHttpUrl', 'string'],
  [205, 'ntopDnsQuery', 'string'],
]
