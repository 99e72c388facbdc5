/** A buffer that grows. Everything little-endian, as ClickHouse Native wants it. */
export class GrowingBytes {
  #buffer: Buffer
  #length = 0

  constructor(capacity = 1024) {
    this.#buffer = Buffer.allocUnsafe(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** What was written; shares memory with this, which must not be written to while it is used. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  uint8(value: number): void {
    const at = this.take(1)
    this.#buffer[at] = value
  }

  uint16(value: number): void {
    const at = this.take(2)
    this.#buffer.writeUInt16LE(value, at)
  }

  uint32(value: number): void {
    const at = this.take(4)
    this.#buffer.writeUInt32LE(value, at)
  }

  uint64(value: number | bigint): void {
    const at = this.take(8)
    if (typeof value === 'bigint') {
      this.#buffer.writeBigUInt64LE(value, at)
      return
    }
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`${value} is no UInt64 that a number can hold`)
    this.#buffer.writeUInt32LE(value >>> 0, at)
    this.#buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4)
  }

  int64(value: bigint): void {
    const at = this.take(8)
    this.#buffer.writeBigInt64LE(value, at)
  }

  float64(value: number): void {
    const at = this.take(8)
    this.#buffer.writeDoubleLE(value, at)
  }

  /** LEB128, as lengths are written. */
  varUint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.uint8((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.uint8(rest)
  }

  bytes(value: Uint8Array): void {
    const at = this.take(value.length)
    this.#buffer.set(value, at)
  }

  latin1(value: string): void {
    const at = this.take(value.length)
    this.#buffer.write(value, at, value.length, 'latin1')
  }

  utf8(value: string, byteLength: number): void {
    const at = this.take(byteLength)
    this.#buffer.write(value, at, byteLength, 'utf8')
  }

  /** Forgets what was written past `length`. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length)
  }

  /** Room for `count` bytes; where they begin. May move the buffer: take first, then read `#buffer`. */
  take(count: number): number {
    const at = this.#length
    const needed = at + count
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, at)
      this.#buffer = larger
    }
    this.#length = needed
    return at
  }
}
