import { LineTally } from './line-counts.ts'

/** Longest line that is read, bytes; longer ones are left out and counted. */
export const longestLine = 64 * 1024
const newline = 0x0a
const carriageReturn = 0x0d

/** What a log's bytes are given to, as they are read. */
export interface TailFeed {
  readonly tally: LineTally
  /** The format, once it is known. */
  readonly format: string | undefined
  /** Looks at a file's beginning where reading begins behind it. */
  prime(bytes: Uint8Array, from: number, to: number): void
  /** A new file under the same name, or the same from elsewhere. */
  restart(): void
  /**
   * Takes the lines of bytes[from, to); returns where what is left begins: a line that has no end yet, for which the caller
   * is to come again with more behind it.
   *
   * @param last nothing comes behind: the last line ends with the bytes
   */
  take(bytes: Uint8Array, from: number, to: number, last?: boolean): number
  /** Bytes taken of something that has not ended, and that is lost where reading goes on behind them. */
  readonly pending?: number
}

/** Cuts what is read of a log into lines. */
export abstract class LineCutter {
  readonly tally = new LineTally()
  /** The rest of the line that is being skipped because it is too long. */
  #skipping = false

  /** A line that is not empty, without its end. */
  protected abstract line(bytes: Uint8Array, from: number, to: number): void

  /** As {@link TailFeed.restart}: what was skipped is not skipped any longer. */
  restart(): void {
    this.#skipping = false
  }

  /** As {@link TailFeed.take}. */
  take(bytes: Uint8Array, from: number, to: number, last = false): number {
    let at = from
    while (at < to) {
      const found = bytes.indexOf(newline, at)
      const end = found < 0 || found >= to ? to : found
      if (end === to && !last) break
      if (this.#skipping) this.#skipping = false
      else this.#line(bytes, at, end)
      at = end + 1
    }
    if (at < to && to - at > longestLine) {
      if (!this.#skipping) this.tally.tooLong++
      this.#skipping = true
      return to
    }
    if (at < to && this.#skipping) return to
    return Math.min(at, to)
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to
    if (end === from) return
    this.tally.lines++
    if (end - from > longestLine) this.tally.tooLong++
    else this.line(bytes, from, end)
  }
}
