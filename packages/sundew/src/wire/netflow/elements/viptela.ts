import type { ElementTable } from './element.ts'

/** Viptela, now Cisco (PEN 41916): "Cflowd traffic flow monitoring", cisco.com. */
export const viptela: ElementTable = [[4321, 'viptelaVPNId', 'unsigned64']]
