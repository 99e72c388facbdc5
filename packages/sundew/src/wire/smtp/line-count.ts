/**
 * Reads the bytes of one BDAT chunk (RFC 3030 §2): a known number of them, any bytes at all.
 * Counts as Postfix does: the bytes of each line, and two for its end.
 */
export class LineCount {
  #lineBytes = 0
  #previous = 0
  #bytes = 0
  /** Lines that ended in a bare LF. */
  bareLf = 0

  add(chunk: Buffer, start: number, end: number): void {
    let at = start
    while (at < end) {
      const found = chunk.indexOf(0x0a, at)
      if (found < 0 || found >= end) break
      const crlf = (found > start ? chunk[found - 1] : this.#previous) === 0x0d
      if (!crlf) this.bareLf++
      this.#bytes += this.#lineBytes + found - at - (crlf ? 1 : 0) + 2
      this.#lineBytes = 0
      at = found + 1
    }
    this.#lineBytes += end - at
    if (end > start) this.#previous = chunk[end - 1]!
  }

  /** What the message weighs, a last line without an end counted as if it had one. */
  get bytes(): number {
    return this.#bytes + (this.#lineBytes > 0 ? this.#lineBytes + 2 : 0)
  }
}
