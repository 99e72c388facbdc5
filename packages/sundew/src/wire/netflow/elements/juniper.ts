import type { ElementTable } from './element.ts'

/** Juniper (PEN 2636): "inline active flow monitoring: IPFIX templates", juniper.net. */
export const juniper: ElementTable = [[137, 'juniperCommonPropertiesId', 'octetArray']]
