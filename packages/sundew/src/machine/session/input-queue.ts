import { inputWindowBytes } from '../host.ts'
import type { Input } from '../program.ts'

/** What a peer sends to a command without a terminal. */
export class InputQueue implements Input {
  readonly #took: (bytes: number) => void
  #chunks: Uint8Array[] = []
  #bytes = 0
  #ended = false
  #readers: (() => void)[] = []

  constructor(took: (bytes: number) => void) {
    this.#took = took
  }

  push(bytes: Uint8Array): void {
    // A peer that minds no window loses what comes past it.
    if (this.#ended || bytes.length === 0 || this.#bytes + bytes.length > 2 * inputWindowBytes) return
    this.#chunks.push(bytes)
    this.#bytes += bytes.length
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  async read(max = 65_536): Promise<Uint8Array | undefined> {
    for (;;) {
      const first = this.#chunks[0]
      if (first) {
        const part = first.subarray(0, Math.max(1, max))
        if (part.length < first.length) this.#chunks[0] = first.subarray(part.length)
        else this.#chunks.shift()
        this.#bytes -= part.length
        this.#took(part.length)
        return part
      }
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => this.#readers.push(resolve))
    }
  }

  #wake(): void {
    for (const reader of this.#readers.splice(0)) reader()
  }
}
