/**
 * Lines of a text that comes in pieces of bytes, looked at in place: what is not yet advanced over is kept, so that lines can be looked
 * at before it is decided how far to go.
 */
export class LineReader {
  readonly #pieces: Iterator<Uint8Array>
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  #done = false

  constructor(pieces: Iterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.iterator]()
  }

  /** Bytes at hand: one at the least, unless the text is at its end. */
  get atHand(): Buffer {
    if (this.#at === this.#end) this.#more()
    return this.#bytes.subarray(this.#at, this.#end)
  }

  advance(bytes: number): void {
    this.#at += bytes
  }

  /**
   * The line that begins so many bytes ahead.
   *
   * @returns its text without its end, and where the next begins; undefined where the text ends before
   */
  line(ahead: number): { readonly text: string; readonly next: number } | undefined {
    let from = ahead
    for (;;) {
      const end = this.#bytes.subarray(0, this.#end).indexOf(10, this.#at + from)
      if (end >= 0)
        return { text: this.#bytes.toString('utf8', this.#at + ahead, end), next: end + 1 - this.#at }
      from = this.#end - this.#at
      if (this.#more()) continue
      if (from <= ahead) return undefined
      return { text: this.#bytes.toString('utf8', this.#at + ahead, this.#end), next: from }
    }
  }

  /** Brings the next piece in behind what is at hand. */
  #more(): boolean {
    if (this.#done) return false
    const { done, value } = this.#pieces.next()
    if (done === true) {
      this.#done = true
      return false
    }
    const left = this.#end - this.#at
    const needed = left + value.length
    if (left === 0 || this.#bytes.length - this.#end < value.length) {
      // Twice the room, so that what is kept while looking ahead is not copied for every piece.
      const room = needed <= this.#bytes.length ? this.#bytes : Buffer.allocUnsafe(needed * 2)
      this.#bytes.copy(room, 0, this.#at, this.#end)
      this.#bytes = room
      this.#at = 0
      this.#end = left
    }
    this.#bytes.set(value, this.#end)
    this.#end += value.length
    return value.length > 0 || this.#more()
  }
}
