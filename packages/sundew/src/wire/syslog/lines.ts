const [nul, lf, cr] = [0x00, 0x0a, 0x0d]

/** Where a line ends without what closes it: CR, NUL and more of these (RFC 6587 §3.4.2). */
export function trimmedEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && (bytes[end - 1] === cr || bytes[end - 1] === nul || bytes[end - 1] === lf)) end--
  return end
}

/**
 * Finds ends of lines in a buffer that is walked forwards, whose lines may be far from the next newline: it is looked for once, not
 * once a line.
 */
export class LineEnds {
  #bytes: Uint8Array = new Uint8Array(0)
  #next = -1

  /** Another buffer, or the same filled anew. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes
    this.#next = -1
  }

  /** The end of the line that begins at `from`: its newline, or `to`. */
  after(from: number, to: number): number {
    if (this.#next < from) {
      const found = this.#bytes.indexOf(lf, from)
      this.#next = found < 0 ? Infinity : found
    }
    return Math.min(this.#next, to)
  }
}
