/** Bytes of a form, or of anything else that is looked into, held in memory: of one body, and of all together. */
const maxBytes = 256 * 1024
const maxBytesOfAll = 64 * 1024 * 1024
let bytesOfAll = 0

/** What one body may hold of its text to be looked into. */
export class HeldText {
  #bytes = 0

  /** Bytes that may yet be held. */
  get room(): number {
    return Math.min(maxBytes - this.#bytes, maxBytesOfAll - bytesOfAll)
  }

  /** Whether there is room for so many; they then count until the release. */
  hold(bytes: number): boolean {
    if (bytes > this.room) return false
    bytesOfAll += bytes
    this.#bytes += bytes
    return true
  }

  release(): void {
    bytesOfAll -= this.#bytes
    this.#bytes = 0
  }
}
