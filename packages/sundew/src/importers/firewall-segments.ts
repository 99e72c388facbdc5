import { createHash } from 'node:crypto'
import { longestLine } from '../wire/syslog/limits.ts'
import type { KnownImports } from './known.ts'

/** Bytes of a segment, up to the end of its last line. */
const segmentBytes = 16 * 1024 * 1024
/** Of a first line, what tells where an earlier import ended. */
const headBytes = 4_096
/** Ends of logs with the same beginning that are looked for. */
const mostEnds = 64
const lf = 0x0a

/** Lines of a log that are imported together. */
export interface LogSegment {
  readonly bytes: Buffer
  /** Bytes before it in the log, unpacked. */
  readonly offset: number
  /** The same for the same bytes, wherever they lie: 32 hex digits of their SHA-256. */
  readonly identity: string
  /** Which of equal ones in this log, from 1. */
  readonly nth: number
  /** Whether it begins within a line, whose beginning was in the segment before. */
  readonly midLine: boolean
  /** What is to be noted beside it, so that the log is known when it has grown. */
  readonly keys: readonly string[]
}

/**
 * Takes a log apart into segments of whole lines, the same ones each time it is read: what was imported of it is told by them. A log
 * that ended in the middle of a segment when it was imported, and has grown, begins with what it was then.
 *
 * One segment is held at a time: its bytes are used again for the next.
 */
export async function* logSegments(
  pieces: AsyncIterable<Uint8Array>,
  known: Pick<KnownImports, 'has' | 'count'>,
  wanted = segmentBytes,
): AsyncGenerator<LogSegment> {
  const seen = new Map<string, number>()
  const held = new Held(pieces, wanted + longestLine)
  let [offset, midLine] = [0, false]
  try {
    for (;;) {
      const waiting = await held.fill()
      if (waiting.length === 0) return
      const { end, open } = endOf(waiting, wanted, held.last)
      const head = headOf(waiting)
      const found = (to: number) => {
        const identity = identityOf(waiting.subarray(0, to))
        return { to, identity, nth: (seen.get(identity) ?? 0) + 1 }
      }
      let one = found(end)
      let isKnown = known.has(one.identity, one.nth)
      for (const bytes of isKnown ? [] : earlierEnds(head, known)) {
        if (bytes >= end) continue
        const earlier = found(bytes)
        if (!known.has(earlier.identity, earlier.nth)) continue
        one = earlier
        isKnown = true
        break
      }
      const { to, identity, nth } = one
      seen.set(identity, nth)
      const bytes = waiting.subarray(0, to)
      const ended = bytes.at(-1) === lf
      yield { bytes, offset, identity, nth, midLine, keys: isKnown || !open ? [] : endKeys(head, to, known) }
      midLine = !ended
      offset += to
      held.drop(to)
    }
  } finally {
    await held.close()
  }
}

/** The next bytes of a log, in one piece. */
class Held {
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #bytes: Buffer
  #from = 0
  #to = 0
  /** What has come and had no room. */
  #piece: Uint8Array = new Uint8Array(0)
  /** Whether there is no more to come. */
  last = false

  /** @param most how many bytes are held */
  constructor(pieces: AsyncIterable<Uint8Array>, most: number) {
    this.#pieces = pieces[Symbol.asyncIterator]()
    this.#bytes = Buffer.allocUnsafe(most)
  }

  /** As many as are held, or as there are. Shares memory with what is returned the next time. */
  async fill(): Promise<Buffer> {
    this.#bytes.copyWithin(0, this.#from, this.#to)
    this.#to -= this.#from
    this.#from = 0
    while (!this.last && this.#to < this.#bytes.length) {
      if (this.#piece.length === 0) {
        const { value, done } = await this.#pieces.next()
        if (done === true) this.last = true
        else this.#piece = value
      }
      const some = this.#piece.subarray(0, this.#bytes.length - this.#to)
      this.#bytes.set(some, this.#to)
      this.#to += some.length
      this.#piece = this.#piece.subarray(some.length)
    }
    return this.#bytes.subarray(0, this.#to)
  }

  drop(bytes: number): void {
    this.#from += bytes
  }

  /** What is being unpacked is let go of. */
  async close(): Promise<void> {
    await this.#pieces.return?.()
  }
}

/** Where the segment at the beginning of `bytes` ends, and whether it would end elsewhere if more came. */
function endOf(bytes: Buffer, wanted: number, last: boolean): { end: number; open: boolean } {
  if (bytes.length >= wanted) {
    const found = bytes.indexOf(lf, wanted - 1)
    if (found >= 0 && found < wanted + longestLine) return { end: found + 1, open: false }
    if (bytes.length >= wanted + longestLine) return { end: wanted + longestLine, open: false }
  }
  if (!last) throw new RangeError('A segment is asked for before its bytes have come')
  // A line that has no end may be longer the next time.
  const found = bytes.lastIndexOf(lf)
  return { end: found < 0 ? bytes.length : found + 1, open: true }
}

function headOf(bytes: Buffer): string {
  const found = bytes.indexOf(lf)
  return identityOf(bytes.subarray(0, Math.min(found < 0 ? bytes.length : found + 1, headBytes)))
}

/** Bytes of segments with this first line that a log ended with, the longest first. */
function earlierEnds(head: string, known: Pick<KnownImports, 'count'>): number[] {
  const ends: number[] = []
  for (let nth = 1; nth <= mostEnds; nth++) {
    const bytes = known.count(endIdentity(head, nth))
    if (bytes === 0) break
    ends.push(bytes)
  }
  return ends.toSorted((a, b) => b - a)
}

function endKeys(head: string, bytes: number, known: Pick<KnownImports, 'count'>): string[] {
  for (let nth = 1; nth <= mostEnds; nth++) {
    const identity = endIdentity(head, nth)
    const before = known.count(identity)
    if (before === bytes) return []
    if (before === 0) return [`${identity}:${bytes}`]
  }
  return []
}

function endIdentity(head: string, nth: number): string {
  return identityOf(Buffer.from(`end ${nth} ${head}`))
}

function identityOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}
