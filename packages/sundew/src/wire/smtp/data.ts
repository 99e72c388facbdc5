const lf = 0x0a
const cr = 0x0d
const dot = 0x2e

/**
 * Which line ends count within a message: `lf` any LF, with or without CRs before it (Postfix 3.7); `crlf` only CRLF;
 * `first` whichever of the two the first line has (Exim 4.96-15).
 */
export type LineEnds = 'lf' | 'crlf' | 'first'

/** Ends of a message that one server takes for an end and another does not (CVE-2023-51764 and its kin). */
export type Smuggling = 'lf-dot-lf' | 'lf-dot-crlf' | 'crlf-dot-lf' | 'cr-dot-cr' | 'crlf-dot-cr'

/** Takes bytes `start` to `end` of `chunk`, which is not used again by the giver. */
export type Keep = (chunk: Buffer, start: number, end: number) => void

const carriageDot = Buffer.from('\r.', 'latin1')
const none: Smuggling[] = []
const carriages = Buffer.alloc(16 * 1024, cr)

/**
 * Reads what follows DATA (RFC 5321 §4.5.2), in whatever pieces it comes: takes the stuffed dots out and finds the end.
 * Holds no bytes: what it gives to `keep` are slices of what it was given. Everything else is kept as sent.
 */
export class DataReader {
  readonly #keep: Keep
  readonly #wanted: LineEnds
  #ends: LineEnds
  /** Whether the next byte begins a line. */
  #atStart = true
  /** A dot began this line and was left out; this many CRs came after it and are not yet given away. -1 elsewhere. */
  #afterDot = -1
  /** How the line before this one ended. */
  #afterBareLf = false
  /** What followed an LF that is no line end here: 1 nothing yet, 2 a dot, 3 a dot and CR. 0 elsewhere. */
  #watch = 0
  #previous = lf
  /** The last bytes were CR and dot. */
  #carriageDot = false
  /** Lines that ended in a bare LF. */
  bareLf = 0
  #smuggling: Smuggling[] = none

  constructor(ends: LineEnds, keep: Keep) {
    this.#wanted = ends
    this.#ends = ends
    this.#keep = keep
  }

  /** Each kind of it that the message has. */
  get smuggling(): readonly Smuggling[] {
    return this.#smuggling
  }

  /** Ready for another message. */
  reset(): void {
    this.#ends = this.#wanted
    this.#atStart = true
    this.#afterDot = -1
    this.#afterBareLf = false
    this.#watch = 0
    this.#previous = lf
    this.#carriageDot = false
    this.bareLf = 0
    this.#smuggling = none
  }

  /** Reads on from `at`. Returns where the bytes after the end begin, or -1 where the end is not in this chunk. */
  feed(chunk: Buffer, at: number): number {
    const done = this.#scan(chunk, at)
    const end = done < 0 ? chunk.length : done
    if (end > at) this.#lookForCarriageDot(chunk, at, end)
    if (end > at) this.#previous = chunk[end - 1]!
    return done
  }

  #saw(kind: Smuggling): void {
    if (!this.#smuggling.includes(kind)) this.#smuggling = [...this.#smuggling, kind]
  }

  #scan(chunk: Buffer, begin: number): number {
    let from = begin
    let at = begin
    while (at < chunk.length) {
      if (this.#atStart) {
        this.#atStart = false
        if (chunk[at] === dot) {
          if (at > from) this.#keep(chunk, from, at)
          from = ++at
          this.#afterDot = 0
          continue
        }
      } else if (this.#afterDot >= 0) {
        const c = chunk[at]!
        if (c === cr) {
          this.#afterDot++
          from = ++at
          continue
        }
        if (c === lf && this.#isEnd()) return at + 1
        this.#giveCarriages()
      } else if (this.#watch > 0) {
        const c = chunk[at]!
        this.#watchOn(c)
        if (c !== lf) {
          at++
          continue
        }
      }
      const found = chunk.indexOf(lf, at)
      if (found < 0) break
      this.#endLine((found > begin ? chunk[found - 1] : this.#previous) === cr)
      at = found + 1
    }
    if (chunk.length > from) this.#keep(chunk, from, chunk.length)
    return -1
  }

  #endLine(crlf: boolean): void {
    if (!crlf) this.bareLf++
    if (this.#ends === 'first') this.#ends = crlf ? 'crlf' : 'lf'
    this.#atStart = crlf || this.#ends === 'lf'
    this.#afterBareLf = !crlf
    this.#watch = this.#atStart ? 0 : 1
  }

  /** An LF after a dot that began a line, and perhaps CRs: is it the end? */
  #isEnd(): boolean {
    const bare = this.#afterDot === 0
    if (this.#afterBareLf) this.#saw(bare ? 'lf-dot-lf' : 'lf-dot-crlf')
    else if (bare) this.#saw('crlf-dot-lf')
    if (bare && this.#ends !== 'crlf') this.bareLf++
    return this.#ends === 'crlf' ? this.#afterDot === 1 : true
  }

  /** The line that a dot began has more in it, so the CRs after the dot belong to the message. */
  #giveCarriages(): void {
    if (this.#afterDot > 0) this.#saw('crlf-dot-cr')
    for (let left = this.#afterDot; left > 0; left -= carriages.length) {
      this.#keep(carriages, 0, Math.min(left, carriages.length))
    }
    this.#afterDot = -1
  }

  #watchOn(c: number): void {
    if (this.#watch === 1) this.#watch = c === dot ? 2 : 0
    else if (c === lf) {
      this.#saw(this.#watch === 2 ? 'lf-dot-lf' : 'lf-dot-crlf')
      this.#watch = 0
    } else this.#watch = this.#watch === 2 && c === cr ? 3 : 0
  }

  #lookForCarriageDot(chunk: Buffer, begin: number, end: number): void {
    if (this.#carriageDot && chunk[begin] === cr) this.#saw('cr-dot-cr')
    this.#carriageDot = this.#previous === cr && chunk[begin] === dot && end === begin + 1
    if (this.#previous === cr && chunk[begin] === dot && chunk[begin + 1] === cr && begin + 1 < end) {
      this.#saw('cr-dot-cr')
    }
    for (let i = chunk.indexOf(carriageDot, begin); i >= 0 && i + 1 < end;) {
      if (i + 2 === end) this.#carriageDot = true
      else if (chunk[i + 2] === cr) {
        this.#saw('cr-dot-cr')
        return // once is enough, and a flood of them costs nothing
      }
      i = chunk.indexOf(carriageDot, i + 2)
    }
  }
}

/** The message as it goes over the wire, dots stuffed and ended. For tests and clients; ends a last line that has no end. */
export function stuff(message: Buffer): Buffer {
  const text = message.toString('latin1')
  const stuffed = text.replace(/^\.|\n\./g, (found) => `${found}.`)
  const ended = text === '' || text.endsWith('\r\n') ? stuffed : `${stuffed}\r\n`
  return Buffer.from(`${ended}.\r\n`, 'latin1')
}
