import { isJournal, JournalEntries, type EntryHost } from './journal-entries.ts'
import { longestCount, longestCounted, longestLine } from './limits.ts'
import { trimmedEnd } from './lines.ts'

const [nul, lf, cr, blank, less] = [0x00, 0x0a, 0x0d, 0x20, 0x3c]
const [one, nine] = [0x31, 0x39]

/** Who hears what a stream says. Bytes are good until the call returns. */
export interface FrameHost extends EntryHost {
  line(bytes: Uint8Array, from: number, to: number): void
  /** A line was longer than {@link longestLine}: its beginning was told. */
  cut(): void
}

/**
 * Cuts a stream into messages: octet-counted (`83 <34>1 …`), or ended by newline or NUL (RFC 6587 §3.4), or journald's export; which it
 * is, the first bytes say for all of it. Holds the beginning of one message, {@link longestLine} bytes at most.
 */
export class StreamFrames {
  readonly #host: FrameHost
  #mode: 'unknown' | 'counted' | 'ended' | 'journal' = 'unknown'
  #delimiter = lf
  /** The beginning of a message whose rest has not come. */
  #held = new Uint8Array(0)
  #used = 0
  /** Bytes of a counted message that are still to be skipped. */
  #skip = 0
  /** The rest of a line that is too long is being skipped. */
  #skipping = false
  #journal: JournalEntries | undefined

  constructor(host: FrameHost) {
    this.#host = host
  }

  /** Bytes held of a message that is not whole. */
  get held(): number {
    return this.#used + this.#skip + Number(this.#skipping)
  }

  /** Takes what came. False where it is no syslog: the connection is to be ended. */
  push(chunk: Uint8Array): boolean {
    let [bytes, from, to] = [chunk, 0, chunk.length]
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, to)
      this.#skip -= skipped
      from = skipped
    }
    if (this.#used > 0 && from < to) {
      // What was held is a message's beginning: with as much behind it as a message may have.
      while (this.#used > 0 && from < to) {
        const more = Math.min(to - from, this.#room())
        this.#hold(chunk, from, from + more)
        from += more
        const left = this.#take(this.#held, 0, this.#used)
        if (left < 0) return false
        this.#held.copyWithin(0, left, this.#used)
        this.#used -= left
        if (this.#skip > 0) {
          const skipped = Math.min(this.#skip, to - from)
          this.#skip -= skipped
          from += skipped
        }
      }
      if (from === to) return true
      bytes = chunk
    }
    const left = this.#take(bytes, from, to)
    if (left < 0) return false
    if (left < to) this.#hold(bytes, left, to)
    return true
  }

  /** Nothing more comes, and in order: a last line without its end is one. False where half a counted message is left. */
  end(): boolean {
    const whole = this.#skip === 0 && (this.#mode !== 'counted' || this.#used === 0)
    if (this.#used > 0 && (this.#mode === 'ended' || this.#mode === 'unknown') && !this.#skipping)
      this.#line(this.#held, 0, this.#used)
    this.#used = 0
    return whole
  }

  /** Bytes that may be held beside those that are: one message, and its count. */
  #room(): number {
    return longestLine + longestCount + 1 - this.#used
  }

  #hold(bytes: Uint8Array, from: number, to: number): void {
    const wanted = this.#used + to - from
    if (wanted > this.#held.length) {
      const grown = new Uint8Array(Math.max(wanted, Math.min(this.#held.length * 2, longestLine * 2)))
      grown.set(this.#held.subarray(0, this.#used))
      this.#held = grown
    }
    this.#held.set(bytes.subarray(from, to), this.#used)
    this.#used = wanted
  }

  /** Tells the messages that are whole; returns where what is left begins, -1 where it is no syslog. */
  #take(bytes: Uint8Array, from: number, to: number): number {
    if (this.#mode === 'unknown') {
      from = this.#begin(bytes, from, to)
      if (this.#mode === 'unknown') return from
    }
    if (this.#mode === 'journal') {
      const journal = (this.#journal ??= new JournalEntries(this.#host))
      return journal.take(bytes, from, to)
    }
    return this.#mode === 'counted' ? this.#takeCounted(bytes, from, to) : this.#takeEnded(bytes, from, to)
  }

  /** Decides what it is, as soon as that can be told. */
  #begin(bytes: Uint8Array, from: number, to: number): number {
    while (from < to && isFiller(bytes[from]!)) from++
    if (from === to) return to
    const first = bytes[from]!
    if (first >= one && first <= nine) {
      const digits = countEnd(bytes, from, to)
      if (digits === to && to - from <= longestCount) return from
      // Without a priority behind it the number is a line's own: a year, a sequence.
      if (bytes[digits] === blank) {
        if (digits + 1 === to) return from
        if (bytes[digits + 1] === less) {
          this.#mode = 'counted'
          return from
        }
      }
    }
    const journal = isJournal(bytes, from, to)
    if (journal === undefined) return from
    if (journal) {
      this.#mode = 'journal'
      return from
    }
    const newline = indexBefore(bytes, lf, from, to)
    const zero = indexBefore(bytes, nul, from, newline)
    if (newline === to && zero === to && to - from < longestLine) return from
    if (zero < newline) this.#delimiter = nul
    this.#mode = 'ended'
    return from
  }

  #takeCounted(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    while (at < to) {
      // Some send a newline behind what they counted.
      while (at < to && isFiller(bytes[at]!)) at++
      const digits = countEnd(bytes, at, to)
      if (digits - at > longestCount) return -1
      if (digits === to) return at
      if (digits === at || bytes[digits] !== blank || bytes[at] === 0x30) return -1
      let length = 0
      for (let digit = at; digit < digits; digit++) length = length * 10 + bytes[digit]! - 0x30
      if (length > longestCounted) return -1
      const start = digits + 1
      const kept = Math.min(length, longestLine)
      if (to - start < kept) return at
      this.#line(bytes, start, start + kept)
      if (kept < length) this.#host.cut()
      at = start + length
      if (at > to) {
        this.#skip = at - to
        return to
      }
    }
    return at
  }

  #takeEnded(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    while (at < to) {
      const found = bytes.indexOf(this.#delimiter, at)
      const end = found < 0 || found >= to ? to : found
      if (end === to) break
      if (this.#skipping) this.#skipping = false
      else this.#line(bytes, at, end)
      at = end + 1
    }
    if (this.#skipping) return to
    if (to - at <= longestLine) return at
    this.#line(bytes, at, to)
    this.#skipping = true
    return to
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    let end = trimmedEnd(bytes, from, to)
    // Where NUL ends lines, a newline may be behind it.
    while (from < end && isFiller(bytes[from]!)) from++
    if (end - from > longestLine) {
      end = from + longestLine
      this.#host.cut()
    }
    if (end > from) this.#host.line(bytes, from, end)
  }
}

/** Where the byte is first in bytes[from, to); `to` where it is not. */
function indexBefore(bytes: Uint8Array, byte: number, from: number, to: number): number {
  const found = bytes.indexOf(byte, from)
  return found < 0 || found > to ? to : found
}

function isFiller(byte: number): boolean {
  return byte === lf || byte === cr || byte === nul
}

/** Behind the digits at `from`, one more than a count may have at most. */
function countEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && at - from <= longestCount && bytes[at]! >= 0x30 && bytes[at]! <= nine) at++
  return at
}
