import { type AddressSetParts, readParts } from './address-set-file.ts'
import { type LabelAction, labelAction, labelAt } from './labels.ts'
import { formatRange } from './parse-address.ts'
import { nothing, Segments4 } from './segments4.ts'
import { Segments6 } from './segments6.ts'
import {
  asBigInt,
  compareWords,
  following,
  isMapped,
  prefixLast,
  swapBytes,
  type Words,
  words4,
} from './words.ts'

const utf8 = new TextDecoder()

/** One listed entry, as a source gave it. */
export interface ListedEntry {
  /** As listed, normalised: `192.0.2.1`, `192.0.2.0/24`, `192.0.2.5-192.0.2.9`, `2001:db8::/32`. */
  readonly indicator: string
  /** Index in {@link AddressSet.sources}. */
  readonly source: number
  /** Title (an OTX pulse's name …) and link; '' where there is none. */
  readonly title: string
  readonly link: string
  /** What may come of it: it is published and matched, or only matched. */
  readonly action: LabelAction
  /** 0 to 100. */
  readonly confidence: number
}

/** A list that entries come from. */
export interface SetSource {
  readonly name: string
}

/** Entries that {@link AddressSet.entries} tells of one address, where nothing else is asked. */
const usuallyTold = 64

/**
 * Which listed entries name an address: IPv4 and IPv6; single addresses, prefixes and ranges; nested, overlapping and
 * doubled in any order. Built once into one buffer (`address-set-builder.ts`), used from any process as views over it,
 * swapped whole.
 *
 * Ranges are cut into prefixes at building, so entries always nest: an address meets a chain of nodes, the most specific
 * first, and memory stays linear in the number of entries whatever their overlap. IPv4 and IPv6 are apart: `::/0` names no
 * IPv4 address, and an IPv4-mapped IPv6 address is the IPv4 one.
 */
export class AddressSet {
  readonly #parts: AddressSetParts
  readonly #v4: Segments4
  readonly #v6: Segments6
  /** Nodes before this one are IPv4's. */
  readonly #nodes4: number
  readonly sources: readonly SetSource[]
  /** Entries, of all sources. */
  readonly size: number

