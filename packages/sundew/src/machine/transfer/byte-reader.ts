import type { Input } from '../program.ts'

const empty = new Uint8Array(0)

/** Reads an input by bytes and blocks; holds no more than one part of it. */
export class ByteReader {
  readonly #input: Input
  #part: Uint8Array = empty

  constructor(input: Input) {
    this.#input = input
  }

  /** Up to `max` bytes as soon as there are any; undefined at the end. */
  async some(max: number): Promise<Uint8Array | undefined> {
    if (this.#part.length === 0) {
      const part = await this.#input.read()
      if (part === undefined) return undefined
      this.#part = part
    }
    const bytes = this.#part.subarray(0, max)
    this.#part = this.#part.subarray(bytes.length)
    return bytes
  }

  /** One byte; undefined at the end. */
  async byte(): Promise<number | undefined> {
    for (;;) {
      const bytes = await this.some(1)
      if (bytes === undefined) return undefined
      if (bytes.length === 1) return bytes[0]
    }
  }
}
