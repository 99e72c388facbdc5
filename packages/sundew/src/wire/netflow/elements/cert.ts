import type { ElementTable } from './element.ts'

/**
 * CERT, which YAF uses (PEN 6871): the CERT IPFIX registry, tools.netsa.cert.org/cert-ipfix-registry. An id with 16384
 * added is the same of the way back.
 */
export const cert: ElementTable = [
  [14, 'initialTCPFlags', 'unsigned8'],
  [15, 'unionTCPFlags', 'unsigned8'],
  [18, 'payload', 'octetArray'],
  [21, 'reverseFlowDeltaMilliseconds', 'unsigned32'],
  [33, 'silkAppLabel', 'unsigned16'],
  [35, 'payloadEntropy', 'unsigned8'],
  [36, 'osName', 'string'],
  [37, 'osVersion', 'string'],
  [38, 'firstPacketBanner', 'octetArray'],
  [39, 'secondPacketBanner', 'octetArray'],
  [40, 'flowAttributes', 'unsigned16'],
  [100, 'expiredFragmentCount', 'unsigned32'],
  [101, 'assembledFragmentCount', 'unsigned32'],
  [102, 'meanFlowRate', 'unsigned32'],
  [103, 'meanPacketRate', 'unsigned32'],
  [104, 'flowTableFlushEventCount', 'unsigned32'],
  [105, 'flowTablePeakCount', 'unsigned32'],
  [107, 'osFingerPrint', 'string'],
  [289, 'nDPIL7Protocol', 'unsigned16'],
  [290, 'nDPIL7SubProtocol', 'unsigned16'],
  [500, 'smallPacketCount', 'unsigned32'],
  [501, 'nonEmptyPacketCount', 'unsigned32'],
  [502, 'dataByteCount', 'unsigned64'],
  [503, 'averageInterarrivalTime', 'unsigned64'],
  [504, 'standardDeviationInterarrivalTime', 'unsigned64'],
  [505, 'firstNonEmptyPacketSize', 'unsigned16'],
  [506, 'maxPacketSize', 'unsigned16'],
  [507, 'firstEightNonEmptyPacketDirections', 'unsigned8'],
  [508, 'standardDeviationPayloadLength', 'unsigned16'],
  [510, 'largePacketCount', 'unsigned32'],
]
