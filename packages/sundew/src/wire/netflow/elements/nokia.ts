import type { ElementTable } from './element.ts'

/** Nokia, once Alcatel (PEN 637): "7750 SR: IPFIX for NAT logging", documentation.nokia.com. */
export const nokia: ElementTable = [
  [91, 'natInsideSvcid', 'unsigned16'],
  [92, 'natOutsideSvcid', 'unsigned16'],
  [93, 'natSubString', 'string'],
]
