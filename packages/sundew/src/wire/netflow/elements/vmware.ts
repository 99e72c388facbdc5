import type { ElementTable } from './element.ts'

/** VMware's distributed switches (PEN 6876): "IPFIX templates of NSX for vSphere", docs.vmware.com. */
export const vmware: ElementTable = [
  [880, 'vmwareTenantProtocol', 'unsigned8'],
  [881, 'vmwareTenantSourceIPv4', 'ipv4Address'],
  [882, 'vmwareTenantDestIPv4', 'ipv4Address'],
  [883, 'vmwareTenantSourceIPv6', 'ipv6Address'],
  [884, 'vmwareTenantDestIPv6', 'ipv6Address'],
  [886, 'vmwareTenantSourcePort', 'unsigned16'],
  [887, 'vmwareTenantDestPort', 'unsigned16'],
  [888, 'vmwareEgressInterfaceAttr', 'unsigned16'],
  [889, 'vmwareVxlanExportRole', 'unsigned8'],
  [890, 'vmwareIngressInterfaceAttr', 'unsigned16'],
]
