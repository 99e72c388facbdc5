import { detect } from './detect.ts'
import { LineTally } from './line-counts.ts'
import type { LineParser, LineReader, Parsed, Seen } from './parser.ts'
import { deaf } from './deaf.ts'

/** Longest line that is read, bytes; longer ones are left out and counted. */
export const longestLine = 64 * 1024
const newline = 0x0a
const carriageReturn = 0x0d
const hash = 0x23

/** Who hears what lines tell. */
export interface LineHearer {
  /** What parsers tell. */
  readonly sight: Seen & { clear(): void }
  /** A line has been read. */
  line(parsed: Parsed, service: string): void
}

/** Cuts what is read of one log into lines, and gives them to the reader of its format. */
export class LineFeed {
  readonly #parsers: readonly LineParser[]
  readonly #hearer: LineHearer
  readonly tally = new LineTally()
  #parser: LineParser | undefined
  #reader: LineReader | undefined
  /** The rest of the line that is being skipped because it is too long. */
  #skipping = false

  /** @param parsers those that it may be: one where the format is known */
  constructor(parsers: readonly LineParser[], hearer: LineHearer) {
    this.#parsers = parsers
    this.#hearer = hearer
    if (parsers.length === 1) this.#use(parsers[0]!)
  }

  /** The format, once it is known. */
  get format(): string | undefined {
    return this.#parser?.format
  }

  /** Looks at a file's beginning where reading begins behind it: for the format, and for what header lines say. */
  prime(bytes: Uint8Array, from: number, to: number): void {
    const end = bytes.lastIndexOf(newline, to - 1)
    if (end < from) return
    if (!this.#reader) this.#detect(bytes, from, end)
    const reader = this.#reader
    if (!reader) return
    for (let at = from; at < end;) {
      const lineEnd = bytes.indexOf(newline, at)
      if (bytes[at] === hash && lineEnd - at <= longestLine) reader.parse(bytes, at, lineEnd, deaf)
      at = lineEnd + 1
    }
  }

  /** A new file under the same name: what was skipped is not skipped any longer. */
  restart(): void {
    this.#skipping = false
  }

  /**
   * Takes the lines of bytes[from, to); returns where what is left begins: a line that has no end yet, for which the caller
   * is to come again with more behind it.
   *
   * @param last nothing comes behind: the last line ends with the bytes
   */
  take(bytes: Uint8Array, from: number, to: number, last = false): number {
    if (!this.#reader) this.#detect(bytes, from, to)
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
    const { tally } = this
    const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to
    if (end === from) return
    tally.lines++
    if (end - from > longestLine) {
      tally.tooLong++
      return
    }
    if (!this.#reader) {
      tally.unrecognised++
      return
    }
    const { sight } = this.#hearer
    sight.clear()
    const parsed = this.#parse(this.#reader, bytes, from, end)
    if (parsed === 'told') tally.told++
    else if (parsed === 'malformed') {
      tally.malformed++
      tally.sample(bytes, from, end)
    }
    this.#hearer.line(parsed, this.#parser!.service)
  }

  /** A fault of ours costs the line, not the log: read again it would be there again. */
  #parse(reader: LineReader, bytes: Uint8Array, from: number, to: number): Parsed {
    try {
      return reader.parse(bytes, from, to, this.#hearer.sight)
    } catch {
      return 'malformed'
    }
  }

  #detect(bytes: Uint8Array, from: number, to: number): void {
    const parser = detect(this.#parsers, bytes, from, to)
    if (parser) this.#use(parser)
  }

  #use(parser: LineParser): void {
    this.#parser = parser
    this.#reader = parser.begin()
  }
}
