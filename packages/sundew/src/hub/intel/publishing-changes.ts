import { closeSync, openSync, readSync } from 'node:fs'

/** Lines looked ahead for where two files meet again: first few, then more. */
const windows = [64, 1_024, 16_384] as const
/** Read at once, bytes. A line longer than this is taken for several. */
const blockBytes = 1 << 20
/** Entries kept by value, that one whose line only moved or reads otherwise is not told as gone and new. */
const mostKept = 200_000
/** Told as examples, of what is new and of what is gone. */
const examplesEach = 5

/** What of a line is its entry (`Publisher.entry`). */
export type EntryOf = (line: string, file: string) => string | undefined

/** What one publication has that the former had not, and the other way round. */
export class Changes {
  readonly #entryOf: EntryOf
  readonly #added = new Map<string, number>()
  readonly #removed = new Map<string, number>()
  #moreAdded = 0
  #moreRemoved = 0
  #differs = false

  constructor(entryOf: EntryOf) {
    this.#entryOf = entryOf
  }

  get added(): number {
    return total(this.#added) + this.#moreAdded
  }

  get removed(): number {
    return total(this.#removed) + this.#moreRemoved
  }

  /** Some byte is another. */
  get differs(): boolean {
    return this.#differs
  }

  /** `+value` and `-value`, some of each. */
  get examples(): string[] {
    const some = (mark: string, of: ReadonlyMap<string, number>) =>
      [...of.keys()].slice(0, examplesEach).map((value) => `${mark}${value.slice(0, 200)}`)
    return [...some('+', this.#added), ...some('-', this.#removed)]
  }

  /** Compares two files of the same name; undefined stands for one that is not there. */
  compare(file: string, former: string | undefined, next: string | undefined): void {
    using before = new Lines(former)
    using after = new Lines(next)
    for (;;) {
      skipEqual(before, after)
      if (before.ended && after.ended) return
      this.#differs = true
      this.#meetAgain(file, before, after)
    }
  }

  /** From a line on where both differ to one where they are the same again. */
  #meetAgain(file: string, before: Lines, after: Lines): void {
    for (const size of windows) {
      const [old, young] = [before.peek(size), after.peek(size)]
      const meeting = meet(old, young)
      const last = size === windows.at(-1) || (old.length < size && young.length < size)
      if (!meeting && !last) continue
      const [gone, come] = meeting ?? [old.length, young.length]
      for (const line of old.slice(0, gone)) this.#remove(file, line)
      for (const line of young.slice(0, come)) this.#add(file, line)
      // The same line, and only one of them has its end: it is passed like that.
      const end = gone === 0 && come === 0 ? 1 : 0
      before.skip(gone + end)
      after.skip(come + end)
      return
    }
  }

  #add(file: string, line: string): void {
    const entry = this.#entryOf(utf8(line), file)
    if (entry === undefined || less(this.#removed, entry)) return
    if (this.#added.size < mostKept) this.#added.set(entry, (this.#added.get(entry) ?? 0) + 1)
    else this.#moreAdded++
  }

  #remove(file: string, line: string): void {
    const entry = this.#entryOf(utf8(line), file)
    if (entry === undefined || less(this.#added, entry)) return
    if (this.#removed.size < mostKept) this.#removed.set(entry, (this.#removed.get(entry) ?? 0) + 1)
    else this.#moreRemoved++
  }
}

/** How many lines of a file are entries. */
export function countEntries(file: string, path: string, entryOf: EntryOf): number {
  using lines = new Lines(path)
  let count = 0
  for (;;) {
    const some = lines.peek(windows[1])
    if (some.length === 0) return count
    for (const line of some) if (entryOf(utf8(line), file) !== undefined) count++
    lines.skip(some.length)
  }
}

/** The same of a text that is not written. */
export function countRendered(file: string, pieces: Iterable<string | Uint8Array>, entryOf: EntryOf): number {
  const decoder = new TextDecoder()
  let count = 0
  let rest = ''
  for (const piece of pieces) {
    const lines = (
      rest + (typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))
    ).split('\n')
    rest = lines.pop()!
    for (const line of lines) if (entryOf(line, file) !== undefined) count++
  }
  return rest !== '' && entryOf(rest, file) !== undefined ? count + 1 : count
}

/** Every line but empty ones and comments, where a publisher says nothing else. */
export function everyLine(line: string): string | undefined {
  return line === '' || line.startsWith('#') || line.startsWith(';') ? undefined : line
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const count of counts.values()) sum += count
  return sum
}

/** One less of it; false where there was none. */
function less(counts: Map<string, number>, entry: string): boolean {
  const count = counts.get(entry)
  if (count === undefined) return false
  if (count === 1) counts.delete(entry)
  else counts.set(entry, count - 1)
  return true
}

/** The nearest place where both have the same line: how many lines before it here and there. */
function meet(old: readonly string[], young: readonly string[]): readonly [number, number] | undefined {
  const firsts = new Map<string, number>()
  for (const [at, line] of young.entries()) if (!firsts.has(line)) firsts.set(line, at)
  let best: readonly [number, number] | undefined
  for (const [at, line] of old.entries()) {
    if (best && at >= best[0] + best[1]) break
    const there = firsts.get(line)
    if (there !== undefined && (!best || at + there < best[0] + best[1])) best = [at, there]
  }
  return best
}

/** Goes on, from whole line to whole line, as long as both have the same bytes. */
function skipEqual(before: Lines, after: Lines): void {
  for (;;) {
    const [old, young] = [before.ahead(), after.ahead()]
    const length = Math.min(old.length, young.length)
    if (length === 0) return
    const same = samePrefix(old, young, length)
    const all = same === old.length && same === young.length
    // The line in which they differ is looked at whole.
    const whole = all ? same : same === 0 ? 0 : old.lastIndexOf(0x0a, same - 1) + 1
    before.pass(whole)
    after.pass(whole)
    // The shorter one may go on as the longer does.
    if (all || (same === length && (old.length < young.length ? before : after).more())) continue
    return
  }
}

/** Bytes at the beginning that are the same. */
function samePrefix(a: Buffer, b: Buffer, length: number): number {
  if (a.compare(b, 0, length, 0, length) === 0) return length
  let [low, high] = [0, length]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (a.compare(b, low, middle, low, middle) === 0) low = middle
    else high = middle
  }
  return low
}

/** A file as lines, read a block at a time. Lines are byte strings: a character a byte. */
class Lines implements Disposable {
  readonly #file: number | undefined
  #buffer: Buffer = Buffer.alloc(0)
  #at = 0
  #whole = false

  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : openSync(path, 'r')
    if (this.#file === undefined) this.#whole = true
  }

  get ended(): boolean {
    return this.ahead().length === 0
  }

  /** What is read and not passed; nothing only at the end. */
  ahead(): Buffer {
    if (this.#at === this.#buffer.length) this.more()
    return this.#buffer.subarray(this.#at)
  }

  pass(bytes: number): void {
    this.#at += bytes
  }

  /** The next lines, this many where there are, without passing them. */
  peek(count: number): string[] {
    for (;;) {
      const lines: string[] = []
      let from = this.#at
      while (lines.length < count) {
        const end = this.#buffer.indexOf(0x0a, from)
        if (end < 0) break
        lines.push(this.#buffer.toString('latin1', from, end))
        from = end + 1
      }
      if (lines.length === count) return lines
      if (this.#whole) {
        if (from < this.#buffer.length) lines.push(this.#buffer.toString('latin1', from))
        return lines
      }
      this.more()
    }
  }

  skip(lines: number): void {
    for (let done = 0; done < lines; done++) {
      const end = this.#buffer.indexOf(0x0a, this.#at)
      this.#at = end < 0 ? this.#buffer.length : end + 1
    }
  }

  /** Reads on; false at the end. */
  more(): boolean {
    if (this.#whole || this.#file === undefined) return false
    const rest = this.#buffer.subarray(this.#at)
    const next = Buffer.allocUnsafe(rest.length + blockBytes)
    rest.copy(next)
    const read = readSync(this.#file, next, rest.length, blockBytes, null)
    if (read === 0) this.#whole = true
    this.#buffer = next.subarray(0, rest.length + read)
    this.#at = 0
    return read > 0
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }
}

function utf8(line: string): string {
  return /^[\x00-\x7f]*$/.test(line) ? line : Buffer.from(line, 'latin1').toString('utf8')
}
