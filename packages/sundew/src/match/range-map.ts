import { Growing } from './growing.ts'
import { readSections, writeSections } from './sections.ts'
import { nothing, Segments4 } from './segments4.ts'
import { Segments6 } from './segments6.ts'
import { compareWords, following, isRange4, swapBytes, type Words } from './words.ts'

const magic = 'SNDWMAP'
const version = 1

/**
 * Which number an address has: its country, its autonomous system. Ranges do not overlap; what lies between them has
 * none. IPv4 and IPv6 are apart: a range of one names nothing of the other, and IPv4-mapped IPv6 is IPv4.
 */
export class RangeMap {
  readonly #v4: Segments4
  readonly #v6: Segments6
  /** Ranges given, after those that continue each other were joined: segments with a number. */
  readonly ranges: number

  constructor(v4: Segments4, v6: Segments6) {
    this.#v4 = v4
    this.#v6 = v6
    this.ranges = count(v4.values) + count(v6.values)
  }

  /**
   * The map that {@link toBytes} wrote; it keeps looking at `bytes`.
   *
   * @throws RangeError where it is something else or cut
   */
  static from(bytes: Uint8Array): RangeMap {
    const [starts4, values4, starts6, values6] = readSections(bytes, magic, version, [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ]) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array]
    return new RangeMap(new Segments4(starts4, values4), new Segments6(starts6, values6))
  }

  toBytes(): Uint8Array {
    return writeSections(magic, version, [this.#v4.starts, this.#v4.values, this.#v6.starts, this.#v6.values])
  }

  /**
   * Both maps as one, so that one look-up answers for both: `number` says what an address has that is `ours` here and
   * `theirs` there, each -1 where it has none; -1 again for none. It is asked once for each segment.
   */
  combined(other: RangeMap, number: (ours: number, theirs: number) => number): RangeMap {
    const v4 = { starts: new Growing(), values: new Growing() }
    merge(this.#v4, other.#v4, 1, number, (words, value) => segment4(v4, words[0]!, value))
    const v6 = { starts: new Growing(), values: new Growing() }
    merge(this.#v6, other.#v6, 4, number, (words, value) =>
      segment6(v6, [words[0]!, words[1]!, words[2]!, words[3]!], value),
    )
    return new RangeMap(
      new Segments4(v4.starts.view.slice(), v4.values.view.slice()),
      new Segments6(v6.starts.view.slice(), v6.values.view.slice()),
    )
  }

  /** The number of an IPv4 address; -1 where it has none. */
  find4(address: number): number {
    return this.#v4.find(address)
  }

  /** The number of an IPv6 address, by its four words; -1 where it has none. */
  find6(w0: number, w1: number, w2: number, w3: number): number {
    return this.#v6.find(w0, w1, w2, w3)
  }

  /** The number of the address at this place of an address column (`wire/flow/columns.ts`); -1 where it has none. */
  findWords(words: Uint32Array, at: number): number {
    const last = words[at + 3]!
    if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0xffff_0000)
      return this.#v4.find(swapBytes(last))
    return this.#v6.find(
      swapBytes(words[at]!),
      swapBytes(words[at + 1]!),
      swapBytes(words[at + 2]!),
      swapBytes(last),
    )
  }
}

/** Builds a {@link RangeMap} from ranges in ascending order. */
export class RangeMapBuilder {
  readonly #v4 = { starts: Growing.of(0), values: Growing.of(nothing), next: 0 }
  readonly #v6 = { starts: Growing.of(0, 0, 0, 0), values: Growing.of(nothing) }
  #next6: Words | undefined = [0, 0, 0, 0]

  /**
   * From the first to the last address it is `value` (0 to 2^32 - 2). IPv4 and IPv6 may come mixed.
   *
   * @returns false where the range is not after the former one of its family, or ends before its start: it is left out
   */
  add(first: Words, last: Words, value: number): boolean {
    if (compareWords(first, last) > 0) return false
    return isRange4(first, last) ? this.#add4(first[3], last[3], value) : this.#add6(first, last, value)
  }

  build(): RangeMap {
    return new RangeMap(
      new Segments4(this.#v4.starts.view.slice(), this.#v4.values.view.slice()),
      new Segments6(this.#v6.starts.view.slice(), this.#v6.values.view.slice()),
    )
  }

  #add4(first: number, last: number, value: number): boolean {
    const part = this.#v4
    if (first < part.next) return false
    part.next = last + 1
    segment4(part, first, value)
    if (last !== 0xffff_ffff) segment4(part, last + 1, nothing)
    return true
  }

  #add6(first: Words, last: Words, value: number): boolean {
    if (!this.#next6 || compareWords(first, this.#next6) < 0) return false
    this.#next6 = following(last)
    segment6(this.#v6, first, value)
    if (this.#next6) segment6(this.#v6, this.#next6, nothing)
    return true
  }
}

interface Segments {
  readonly starts: Uint32Array
  readonly values: Uint32Array
}

/** Walks over two lists of segments, `width` words a start; both cover the whole space from its first address. */
function merge(
  a: Segments,
  b: Segments,
  width: number,
  number: (ours: number, theirs: number) => number,
  tell: (start: Uint32Array, value: number) => void,
): void {
  const own = (value: number) => (value === nothing ? -1 : value)
  for (let i = 0, j = 0; i < a.values.length || j < b.values.length;) {
    const order = compareStarts(a, i, b, j, width)
    const [from, at] = order <= 0 ? [a, i] : [b, j]
    if (order <= 0) i++
    if (order >= 0) j++
    const value = number(own(a.values[i - 1]!), own(b.values[j - 1]!))
    tell(from.starts.subarray(at * width, (at + 1) * width), value === -1 ? nothing : value)
  }
}

function compareStarts(a: Segments, i: number, b: Segments, j: number, width: number): number {
  if (i >= a.values.length) return 1
  if (j >= b.values.length) return -1
  for (let word = 0; word < width; word++) {
    const difference = a.starts[i * width + word]! - b.starts[j * width + word]!
    if (difference !== 0) return difference
  }
  return 0
}

/** Lists of segments that are being made; a segment of the same start takes the former's place. */
export function segment4(to: { starts: Growing; values: Growing }, start: number, value: number): void {
  const { starts, values } = to
  if (starts.get(starts.length - 1) === start) {
    starts.length--
    values.length--
  }
  if (values.length > 0 && values.get(values.length - 1) === value) return
  starts.push(start)
  values.push(value)
}

export function segment6(to: { starts: Growing; values: Growing }, start: Words, value: number): void {
  const { starts, values } = to
  const at = starts.length - 4
  if (
    starts.get(at) === start[0] &&
    starts.get(at + 1) === start[1] &&
    starts.get(at + 2) === start[2] &&
    starts.get(at + 3) === start[3]
  ) {
    starts.length -= 4
    values.length--
  }
  if (values.length > 0 && values.get(values.length - 1) === value) return
  for (const word of start) starts.push(word)
  values.push(value)
}

function count(values: Uint32Array): number {
  let found = 0
  for (const value of values) if (value !== nothing) found++
  return found
}
