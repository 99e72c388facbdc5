import type { ElementTable } from './element.ts'
import { ntop } from './ntop.ts'

/** What nProbe adds to its own ids in v9, which has no enterprise numbers. */
const ntopBase = 57_472

/**
 * Ids past IANA's range that vendors took for themselves in NetFlow v9, which has no enterprise numbers.
 * Cisco ASA: "NetFlow Secure Event Logging implementation note", cisco.com. Palo Alto Networks: "NetFlow templates",
 * docs.paloaltonetworks.com. Streamcore: the templates that it sends. 65 and up of Fortinet are not published.
 */
export const v9Vendors: ElementTable = [
  [8193, 'streamcoreNetworkResponseTime', 'unsigned32'],
  [8194, 'streamcoreTotalResponseTime', 'unsigned32'],
  [8196, 'streamcoreCallDirection', 'unsigned8'],
  [8256, 'streamcoreHostname', 'string'],
  [8257, 'streamcoreUrl', 'string'],
  ...Array.from(
    { length: 10 },
    (_, rule) => [8384 + rule, `streamcoreIdRule${rule + 1}`, 'unsigned32'] as const,
  ),
  [33000, 'asaIngressAclId', 'octetArray'],
  [33001, 'asaEgressAclId', 'octetArray'],
  [33002, 'asaExtendedEvent', 'unsigned16'],
  [40000, 'asaUserName', 'string'],
  [40001, 'asaTranslatedSourceIPv4Address', 'ipv4Address'],
  [40002, 'asaTranslatedDestinationIPv4Address', 'ipv4Address'],
  [40003, 'asaTranslatedSourcePort', 'unsigned16'],
  [40004, 'asaTranslatedDestinationPort', 'unsigned16'],
  [40005, 'asaEvent', 'unsigned8'],
  [56701, 'paloAltoAppId', 'string'],
  [56702, 'paloAltoUserId', 'string'],
  ...ntop.map(([id, name, type]) => [ntopBase + id, name, type] as const),
]
