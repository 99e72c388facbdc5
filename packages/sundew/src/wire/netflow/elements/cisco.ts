import type { ElementTable } from './element.ts'

/** Cisco (PEN 9): "Application Visibility and Control, field definition guide", cisco.com. */
export const cisco: ElementTable = [
  [8233, 'connectionInitiator', 'unsigned8'],
  [9252, 'samplingDatalinkFrames', 'octetArray'],
  [12172, 'servicesWaasSegment', 'unsigned8'],
  [12232, 'applicationHttpUri', 'string'],
  [12235, 'applicationHttpHost', 'string'],
  [12236, 'connectionClientIPv4Address', 'ipv4Address'],
  [12237, 'connectionServerIPv4Address', 'ipv4Address'],
  [12238, 'connectionClientIPv6Address', 'ipv6Address'],
  [12239, 'connectionServerIPv6Address', 'ipv6Address'],
  [12240, 'connectionClientTransportPort', 'unsigned16'],
  [12241, 'connectionServerTransportPort', 'unsigned16'],
  [12242, 'connectionId', 'unsigned32'],
  [12243, 'applicationTrafficClass', 'unsigned8'],
  [12244, 'applicationBusinessRelevance', 'unsigned8'],
]
