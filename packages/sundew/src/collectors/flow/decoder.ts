import type { Decoded, Exporter, FlowSink } from '../../wire/flow/sink.ts'

/** What takes export packets apart: `wire/netflow` and `wire/sflow`. */
export interface FlowDecoder {
  /** One datagram, or one message of a stream. Never throws. What it returns is used again for the next packet. */
  decode(
    view: DataView,
    offset: number,
    length: number,
    exporter: Exporter,
    receivedMs: number,
    sink: FlowSink,
  ): Decoded
}

/** One of NetFlow, IPFIX and sFlow by its first bytes: sFlow's version is a word of 32 bits, all others' of 16. */
export function isSflow(view: DataView, offset: number, length: number): boolean {
  return length >= 4 && view.getUint32(offset) === 5
}
