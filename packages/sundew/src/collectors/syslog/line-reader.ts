import { SyslogHeader } from '../../wire/syslog/header.ts'
import { space, wordEnd } from '../tail/scan.ts'
import { Author } from './author.ts'
import { FirewallRow } from './firewall-row.ts'
import type { FirewallParsed, FirewallParser } from './parser.ts'

/** Words of a message that a firewall's own may begin behind: what a relay or a program puts before it. */
const mostWords = 4
/** Formats whose parsers look for their words anywhere in a message. */
const searching: ReadonlySet<string> = new Set(['mikrotik', 'netfilter'])
/** Bytes of a message that say which firewall wrote it. */
const telling = 2_048

/**
 * Reads a firewall's line: its header, then the message with the parser that read the sender's last one, or with whichever takes it.
 * One object, used again for every line.
 */
export class LineReader {
  readonly #parsers: readonly FirewallParser[]
  readonly #own: readonly FirewallParser[]
  /** Those that know a line by its beginning. */
  readonly #exact: readonly FirewallParser[]
  readonly #author = new Author()
  readonly header = new SyslogHeader()
  readonly row = new FirewallRow()
  /** The parser that took the last line. */
  parser: FirewallParser | undefined

  /** @param own parsers of the owner's patterns, which may read any program's lines */
  constructor(parsers: readonly FirewallParser[], own: readonly FirewallParser[] = []) {
    this.#parsers = [...own, ...parsers]
    this.#own = own
    this.#exact = [...own, ...parsers.filter(({ format }) => !searching.has(format))]
  }

  /**
   * Reads the line into {@link row}, and its header into {@link header}.
   *
   * @param usual the parser that takes this sender's lines, asked first
   * @returns undefined where no parser takes it
   */
  read(
    line: Uint8Array,
    from: number,
    to: number,
    now: number,
    usual: FirewallParser | undefined,
  ): FirewallParsed | undefined {
    this.header.read(line, from, to, now)
    const parsers = this.#allowed(line, to)
    if (usual && (parsers === this.#parsers || parsers.includes(usual))) {
      const at = this.#usualAt(usual, line, to)
      if (at >= 0) return this.#parse(usual, line, at, to)
    }
    const at = this.#find(parsers, line, to)
    if (at >= 0) return this.#parse(this.parser!, line, at, to)
    this.parser = undefined
    return this.#author.isTalker ? 'other' : undefined
  }

  /** Who may read the line, by who wrote it. */
  #allowed(line: Uint8Array, to: number): readonly FirewallParser[] {
    const author = this.#author
    author.read(line, this.header, to)
    if (!author.mayDecide) return this.#own
    return author.maySearch(line, this.header, to) ? this.#parsers : this.#exact
  }

  /** Where the parser takes the line: its message, its structured data, or all of it where its time is the format's own. */
  #usualAt(parser: FirewallParser, line: Uint8Array, to: number): number {
    const { messageFrom, structuredFrom, ownFrom } = this.header
    if (parser.accepts(line, messageFrom, to)) return messageFrom
    if (structuredFrom >= 0 && this.#exact.includes(parser) && parser.accepts(line, structuredFrom, to))
      return structuredFrom
    return messageFrom > ownFrom && parser.accepts(line, ownFrom, to) ? ownFrom : -1
  }

  /** Where a parser takes the line, which {@link parser} is then; -1 where none does. */
  #find(parsers: readonly FirewallParser[], line: Uint8Array, to: number): number {
    const { messageFrom, structuredFrom, ownFrom } = this.header
    let readers = parsers
    let at = messageFrom
    for (let word = 0; word <= mostWords && at < to; word++) {
      if (this.#acceptedBy(readers, line, at, to)) return at
      const next = this.#author.next(line, this.header, at, to)
      if (next < 0) {
        // The owner's patterns may begin at any word.
        readers = this.#own
        if (readers.length === 0) break
      }
      at = next < 0 ? afterWord(line, at, to) : next
    }
    const exact = parsers === this.#parsers ? this.#exact : parsers
    if (structuredFrom >= 0 && this.#acceptedBy(exact, line, structuredFrom, to)) return structuredFrom
    return messageFrom > ownFrom && this.#acceptedBy(parsers, line, ownFrom, to) ? ownFrom : -1
  }

  #acceptedBy(parsers: readonly FirewallParser[], line: Uint8Array, at: number, to: number): boolean {
    const end = Math.min(to, at + telling)
    for (const parser of parsers) {
      if (!parser.accepts(line, at, end)) continue
      this.parser = parser
      return true
    }
    return false
  }

  #parse(parser: FirewallParser, line: Uint8Array, at: number, to: number): FirewallParsed {
    this.parser = parser
    const { header } = this
    // What was taken for a header is the format's own, but for the time.
    if (at === header.ownFrom && header.hostFrom > at) header.hostTo = 0
    this.row.clear()
    return parser.parse(line, at, to, this.row)
  }
}

/** Where the word behind the one at `at` begins. What is behind the line, in a block of others, is not looked at. */
function afterWord(line: Uint8Array, at: number, to: number): number {
  let next = wordEnd(line, at, to)
  while (next < to && line[next] === space) next++
  return next
}
