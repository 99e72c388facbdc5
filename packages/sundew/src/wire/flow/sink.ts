import type { FlowColumns } from './columns.ts'

/** Where decoders put rows. */
export interface FlowSink {
  readonly columns: FlowColumns
  /** Called when no row is left: hands the batch over and empties it, so that `columns.rows` is 0 afterwards. */
  full(): void
}

/** From where a datagram (or a message of a stream) came: with the domain inside it, whose templates hold. */
export interface Exporter {
  /** The address as four little-endian words of its 16 bytes, as address columns have it. */
  readonly words: Uint32Array
  readonly port: number
  /** Readable: `192.0.2.1:2055`, and part of every key. */
  readonly name: string
}

/** Why something of an export packet was not decoded. A closed list: each is counted by itself. */
export const refusals = [
  'version', // none of 1, 5, 7, 9, 10, sFlow 5
  'header', // shorter than its header, or the header contradicts itself
  'length', // a length or count that the packet does not hold; what is whole is decoded
  'template', // a template that cannot be: too many fields, lengths of nothing, a self-reference
  'template-limit', // more templates than one exporter may have
  'exporter-limit', // more exporters than are kept at once
  'no-template', // data whose template did not come in time
  'record', // a record that breaks its template (a variable length past the set)
  'element', // a field whose length its type cannot have
  'time', // times that cannot be: kept, and counted
] as const
export type Refusal = (typeof refusals)[number]

/** What one packet held; the decoder's own object, used again for the next packet. */
export interface Decoded {
  version: number
  domain: number
  /** Rows written to the sink, also those of held data that this packet's templates set free. */
  flows: number
  optionRecords: number
  templates: number
  /** Data sets held back until their template comes. */
  held: number
  /** Flows, records or packets missing before this one by its sequence number; 0 at first sight and after a restart. */
  lost: number
  /** Bit n set: {@link refusals}[n] was met. 0 where all went well. */
  refused: number
}

/** Of a packet that held nothing; and what a decoder begins with. */
export function nothingDecoded(): Decoded {
  return { version: 0, domain: 0, flows: 0, optionRecords: 0, templates: 0, held: 0, lost: 0, refused: 0 }
}
