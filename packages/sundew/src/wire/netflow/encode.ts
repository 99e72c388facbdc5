/** A field as a template names it. */
export interface FieldSpec {
  /** Element id, 1 to 32767 (v9: to 65535). */
  readonly id: number
  /** Bytes; {@link variableLength} for a length before each value (IPFIX). */
  readonly length: number
  /** Private enterprise number (IPFIX only). */
  readonly pen?: number
}

/** A whole number in network order, or bytes as they are. */
export type FieldValue = number | bigint | Uint8Array

/** Data whose records are laid out by `fields`. */
interface DataSet {
  readonly id: number
  readonly fields: readonly FieldSpec[]
  readonly records: readonly (readonly FieldValue[])[]
}

export type ExportSet =
  | { readonly templates: readonly { readonly id: number; readonly fields: readonly FieldSpec[] }[] }
  | {
      /** Of the fields the first `scopes` are scope fields. */
      readonly options: readonly {
        readonly id: number
        readonly scopes: number
        readonly fields: readonly FieldSpec[]
      }[]
    }
  | DataSet
  /** A set of any bytes, also those that no decoder should take. */
  | { readonly set: number; readonly body: Uint8Array }

/** RFC 7011, section 3.2: "this field's length is told with each value". */
export const variableLength = 65535

export interface V9Header {
  readonly uptimeMs: number
  readonly seconds: number
  readonly sequence: number
  readonly domain: number
}

/** A NetFlow v9 packet (RFC 3954, section 5). Its count is that of records, templates included. */
export function encodeV9(header: V9Header, sets: readonly ExportSet[]): Uint8Array {
  const out = new Writer()
  out.number(9, 2)
  out.number(
    sets.reduce((sum, set) => sum + recordsOf(set), 0),
    2,
  )
  out.number(header.uptimeMs, 4)
  out.number(header.seconds, 4)
  out.number(header.sequence, 4)
  out.number(header.domain, 4)
  for (const set of sets) writeSet(out, set, 9)
  return out.bytes()
}

/** An IPFIX message (RFC 7011, section 3.1). */
export function encodeIpfix(header: Omit<V9Header, 'uptimeMs'>, sets: readonly ExportSet[]): Uint8Array {
  const out = new Writer()
  out.number(10, 2)
  out.number(0, 2)
  out.number(header.seconds, 4)
  out.number(header.sequence, 4)
  out.number(header.domain, 4)
  for (const set of sets) writeSet(out, set, 10)
  return out.bytes(2)
}

export interface V5Header {
  readonly uptimeMs: number
  readonly seconds: number
  readonly nanoseconds?: number
  readonly sequence: number
  readonly engineType?: number
  readonly engineId?: number
  /** Two bits of mode, then 14 of interval. */
  readonly sampling?: number
  /** What the header says, where that is not the truth. */
  readonly count?: number
}

/** Addresses as numbers, the rest as the packet has it. */
export interface V5Flow {
  readonly source: number
  readonly destination: number
  readonly nextHop?: number
  readonly input?: number
  readonly output?: number
  readonly packets: number
  readonly bytes: number
  readonly firstMs?: number
  readonly lastMs?: number
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly tcpFlags?: number
  readonly protocol?: number
  readonly tos?: number
  readonly sourceAs?: number
  readonly destinationAs?: number
  readonly sourceMask?: number
  readonly destinationMask?: number
}

/** A NetFlow v5 packet: a header of 24 bytes and 48 a flow, 30 flows at most in real life. */
export function encodeV5(header: V5Header, flows: readonly V5Flow[]): Uint8Array {
  const out = new Writer()
  out.number(5, 2)
  out.number(header.count ?? flows.length, 2)
  out.number(header.uptimeMs, 4)
  out.number(header.seconds, 4)
  out.number(header.nanoseconds ?? 0, 4)
  out.number(header.sequence, 4)
  out.number(header.engineType ?? 0, 1)
  out.number(header.engineId ?? 0, 1)
  out.number(header.sampling ?? 0, 2)
  for (const flow of flows) {
    out.number(flow.source, 4)
    out.number(flow.destination, 4)
    out.number(flow.nextHop ?? 0, 4)
    out.number(flow.input ?? 0, 2)
    out.number(flow.output ?? 0, 2)
    out.number(flow.packets, 4)
    out.number(flow.bytes, 4)
    out.number(flow.firstMs ?? 0, 4)
    out.number(flow.lastMs ?? 0, 4)
    out.number(flow.sourcePort ?? 0, 2)
    out.number(flow.destinationPort ?? 0, 2)
    out.number(0, 1)
    out.number(flow.tcpFlags ?? 0, 1)
    out.number(flow.protocol ?? 0, 1)
    out.number(flow.tos ?? 0, 1)
    out.number(flow.sourceAs ?? 0, 2)
    out.number(flow.destinationAs ?? 0, 2)
    out.number(flow.sourceMask ?? 0, 1)
    out.number(flow.destinationMask ?? 0, 1)
    out.number(0, 2)
  }
  return out.bytes()
}

