import { detect } from './detect.ts'
import { LineCutter, longestLine } from './line-cutter.ts'
import type { LineParser, LineReader, Parsed, Seen } from './parser.ts'
import { deaf } from './deaf.ts'

const newline = 0x0a
const hash = 0x23

/** Who hears what lines tell. */
export interface LineHearer {
  /** What parsers tell. */
  readonly sight: Seen & { clear(): void }
  /** A line has been read. */
  line(parsed: Parsed, service: string): void
}

/** Cuts what is read of one log into lines, and gives them to the reader of its format. */
export class LineFeed extends LineCutter {
  readonly #parsers: readonly LineParser[]
  readonly #hearer: LineHearer
  #parser: LineParser | undefined
  #reader: LineReader | undefined

  /** @param parsers those that it may be: one where the format is known */
  constructor(parsers: readonly LineParser[], hearer: LineHearer) {
    super()
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

  /** Whether its format is known, or told by these lines. */
  knows(bytes: Uint8Array, from: number, to: number): boolean {
    if (!this.#reader) this.#detect(bytes, from, to)
    return this.#reader !== undefined
  }

  override take(bytes: Uint8Array, from: number, to: number, last = false): number {
    if (!this.#reader) this.#detect(bytes, from, to)
    return super.take(bytes, from, to, last)
  }

  protected override line(bytes: Uint8Array, from: number, end: number): void {
    const { tally } = this
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
