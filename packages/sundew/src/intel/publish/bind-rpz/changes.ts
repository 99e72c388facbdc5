import { LineReader } from './line-reader.ts'

/** Lines looked through for one that both texts have, and changed lines kept: past that, the zone is new as a whole. */
export interface ChangeLimits {
  readonly window: number
  readonly changes: number
}

const changeLimits: ChangeLimits = { window: 100_000, changes: 200_000 }

/** Records that one text of a zone has and the other has not, in their order. */
export interface Changes {
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/**
 * Holds two texts of a zone against each other, a record a line, in the same order. Equal parts are compared as bytes; where they part,
 * lines are looked through until one is found in both. Comments are no records.
 *
 * Yields after each step how many bytes of the texts have been found equal from the beginning; -1 from the first difference on.
 *
 * @returns undefined where they differ by more than the limits
 */
export function* changesOf(
  former: Iterable<Uint8Array>,
  text: Iterable<Uint8Array>,
  limits: ChangeLimits = changeLimits,
): Generator<number, Changes | undefined> {
  const old = new LineReader(former)
  const now = new LineReader(text)
  const removed: string[] = []
  const added: string[] = []
  let equal = 0
  for (;;) {
    const [theirs, ours] = [old.atHand, now.atHand]
    if (theirs.length === 0 && ours.length === 0) return { removed, added }
    const whole = wholeLines(theirs, ours)
    if (whole > 0) {
      old.advance(whole)
      now.advance(whole)
      if (equal >= 0) equal += whole
      yield equal
      continue
    }
    const [left, right] = [old.line(0), now.line(0)]
    if (left && right && left.next === right.next && left.text === right.text) {
      old.advance(left.next)
      now.advance(right.next)
      if (equal >= 0) equal += left.next
      continue
    }
    equal = -1
    yield equal
    const met = untilEqual(old, now, limits.window)
    if (!met) return undefined
    removed.push(...met.removed)
    added.push(...met.added)
    if (removed.length + added.length > limits.changes) return undefined
  }
}

/** Bytes from the beginning that are equal in both, up to the end of a line. */
function wholeLines(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length)
  if (length === 0) return 0
  let equal = length
  if (a.compare(b, 0, length, 0, length) !== 0) {
    // Where they part, found by halves.
    let [low, high] = [0, length]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (a.compare(b, low, middle, low, middle) === 0) low = middle
      else high = middle - 1
    }
    equal = low
  }
  return equal === 0 ? 0 : a.lastIndexOf(10, equal - 1) + 1
}

/** Goes on in both until a record that both have, or the end of both. */
function untilEqual(old: LineReader, now: LineReader, window: number): Changes | undefined {
  const sides = [new Window(old), new Window(now)] as const
  for (let looked = 0; looked < window; looked++) {
    let ended = true
    for (const [i, side] of sides.entries()) {
      const other = sides[1 - i]!
      const record = side.next()
      if (record === undefined) continue
      ended = false
      if (!other.has(record)) continue
      const [removed, added] = [sides[0].upTo(record), sides[1].upTo(record)]
      return { removed, added }
    }
    if (ended) return { removed: sides[0].all(), added: sides[1].all() }
  }
  return undefined
}

/** Lines looked at ahead of where a reader is. */
class Window {
  readonly #reader: LineReader
  readonly #records = new Map<string, { readonly next: number; readonly count: number }>()
  #ahead = 0

  constructor(reader: LineReader) {
    this.#reader = reader
  }

  has(record: string): boolean {
    return this.#records.has(record)
  }

  /** The next record; undefined at the end. */
  next(): string | undefined {
    for (;;) {
      const line = this.#reader.line(this.#ahead)
      if (!line) return undefined
      this.#ahead = line.next
      if (line.text === '' || line.text.startsWith(';')) continue
      if (!this.#records.has(line.text))
        this.#records.set(line.text, { next: line.next, count: this.#records.size })
      return line.text
    }
  }

  /** The records before this one; the reader goes on behind it. */
  upTo(record: string): string[] {
    const { next, count } = this.#records.get(record)!
    this.#reader.advance(next)
    return [...this.#records.keys()].slice(0, count)
  }

  /** All that were looked at; the reader goes on behind them. */
  all(): string[] {
    this.#reader.advance(this.#ahead)
    return [...this.#records.keys()]
  }
}
