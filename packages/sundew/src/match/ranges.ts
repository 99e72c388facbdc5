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
    const v4 = { firsts: [] as number[], ends: [] as number[] }
    const v6 = { firsts: [] as bigint[], ends: [] as bigint[] }
    for (const { first, last } of ranges) {
      if (isRange4(first, last)) {
        if (first[3] > last[3]) continue
        v4.firsts.push(first[3])
        v4.ends.push(last[3] + 1)
      } else {
        const [from, to] = [asBigInt(first), asBigInt(last)]
        if (from > to) continue
        v6.firsts.push(from)
        v6.ends.push(to + 1n)
      }
    }
    const ascending = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)
    const edges4 = joined(Float64Array.from(v4.firsts).sort(), Float64Array.from(v4.ends).sort())
    return new RangeSet(
      Float64Array.from(edges4),
      joined(v6.firsts.toSorted(ascending), v6.ends.toSorted(ascending)),
    )
  }

  union(other: RangeSet): RangeSet {
    return this.#combined(other, (ours, theirs) => ours || theirs)
  }

  intersection(other: RangeSet): RangeSet {
    return this.#combined(other, (ours, theirs) => ours && theirs)
  }

  /** What is in this set and not in the other. */
  difference(other: RangeSet): RangeSet {
    return this.#combined(other, (ours, theirs) => ours && !theirs)
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

  /** The fewest ranges that are the set: ascending, IPv4 first. */
  *ranges(): Generator<Range> {
    for (let at = 0; at < this.#v4.length; at += 2)
      yield { first: words4(this.#v4[at]!), last: words4(this.#v4[at + 1]! - 1) }
    for (let at = 0; at < this.#v6.length; at += 2)
      yield { first: fromBigInt(this.#v6[at]!), last: fromBigInt(this.#v6[at + 1]! - 1n) }
  }

  /** The fewest prefixes that are the set: ascending, IPv4 first. */
  *prefixes(): Generator<Range> {
    for (const { first, last } of this.ranges()) {
      const pieces: Range[] = []
      const v4 = isRange4(first, last)
      cutRange(first, last, (start, length) =>
        pieces.push({ first: start, last: prefixLast(start, length + (v4 ? 96 : 0)) }),
      )
      yield* pieces
    }
  }

  /** A line for each prefix, or for each range. */
  *lines(as: 'prefixes' | 'ranges' = 'prefixes'): Generator<string> {
    for (const { first, last } of as === 'prefixes' ? this.prefixes() : this.ranges())
      yield formatRange(first, last)
  }

  #combined(other: RangeSet, holds: (ours: boolean, theirs: boolean) => boolean): RangeSet {
    return new RangeSet(
      Float64Array.from(combined<number>(this.#v4, other.#v4, holds)),
      combined<bigint>(this.#v6, other.#v6, holds),
    )
  }
}

/** Edges of what sorted starts and sorted ends enclose together. */
function joined<T extends number | bigint>(firsts: ArrayLike<T>, ends: ArrayLike<T>): T[] {
  const edges: T[] = []
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

/** Edges of the set of which the two say together whether it holds an address. */
function combined<T extends number | bigint>(
  ours: ArrayLike<T>,
  theirs: ArrayLike<T>,
  holds: (ours: boolean, theirs: boolean) => boolean,
): T[] {
  const edges: T[] = []
  let [a, b] = [0, 0]
  let inside = false
  while (a < ours.length || b < theirs.length) {
    const [x, y]: readonly (T | undefined)[] = [ours[a], theirs[b]]
    const edge: T = x === undefined ? y! : y === undefined ? x : x < y ? x : y
    if (x === edge) a++
    if (y === edge) b++
    const now = holds((a & 1) === 1, (b & 1) === 1)
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