  constructor(parts: AddressSetParts) {
    this.#parts = parts
    this.#v4 = new Segments4(parts.starts4, parts.nodes4)
    this.#v6 = new Segments6(parts.starts6, parts.nodes6)
    this.#nodes4 = parts.prefixes4.length
    this.size = parts.labels.length
    this.sources = Array.from(parts.sources, (string) => ({ name: this.#string(string) }))
  }

  /**
   * The set that a builder wrote; it keeps looking at `bytes`.
   *
   * @throws RangeError where it is something else, cut, or contradicts itself
   */
  static from(bytes: Uint8Array): AddressSet {
    return new AddressSet(readParts(bytes))
  }

  /** What it is made of, for `address-set-patch.ts`. */
  get parts(): AddressSetParts {
    return this.#parts
  }

  /** The innermost node that names an IPv4 address; -1 where none does. */
  find4(address: number): number {
    return this.#v4.find(address)
  }

  /** The innermost node that names an IPv6 address, by its four words; -1 where none does. Mapped ones: {@link find4}. */
  find6(w0: number, w1: number, w2: number, w3: number): number {
    const found = this.#v6.find(w0, w1, w2, w3)
    return found < 0 ? -1 : found + this.#nodes4
  }

  find(words: Words): number {
    return isMapped(words) ? this.find4(words[3]) : this.find6(...words)
  }

  /** The innermost node that names the address at this place of an address column (`wire/flow/columns.ts`); or -1. */
  findWords(words: Uint32Array, at: number): number {
    const last = words[at + 3]!
    if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0xffff_0000)
      return this.#v4.find(swapBytes(last))
    const found = this.#v6.find(
      swapBytes(words[at]!),
      swapBytes(words[at + 1]!),
      swapBytes(words[at + 2]!),
      swapBytes(last),
    )
    return found < 0 ? -1 : found + this.#nodes4
  }

  /**
   * Every entry that names the addresses of a node, the most specific first: of all lists, also those that list the same.
   *
   * @param most how many at most; the least specific are left out
   */
  entries(node: number, most = usuallyTold): ListedEntry[] {
    const { parents, firstEntry } = this.#parts
    const found: ListedEntry[] = []
    const sizes = new Map<ListedEntry, bigint>()
    for (let at = node; at !== nothing && at >= 0 && found.length < most; at = parents[at]!) {
      const to = firstEntry[at + 1]!
      for (let entry = firstEntry[at]!; entry < to && found.length < most; entry++) {
        const { first, last } = this.#extent(at, entry)
        const listed = this.#listed(entry, first, last)
        sizes.set(listed, asBigInt(last) - asBigInt(first))
        found.push(listed)
      }
    }
    // A range met as a small piece of it is not the more specific for that.
    return found.sort((a, b) => Number(sizes.get(a)! - sizes.get(b)!))
  }

  /** Nodes of the set, IPv4's first, each family ascending: for walking through it. */
  get nodes(): number {
    return this.#parts.lengths.length
  }

  /** First and last address of a node's prefix. */
  prefix(node: number): { readonly first: Words; readonly last: Words } {
    const { prefixes4, prefixes6, lengths } = this.#parts
    const v4 = node < this.#nodes4
    const at = (node - this.#nodes4) * 4
    const first: Words = v4
      ? words4(prefixes4[node]!)
      : [prefixes6[at]!, prefixes6[at + 1]!, prefixes6[at + 2]!, prefixes6[at + 3]!]
    return { first, last: prefixLast(first, lengths[node]! + (v4 ? 96 : 0)) }
  }

  /** The entries that are the node's own, those of it but not of the nodes it lies in. */
  own(node: number): ListedEntry[] {
    const { firstEntry } = this.#parts
    const found: ListedEntry[] = []
    for (let entry = firstEntry[node]!; entry < firstEntry[node + 1]!; entry++) {
      const { first, last } = this.#extent(node, entry)
      found.push(this.#listed(entry, first, last))
    }
    return found
  }

  /** Every entry once with the addresses it lists, IPv4's first, each family ascending. */
  *listed(): Generator<{ readonly first: Words; readonly last: Words; readonly entry: ListedEntry }> {
    const { firstEntry } = this.#parts
    for (let node = 0; node < this.nodes; node++) {
      for (let entry = firstEntry[node]!; entry < firstEntry[node + 1]!; entry++) {
        if (!this.#isWhole(node, entry)) continue
        const { first, last } = this.#extent(node, entry)
        yield { first, last, entry: this.#listed(entry, first, last) }
      }
    }
  }

  /** How many entries have the action `block`. */
  get blockedEntries(): number {
    const { firstEntry, labels, labelWords } = this.#parts
    let count = 0
    for (let node = 0; node < this.nodes; node++)
      for (let entry = firstEntry[node]!; entry < firstEntry[node + 1]!; entry++)
        if (labelAction(labelWords, labels[entry]!) === 'block' && this.#isWhole(node, entry)) count++
    return count
  }

  /** All that an entry with the action `block` lists: the fewest ranges, ascending, IPv4's first; or those of one family. */
  *blocked(family?: 4 | 6): Generator<{ readonly first: Words; readonly last: Words }> {
    let open: { readonly first: Words; readonly last: Words } | undefined
    const [from, to] = [family === 6 ? this.#nodes4 : 0, family === 4 ? this.#nodes4 : this.nodes]
    for (let node = from; node < to; node++) {
      if (!this.#blocks(node)) continue
      const { first, last } = this.prefix(node)
      const next = open && following(open.last)
      // Nodes come by their start: what begins within the open range, or right behind it, continues it.
      const joins =
        open && isMapped(open.first) === isMapped(first) && (!next || compareWords(first, next) <= 0)
      if (open && joins)
        open = { first: open.first, last: compareWords(last, open.last) > 0 ? last : open.last }
      else {
        if (open) yield open
        open = { first, last }
      }
    }
    if (open) yield open
  }

  /** A range is met as often as it has pieces: whether this is the first. */
  #isWhole(node: number, entry: number): boolean {
    const range = this.#parts.ranges[entry] ?? nothing
    return range === nothing || compareWords(this.#extent(node, entry).first, this.prefix(node).first) === 0
  }

  #blocks(node: number): boolean {
    const { firstEntry, labels, labelWords } = this.#parts
    const to = firstEntry[node + 1]!
    for (let entry = firstEntry[node]!; entry < to; entry++)
      if (labelAction(labelWords, labels[entry]!) === 'block') return true
    return false
  }

  #extent(node: number, entry: number): { readonly first: Words; readonly last: Words } {
    const { ranges, rangeWords } = this.#parts
    const range = ranges[entry] ?? nothing
    if (range === nothing) return this.prefix(node)
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = rangeWords.subarray(range * 8)
    return { first: [a, b, c, d], last: [e, f, g, h] }
  }

  #listed(entry: number, first: Words, last: Words): ListedEntry {
    const { labels, labelWords } = this.#parts
    return {
      indicator: formatRange(first, last),
      ...labelAt(labelWords, labels[entry]!, (number) => this.#string(number)),
    }
  }

  #string(number: number): string {
    const { stringFrom, strings } = this.#parts
    if (number === 0) return ''
    return utf8.decode(strings.subarray(stringFrom[number], stringFrom[number + 1]))
  }
}
