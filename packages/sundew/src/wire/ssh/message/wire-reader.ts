/**
 * Why a message cannot be read: it ends before its fields do (`truncated`), goes on after them (`trailing-bytes`), has a whole
 * number that is negative or longer than `maxMpintBytes` (`bad-mpint`), or is of another kind (`wrong-type`).
 */
export type MessageFault = 'truncated' | 'trailing-bytes' | 'bad-mpint' | 'wrong-type'

export type Parsed<T> =
  | { readonly state: 'read'; readonly message: T }
  | { readonly state: 'malformed'; readonly reason: MessageFault }

/** Bytes of the longest whole number that OpenSSH takes (16,384 bits and a sign). */
export const maxMpintBytes = 16_384 / 8 + 1

/**
 * Reads the fields of a message (RFC 4251 §5). What cannot be read gives empty values from there on, and `finish` tells why:
 * a parser reads all its fields and asks once.
 */
export class WireReader {
  readonly #bytes: Uint8Array
  #at = 0
  #fault: MessageFault | undefined

  /** Where `type` is given, the first byte, a message's number, must be it. */
  constructor(bytes: Uint8Array, type?: number) {
    this.#bytes = bytes
    if (type !== undefined && bytes[0] !== type) this.#fault = bytes.length > 0 ? 'wrong-type' : 'truncated'
    else if (type !== undefined) this.#at = 1
  }

  get left(): number {
    return this.#fault ? 0 : this.#bytes.length - this.#at
  }

  byte(): number {
    return this.take(1)[0] ?? 0
  }

  /** Any byte but 0 is true. */
  flag(): boolean {
    return this.byte() !== 0
  }

  uint32(): number {
    const bytes = this.take(4)
    return bytes.length === 4
      ? ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
      : 0
  }

  /** A view into the message, not a copy. */
  string(): Uint8Array {
    return this.take(this.uint32())
  }

  /** A string with one character (U+0000-U+00FF) a byte: for names, which are ASCII where they are as the RFCs say. */
  name(): string {
    return latin1(this.string())
  }

  /** A name-list (RFC 4251 §5): what is between commas, empty names included; the empty list has none. */
  names(): string[] {
    const list = this.name()
    return list === '' ? [] : list.split(',')
  }

  /** A whole number that is not negative, big-endian, without zeros before it. */
  mpint(): Uint8Array {
    const bytes = this.string()
    if (bytes.length > maxMpintBytes || (bytes[0] ?? 0) >= 0x80) return this.#fail('bad-mpint')
    let zeros = 0
    while (bytes[zeros] === 0) zeros++
    return bytes.subarray(zeros)
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.take(this.left)
  }

  take(length: number): Uint8Array {
    if (this.#fault) return empty
    if (this.#bytes.length - this.#at < length) return this.#fail('truncated')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** What was read, if all could be; bytes after it are a fault. */
  finish<T>(message: T): Parsed<T> {
    if (!this.#fault && this.left > 0) this.#fault = 'trailing-bytes'
    return this.#fault ? { state: 'malformed', reason: this.#fault } : { state: 'read', message }
  }

  #fail(reason: MessageFault): Uint8Array {
    this.#fault ??= reason
    return empty
  }
}

const empty = new Uint8Array()

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
