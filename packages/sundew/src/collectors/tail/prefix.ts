import { isDigit, space } from './scan.ts'
import { Times } from './times.ts'

/** Longest `<priority>` (RFC 5424 §6.2.1). */
const longestPriority = 5

/** What a syslog daemon, or the program's own log, puts before a line: `<30>`, a version, the time. */
export class LinePrefix {
  readonly #times = new Times()
  /** The time it tells, ms since 1970; NaN where it tells none. */
  time = NaN

  /** Reads it; returns where the rest begins: behind the time, or at `from` where there is none. */
  read(line: Uint8Array, from: number, to: number): number {
    let at = from
    if (line[at] === 0x3c) {
      const end = Math.min(to, at + longestPriority)
      let close = at + 1
      while (close < end && isDigit(line[close])) close++
      if (line[close] === 0x3e) {
        at = close + 1
        // The version of RFC 5424.
        if (line[at] === 0x31 && line[at + 1] === space) at += 2
      }
    }
    this.time = this.#times.read(line, at, to)
    if (Number.isNaN(this.time)) return at
    at = this.#times.end
    return line[at] === space ? at + 1 : at
  }
}
