import { AddressSet } from './address-set.ts'
import { type AddressSetParts, writeParts } from './address-set-file.ts'
import { Growing } from './growing.ts'
import { type LabelAction, Labels } from './labels.ts'
import { prefixLength } from './parse-address.ts'
import { cutRange, mostPrefixes } from './prefixes.ts'
import { segment4, segment6 } from './range-map.ts'
import { nothing } from './segments4.ts'
import { sortPrefixes } from './sort-prefixes.ts'
import { compareWords, following, isMapped, isRange4, prefixLast, type Words, words4 } from './words.ts'

/** Prefixes in one set, after ranges were cut: some 50 bytes each. */
const prefixLimit = 16_000_000

/** Collects listed entries and makes an {@link AddressSet} of them. */
export class AddressSetBuilder {
  readonly #v4 = new Collected(1)
  readonly #v6 = new Collected(4)
  readonly #rangeWords = new Growing(8)
  readonly #known = new Set<string>()
  readonly #labels = new Labels()

  /** A list; entries say which they come from. The same name twice is the same list. */
  source(name: string): number {
    return this.#labels.source(name)
  }

  /**
   * What entries carry: list, title, link, and what may come of them. The same have one number.
   *
   * @param confidence 0 to 100
   * @throws RangeError where there is no such source, or the confidence is none
   */
  label(source: number, title = '', link = '', action: LabelAction = 'alert', confidence = 0): number {
    return this.#labels.label(source, title, link, action, confidence)
  }

  /**
   * All addresses from the first to the last are listed under this label. In any order, nested, overlapping, doubled.
   *
   * @returns false where it is left out: it ends before it starts, or the set is full
   */
  add(first: Words, last: Words, label: number): boolean {
    if (compareWords(first, last) > 0 || this.full) return false
    const v4 = isRange4(first, last)
    const to = v4 ? this.#v4 : this.#v6
    const length = prefixLength(first, last)
    if (length !== undefined) to.push(first, v4 ? length - 96 : length, label, nothing)
    else {
      const key = [label, ...first, ...last].join(' ')
      if (this.#known.has(key)) return true
      this.#known.add(key)
      const range = this.#rangeWords.length / 8
      for (const word of [...first, ...last]) this.#rangeWords.push(word)
      cutRange(first, last, (start, bits) => to.push(start, bits, label, range))
    }
    return true
  }

  /** No further entry is taken. */
  get full(): boolean {
    return this.#v4.size + this.#v6.size > prefixLimit - mostPrefixes
  }

  build(): AddressSet {
    return new AddressSet(this.#parts())
  }

  /** The set as {@link AddressSet.from} reads it. */
  toBytes(): Uint8Array {
    return writeParts(this.#parts())
  }

  #parts(): AddressSetParts {
    const out = new Nested()
    const v4 = out.add(this.#v4)
    const v6 = out.add(this.#v6)
    return {
      starts4: v4.starts,
      nodes4: v4.nodes,
      starts6: v6.starts,
      nodes6: v6.nodes,
      prefixes4: v4.prefixes,
      prefixes6: v6.prefixes,
      ...out.columns(),
      rangeWords: this.#rangeWords.view.slice(),
      ...this.#labels.columns(),
    }
  }
}

/** Prefixes of one family as they came: start, length, label, and the range they are a piece of. */
export class Collected {
  readonly stride: 1 | 4
  readonly starts: Growing
  readonly lengths = new Growing()
  readonly labels = new Growing()
  readonly ranges = new Growing()

  constructor(stride: 1 | 4) {
    this.stride = stride
    this.starts = new Growing()
  }

  get size(): number {
    return this.lengths.length
  }

  push(start: Words, length: number, label: number, range: number): void {
    if (this.stride === 1) this.starts.push(start[3])
    else for (const word of start) this.starts.push(word)
    this.lengths.push(length)
    this.labels.push(label)
    this.ranges.push(range)
  }

  start(at: number): Words {
    const { starts, stride } = this
    if (stride === 1) return words4(starts.get(at))
    return [starts.get(at * 4), starts.get(at * 4 + 1), starts.get(at * 4 + 2), starts.get(at * 4 + 3)]
  }
}

/** Nodes and segments, made by going through sorted prefixes once with those that are open on a stack. */
export class Nested {
  readonly #lengths = new Growing()
  readonly #parents = new Growing()
  readonly #firstEntry = new Growing()
  readonly #labels = new Growing()
  readonly #ranges = new Growing()
  #someRange = false

  add(from: Collected) {
    const { stride } = from
    const lengths = Uint8Array.from(from.lengths.view)
    const order = sortPrefixes({ stride, starts: from.starts.view, lengths })
    const base = this.#lengths.length
    const bits = stride === 1 ? 96 : 0
    const prefixes = new Growing()
    const segments = { starts: new Growing(), values: new Growing() }
    const segment = (start: Words, node: number) => {
      const value = node === nothing ? nothing : node - base
      if (stride === 1) segment4(segments, start[3], value)
      else segment6(segments, start, value)
    }
    segment(stride === 1 ? words4(0) : [0, 0, 0, 0], nothing)
    const open: { readonly node: number; readonly last: Words }[] = []
    const close = (before: Words | undefined) => {
      for (let top = open.at(-1); top; top = open.at(-1)) {
        if (before && compareWords(top.last, before) >= 0) return
        open.pop()
        const next = following(top.last)
        if (next && (stride === 4 || isMapped(next))) segment(next, open.at(-1)?.node ?? nothing)
      }
    }
    for (let at = 0; at < order.length;) {
      const index = order[at]!
      const start = from.start(index)
      const length = lengths[index]!
      close(start)
      const node = this.#lengths.length
      this.#parents.push(open.at(-1)?.node ?? nothing)
      this.#lengths.push(length)
      for (const word of stride === 1 ? [start[3]] : start) prefixes.push(word)
      segment(start, node)
      open.push({ node, last: prefixLast(start, length + bits) })
      let end = at + 1
      while (end < order.length && same(from, order[end]!, start, length)) end++
      this.#entries(from, order.subarray(at, end))
      at = end
    }
    close(undefined)
    return {
      starts: segments.starts.view.slice(),
      nodes: segments.values.view.slice(),
      prefixes: prefixes.view.slice(),
    }
  }

  columns() {
    const firstEntry = new Uint32Array(this.#firstEntry.length + 1)
    firstEntry.set(this.#firstEntry.view)
    firstEntry[this.#firstEntry.length] = this.#labels.length
    return {
      lengths: Uint8Array.from(this.#lengths.view),
      parents: this.#parents.view.slice(),
      firstEntry,
      labels: this.#labels.view.slice(),
      ranges: this.#someRange ? this.#ranges.view.slice() : new Uint32Array(0),
    }
  }

  /** The entries of one node, each once. */
  #entries(from: Collected, indices: Uint32Array): void {
    this.#firstEntry.push(this.#labels.length)
    const seen = indices.length > 1 ? new Set<number>() : undefined
    for (const index of indices) {
      const label = from.labels.get(index)
      const range = from.ranges.get(index)
      const key = range === nothing ? label : label + (range + 1) * 2 ** 24
      if (seen?.has(key)) continue
      seen?.add(key)
      if (range !== nothing) this.#someRange = true
      this.#labels.push(label)
      this.#ranges.push(range)
    }
  }
}

function same(from: Collected, index: number, start: Words, length: number): boolean {
  if (from.lengths.get(index) !== length) return false
  if (from.stride === 1) return from.starts.get(index) === start[3]
  return compareWords(from.start(index), start) === 0
}
