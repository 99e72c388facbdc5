import { combine, edgesOf, type Kept } from './edges4.ts'
import { Growing } from './growing.ts'
import { formatRange } from './parse-address.ts'
import { cutRange, fromBigInt } from './prefixes.ts'
import { asBigInt, isMapped, isRange4, prefixLast, type Words, words4 } from './words.ts'

/** All addresses from the first to the last. */
export interface Range {
  readonly first: Words
  readonly last: Words
}

/**
 * A set of addresses, whoever listed them: for `sundew sets`. IPv4 and IPv6 are apart, as in {@link AddressSet}: `::/0`
 * holds no IPv4 address. Sets do not change; operations make new ones.
 */
export class RangeSet {
  /** Where the set begins and ends in turn: in from [0] to before [1], out to before [2] … */
  readonly #v4: Float64Array
  readonly #v6: readonly bigint[]

  private constructor(v4: Float64Array, v6: readonly bigint[]) {
    this.#v4 = v4
    this.#v6 = v6
  }

  /** Of ranges in any order, overlapping or not. What ends before it starts is left out. */
  static of(ranges: Iterable<Range>): RangeSet {
    const [firsts, lasts] = [new Growing(), new Growing()]
    const others: Range[] = []
    for (const range of ranges) {
      const { first, last } = range
      if (!isRange4(first, last)) others.push(range)
      else if (first[3] <= last[3]) {
        firsts.push(first[3])
        lasts.push(last[3])
      }
    }
    return RangeSet.ofColumns(firsts.view, lasts.view, others)
  }

  /**
   * Of IPv4 ranges as two columns, which are sorted where they lie, and of IPv6 ranges.
   *
   * @param lasts4 as many as firsts, none before its own
   */
  static ofColumns(firsts4: Uint32Array, lasts4: Uint32Array, ranges6: Iterable<Range>): RangeSet {
    const firsts: bigint[] = []
    const ends: bigint[] = []
    for (const { first, last } of ranges6) {
      const [from, to] = [asBigInt(first), asBigInt(last)]
      if (from > to) continue
      firsts.push(from)
      ends.push(to + 1n)
    }
    const ascending = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)
    return new RangeSet(edgesOf(firsts4, lasts4), joined(firsts.sort(ascending), ends.sort(ascending)))
  }

  union(other: RangeSet): RangeSet {
    return this.#combined(other, [false, true, true, true])
  }

  intersection(other: RangeSet): RangeSet {
    return this.#combined(other, [false, false, false, true])
  }

  /** What is in this set and not in the other. */
  difference(other: RangeSet): RangeSet {
    return this.#combined(other, [false, true, false, false])
  }

  has(address: Words): boolean {
    // Between an odd number of edges and the next, it is in.
    return isMapped(address)
      ? (edgesUpTo(this.#v4, address[3]) & 1) === 1
      : (edgesUpTo(this.#v6, asBigInt(address)) & 1) === 1
  }

  /** How many addresses it holds. */
  get addresses(): { readonly v4: number; readonly v6: bigint } {
    let v4 = 0
    for (let at = 0; at < this.#v4.length; at += 2) v4 += this.#v4[at + 1]! - this.#v4[at]!
    let v6 = 0n
    for (let at = 0; at < this.#v6.length; at += 2) v6 += this.#v6[at + 1]! - this.#v6[at]!
    return { v4, v6 }
  }

  /** Where its IPv4 addresses begin and end in turn: in from [0] to before [1], out to before [2] … */
  get edges4(): Float64Array {
    return this.#v4
  }

  /** The fewest ranges that are the set: ascending, IPv4 first. */
  *ranges(): Generator<Range> {
    for (let at = 0; at < this.#v4.length; at += 2)
      yield { first: words4(this.#v4[at]!), last: words4(this.#v4[at + 1]! - 1) }
    yield* this.ranges6()
  }

  *ranges6(): Generator<Range> {
    for (let at = 0; at < this.#v6.length; at += 2)
      yield { first: fromBigInt(this.#v6[at]!), last: fromBigInt(this.#v6[at + 1]! - 1n) }
  }

  /** The fewest prefixes that are the set: ascending, IPv4 first. */
  *prefixes(): Generator<Range> {
    for (const range of this.ranges()) yield* cut(range)
  }

  *prefixes6(): Generator<Range> {
    for (const range of this.ranges6()) yield* cut(range)
  }

  /** A line for each prefix, or for each range. */
  *lines(as: 'prefixes' | 'ranges' = 'prefixes'): Generator<string> {
    for (const { first, last } of as === 'prefixes' ? this.prefixes() : this.ranges())
      yield formatRange(first, last)
  }

  #combined(other: RangeSet, kept: Kept): RangeSet {
    return new RangeSet(combine(this.#v4, other.#v4, kept), combined6(this.#v6, other.#v6, kept))
  }
}

function cut({ first, last }: Range): Range[] {
  const pieces: Range[] = []
  const bits = isRange4(first, last) ? 96 : 0
  cutRange(first, last, (start, length) =>
    pieces.push({ first: start, last: prefixLast(start, length + bits) }),
  )
  return pieces
}

/** Edges of what sorted starts and sorted ends enclose together. */
function joined(firsts: readonly bigint[], ends: readonly bigint[]): bigint[] {
  const edges: bigint[] = []
  let inside = 0
  let first = 0
  for (let end = 0; end < ends.length;) {
    // What starts where another ends continues it.
    if (first < firsts.length && firsts[first]! <= ends[end]!) {
      if (inside++ === 0) edges.push(firsts[first]!)
      first++
    } else {
      if (--inside === 0) edges.push(ends[end]!)
      end++
    }
  }
  return edges
}

/** As {@link combine}, of IPv6. */
function combined6(ours: readonly bigint[], theirs: readonly bigint[], kept: Kept): bigint[] {
  const edges: bigint[] = []
  let [a, b] = [0, 0]
  let inside = false
  while (a < ours.length || b < theirs.length) {
    const [x, y] = [ours[a], theirs[b]]
    const edge = x === undefined ? y! : y === undefined ? x : x < y ? x : y
    if (x === edge) a++
    if (y === edge) b++
    const now = kept[(a & 1) | ((b & 1) << 1)]!
    if (now !== inside) edges.push(edge)
    inside = now
  }
  return edges
}

/** How many edges are at or before the address. */
function edgesUpTo(edges: ArrayLike<number | bigint>, address: number | bigint): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= address) low = middle + 1
    else high = middle
  }
  return low
}
