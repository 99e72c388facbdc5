import type { ElementTable } from './element.ts'

/** Procera, now Sandvine (PEN 15397): PacketLogic's IPFIX elements, those that the templates it sends and their values make plain. */
export const procera: ElementTable = [
  [1, 'proceraService', 'string'],
  [2, 'proceraBaseService', 'string'],
  [3, 'proceraIncomingOctets', 'unsigned64'],
  [4, 'proceraOutgoingOctets', 'unsigned64'],
  [15, 'proceraFlowBehavior', 'string'],
  [25, 'proceraHttpFileLength', 'unsigned32'],
  [28, 'proceraSubscriberIdentifier', 'string'],
  [47, 'proceraTemplateName', 'string'],
]
