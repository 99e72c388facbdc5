/** A Uint8Array that grows. */
export class GrowingBytes {
  #bytes: Uint8Array
  length = 0

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity)
  }

  push(byte: number): void {
    if (this.length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.length++] = byte
  }

  add(bytes: Uint8Array, from: number, to: number): void {
    if (this.length + to - from > this.#bytes.length) this.#grow(to - from)
    // Short ones are quicker copied than handed over.
    if (to - from > 64) {
      this.#bytes.set(bytes.subarray(from, to), this.length)
      this.length += to - from
    } else for (let at = from; at < to; at++) this.#bytes[this.length++] = bytes[at]!
  }

  /** The bytes with room for so many more behind `length`, to be written to directly; `length` is the caller's to raise. */
  reserve(more: number): Uint8Array {
    if (this.length + more > this.#bytes.length) this.#grow(more)
    return this.#bytes
  }

  /** What is filled: a view that the next push may leave behind. */
  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(16, this.#bytes.length * 2, this.length + by))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
