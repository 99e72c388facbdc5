import { isDigit, space, startsWith, wordEnd } from './scan.ts'
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

/**
 * Where a program's name begins that stands first behind the time, or behind the host's name: `named[812]: …`, `host named[812]: …`. What
 * somebody else's line says further on is not believed; -1 there.
 */
export function programAt(line: Uint8Array, from: number, to: number, name: Uint8Array): number {
  if (startsWith(line, from, to, name)) return from
  const second = wordEnd(line, from, to) + 1
  // A host's name has no colon at its end: that is another program.
  return second < to && line[second - 2] !== colon && startsWith(line, second, to, name) ? second : -1
}

/**
 * Whether what stands before a message is nothing but words as `queries: info: `, or a host's name, the program and such words behind
 * it; so that nobody's text within another program's line is taken for a message.
 */
export function isIntroduced(line: Uint8Array, from: number, messageAt: number, name: Uint8Array): boolean {
  const program = programAt(line, from, messageAt, name)
  let at = program < 0 ? from : wordEnd(line, program, messageAt) + 1
  for (let words = 0; at < messageAt; words++) {
    const end = wordEnd(line, at, messageAt)
    const isPlain = line[end - 1] === colon || program >= 0
    if (!isPlain || words >= mostWords) return false
    for (let byte = at; byte < end - 1; byte++) if (!isWordByte(line[byte]!, program >= 0)) return false
    at = end + 1
  }
  return true
}

/** Words before a message at most: category, severity, process, message id …. */
const mostWords = 6
const colon = 0x3a
const dash = 0x2d

/** A small letter or a dash; behind a program's name a digit too (RFC 5424's PROCID). */
function isWordByte(byte: number, digits: boolean): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || byte === dash || (digits && isDigit(byte))
}