function recordsOf(set: ExportSet): number {
  if ('templates' in set) return set.templates.length
  if ('options' in set) return set.options.length
  return 'records' in set ? set.records.length : 1
}

function writeSet(out: Writer, set: ExportSet, version: 9 | 10): void {
  const start = out.length
  const ipfix = version === 10
  if ('templates' in set) {
    out.number(ipfix ? 2 : 0, 2)
    out.number(0, 2)
    for (const { id, fields } of set.templates) {
      out.number(id, 2)
      out.number(fields.length, 2)
      for (const field of fields) writeField(out, field, ipfix)
    }
  } else if ('options' in set) {
    out.number(ipfix ? 3 : 1, 2)
    out.number(0, 2)
    for (const { id, scopes, fields } of set.options) {
      out.number(id, 2)
      out.number(ipfix ? fields.length : scopes * 4, 2)
      out.number(ipfix ? scopes : (fields.length - scopes) * 4, 2)
      for (const field of fields) writeField(out, field, ipfix)
    }
  } else if ('records' in set) {
    out.number(set.id, 2)
    out.number(0, 2)
    for (const record of set.records)
      for (const [index, field] of set.fields.entries()) writeValue(out, field, record[index] ?? 0)
  } else {
    out.number(set.set, 2)
    out.number(0, 2)
    out.raw(set.body)
  }
  if (!('body' in set)) while ((out.length - start) % 4 !== 0) out.number(0, 1)
  out.patch(start + 2, out.length - start)
}

function writeField(out: Writer, { id, length, pen }: FieldSpec, ipfix: boolean): void {
  const own = ipfix && pen !== undefined
  out.number(own ? id | 0x8000 : id, 2)
  out.number(length, 2)
  if (own) out.number(pen, 4)
}

function writeValue(out: Writer, { length }: FieldSpec, value: FieldValue): void {
  if (length !== variableLength) {
    if (typeof value === 'object') {
      for (let at = 0; at < length; at++) out.number(value[at] ?? 0, 1)
    } else out.number(value, length)
    return
  }
  const bytes = typeof value === 'object' ? value : shortest(value)
  if (bytes.length < 255) out.number(bytes.length, 1)
  else {
    out.number(255, 1)
    out.number(bytes.length, 2)
  }
  out.raw(bytes)
}

function shortest(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  for (let left = BigInt(value); left > 0n; left >>= 8n) bytes.unshift(Number(left & 0xffn))
  return Uint8Array.from(bytes)
}

/** Bytes that grow. */
class Writer {
  #buffer = new Uint8Array(2048)
  length = 0

  /** A whole number in so many bytes, the high ones first; what does not fit is cut off. */
  number(value: number | bigint, length: number): void {
    this.#room(length)
    if (length <= 4 && typeof value === 'number') {
      for (let at = length - 1; at >= 0; at--) this.#buffer[this.length++] = value >>> (at * 8)
      return
    }
    const wide = BigInt(value)
    for (let at = length - 1; at >= 0; at--)
      this.#buffer[this.length++] = Number((wide >> BigInt(at * 8)) & 0xffn)
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Two bytes written over. */
  patch(at: number, value: number): void {
    this.#buffer[at] = value >>> 8
    this.#buffer[at + 1] = value
  }

  /** All of it; with its own length in the two bytes at `lengthAt`. */
  bytes(lengthAt?: number): Uint8Array {
    if (lengthAt !== undefined) this.patch(lengthAt, this.length)
    return this.#buffer.slice(0, this.length)
  }

  #room(more: number): void {
    if (this.length + more <= this.#buffer.length) return
    const wider = new Uint8Array(Math.max(this.#buffer.length * 2, this.length + more))
    wider.set(this.#buffer.subarray(0, this.length))
    this.#buffer = wider
  }
}
