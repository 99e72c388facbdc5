import type { FirewallParsed, FirewallParser } from './parser.ts'
import type { FirewallRow } from './firewall-row.ts'

const space = 0x20
/** Words before the message at most: priority, version, three of the time, host, program, process …. */
const mostWords = 12

/**
 * Finds where in a line a firewall's message begins and which parser reads it: after each of the first words. The parser that took
 * the line before is asked first.
 */
export class LogLines {
  readonly #parsers: readonly FirewallParser[]
  #usual: FirewallParser | undefined
  /** The format that took the last line. */
  format = ''

  constructor(parsers: readonly FirewallParser[]) {
    this.#parsers = parsers
  }

  /** Reads the line into the row; undefined where no parser takes it. */
  read(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed | undefined {
    if (this.#usual) {
      const parsed = this.#with(this.#usual, line, from, to, into)
      if (parsed) return parsed
    }
    for (const parser of this.#parsers) {
      if (parser === this.#usual) continue
      const parsed = this.#with(parser, line, from, to, into)
      if (parsed) return parsed
    }
    return undefined
  }

  #with(
    parser: FirewallParser,
    line: Uint8Array,
    from: number,
    to: number,
    into: FirewallRow,
  ): FirewallParsed | undefined {
    let at = from
    for (let word = 0; word < mostWords && at < to; word++) {
      if (parser.accepts(line, at, to)) {
        into.clear()
        this.#usual = parser
        this.format = parser.format
        return parser.parse(line, at, to, into)
      }
      const next = line.indexOf(space, at)
      if (next < 0 || next >= to) return undefined
      at = next + 1
      while (at < to && line[at] === space) at++
    }
    return undefined
  }
}
