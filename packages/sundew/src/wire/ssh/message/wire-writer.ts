/** Writes the fields of a message (RFC 4251 §5), one after the other. Text is put as one byte a character, U+0000 to U+00FF. */
export class WireWriter {
  #bytes: Buffer = Buffer.allocUnsafe(256)
  #length = 0

  /** `type` is the message's number, its first byte. */
  constructor(type?: number) {
    if (type !== undefined) this.byte(type)
  }

  byte(value: number): this {
    const at = this.#room(1)
    this.#bytes[at] = value
    return this
  }

  flag(value: boolean): this {
    return this.byte(value ? 1 : 0)
  }

  uint32(value: number): this {
    const at = this.#room(4)
    this.#bytes.writeUInt32BE(value, at)
    return this
  }

  string(value: Uint8Array | string): this {
    this.uint32(value.length)
    if (typeof value !== 'string') return this.raw(value)
    const at = this.#room(value.length)
    this.#bytes.write(value, at, 'latin1')
    return this
  }

  names(list: readonly string[]): this {
    return this.string(list.join(','))
  }

  /** A whole number that is not negative, big-endian; zeros before it are left away, and one put where it would look negative. */
  mpint(value: Uint8Array): this {
    let start = 0
    while (value[start] === 0) start++
    const negative = (value[start] ?? 0) >= 0x80
    this.uint32(value.length - start + (negative ? 1 : 0))
    if (negative) this.byte(0)
    return this.raw(value.subarray(start))
  }

  raw(value: Uint8Array): this {
    const at = this.#room(value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** A view of what was written; nothing is to be written after it. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Where the next `bytes` bytes go; `#bytes` may be another buffer after it. */
  #room(bytes: number): number {
    const at = this.#length
    this.#length += bytes
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, 2 * this.#bytes.length))
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
    }
    return at
  }
}
