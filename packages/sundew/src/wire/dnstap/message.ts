/** `Message.Type` of dnstap.proto: who asked whom. Queries are odd, responses even. */
export const messageType = {
  authQuery: 1,
  authResponse: 2,
  resolverQuery: 3,
  resolverResponse: 4,
  clientQuery: 5,
  clientResponse: 6,
  forwarderQuery: 7,
  forwarderResponse: 8,
  stubQuery: 9,
  stubResponse: 10,
  toolQuery: 11,
  toolResponse: 12,
  updateQuery: 13,
  updateResponse: 14,
} as const

/** Why a frame was not read. */
export type DnstapFault =
  /** A field's length passes the frame's end, or a number is longer than any. */
  | 'bad-protobuf'
  /** No `message` in it: another version's, or none of dnstap. */
  | 'no-message'
  /** An address that is neither 4 nor 16 bytes long. */
  | 'bad-address'

/** One dnstap frame, as far as it is looked at: places in the frame's bytes. One object, used again for the next. */
export class DnstapMessage {
  /** {@link messageType}; 0 where not told. */
  type = 0
  /** `SocketProtocol`: 1 UDP, 2 TCP, 3 DoT, 4 DoH …; 0 where not told. */
  protocol = 0
  /** Who asked and who was asked; from = to where not told. */
  readonly queryAddress = new Span()
  readonly responseAddress = new Span()
  queryPort = 0
  responsePort = 0
  /** Milliseconds since 1970: of the response where there is one, else of the query; 0 where not told. */
  timeMs = 0
  /** The DNS messages (RFC 1035 §4). */
  readonly query = new Span()
  readonly response = new Span()
  /** `Policy.Action`: 1 NXDOMAIN, 2 NODATA, 3 pass, 4 drop, 5 truncate, 6 local data; 0 where no policy was met. */
  policyAction = 0

  clear(): void {
    this.type = this.protocol = this.queryPort = this.responsePort = this.timeMs = this.policyAction = 0
    for (const span of [this.queryAddress, this.responseAddress, this.query, this.response]) span.set(0, 0)
  }
}

/** bytes[from, to) */
export class Span {
  from = 0
  to = 0

  set(from: number, to: number): void {
    this.from = from
    this.to = to
  }

  get length(): number {
    return this.to - this.from
  }
}

/** Wire types of protocol buffers (protobuf.dev/programming-guides/encoding). */
const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const
/** Fields in one message; an honest one has a dozen. */
const mostFields = 64

/** Reads a `Dnstap` (dnstap.proto 2) into `into`. Fields that are not looked at are passed over, those twice the last counts. */
export function readDnstap(
  bytes: Uint8Array,
  from: number,
  to: number,
  into: DnstapMessage,
): DnstapFault | undefined {
  into.clear()
  const fields = new FieldReader(bytes, from, to)
  let message = false
  const span = new Span()
  while (fields.next()) {
    if (fields.number === 14 && fields.wire === wireType.bytes) {
      span.set(fields.from, fields.to)
      message = true
    }
  }
  if (fields.bad) return 'bad-protobuf'
  if (!message) return 'no-message'
  return readMessage(bytes, span.from, span.to, into)
}

function readMessage(
  bytes: Uint8Array,
  from: number,
  to: number,
  into: DnstapMessage,
): DnstapFault | undefined {
  const fields = new FieldReader(bytes, from, to)
  let [querySeconds, queryNanos, responseSeconds, responseNanos] = [0, 0, 0, 0]
  while (fields.next()) {
    const { number, value } = fields
    const isBytes = fields.wire === wireType.bytes
    if (number === 1) into.type = value
    else if (number === 3) into.protocol = value
    else if (number === 4 && isBytes) into.queryAddress.set(fields.from, fields.to)
    else if (number === 5 && isBytes) into.responseAddress.set(fields.from, fields.to)
    else if (number === 6) into.queryPort = value
    else if (number === 7) into.responsePort = value
    else if (number === 8) querySeconds = value
    else if (number === 9) queryNanos = value
    else if (number === 10 && isBytes) into.query.set(fields.from, fields.to)
    else if (number === 12) responseSeconds = value
    else if (number === 13) responseNanos = value
    else if (number === 14 && isBytes) into.response.set(fields.from, fields.to)
    else if (number === 15 && isBytes) {
      const policy = new FieldReader(bytes, fields.from, fields.to)
      while (policy.next()) if (policy.number === 3) into.policyAction = policy.value
      if (policy.bad) return 'bad-protobuf'
    }
  }
  if (fields.bad) return 'bad-protobuf'
  into.timeMs =
    responseSeconds > 0
      ? responseSeconds * 1_000 + Math.floor(responseNanos / 1e6)
      : querySeconds * 1_000 + Math.floor(queryNanos / 1e6)
  const { queryAddress, responseAddress } = into
  for (const { length } of [queryAddress, responseAddress])
    if (length !== 0 && length !== 4 && length !== 16) return 'bad-address'
  return undefined
}

/** Walks the fields of one protobuf message. */
class FieldReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #at: number
  #count = 0
  number = 0
  wire = 0
  /** Of a number; what passes 2^53 is rounded. */
  value = 0
  /** Of bytes: where they are. */
  from = 0
  to = 0
  bad = false

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.#bytes = bytes
    this.#at = from
    this.#end = to
  }

  /** False at the end, and where what comes next is none (`bad`). */
  next(): boolean {
    if (this.bad || this.#at >= this.#end) return false
    if (++this.#count > mostFields) return this.#fail()
    const tag = this.#varint()
    this.number = Math.floor(tag / 8)
    this.wire = tag % 8
    this.value = 0
    if (this.wire === wireType.varint) this.value = this.#varint()
    else if (this.wire === wireType.bytes) {
      const length = this.#varint()
      this.from = this.#at
      this.to = this.#at += length
    } else if (this.wire === wireType.fixed32) {
      const at = this.#at
      const bytes = this.#bytes
      this.value =
        at + 4 <= this.#end
          ? (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
          : 0
      this.#at += 4
    } else if (this.wire === wireType.fixed64) this.#at += 8
    else return this.#fail()
    return this.#at <= this.#end && !this.bad ? true : this.#fail()
  }

  #varint(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < 10 && this.#at < this.#end; count++) {
      const byte = this.#bytes[this.#at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
    this.bad = true
    return 0
  }

  #fail(): false {
    this.bad = true
    return false
  }
}
