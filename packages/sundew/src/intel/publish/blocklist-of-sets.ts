import { prefixLength } from '../../match/parse-address.ts'
import { cutRange } from '../../match/prefixes.ts'
import type { AddressSet } from '../../match/address-set.ts'
import type { NameSet } from '../../match/name-set.ts'
import type { Range } from '../../match/ranges.ts'
import type { Indicator } from '../indicator/indicator.ts'
import type { AllowBook } from '../allow/book.ts'
import type { Blocklist, Hole, ListedName, ListedRange, ListedText } from './blocklist.ts'
import { BlockedNames } from './blocklist-names.ts'
import { whyOf } from './blocklist-why.ts'

/** What a blocklist is made of. */
export interface BlocklistParts {
  readonly addresses: AddressSet
  readonly names: NameSet
  readonly allow: AllowBook
  /**
   * Each entry of the sets was decided on by this very book when they were built: names and texts are not asked about again,
   * which takes a second a million. Default false.
   */
  readonly decided?: boolean
  readonly version: number
  /** ms since 1970. */
  readonly made: number
  /** All that is listed otherwise than in the sets of that version; undefined where that is not known. */
  readonly changedSince?: (version: number) => readonly Indicator[] | undefined
}

const textTypes = ['url', 'email', 'hash', 'ja3', 'ja4', 'file_name', 'as'] as const

/**
 * The blocklist of the sets in force. What is allowed was left out when they were built; it is taken out here once more, with
 * what is only downgraded inside of what is blocked, so that nothing allowed is published even where the sets are older than
 * the allow-lists.
 */
export class SetBlocklist implements Blocklist {
  readonly version: number
  readonly made: number
  readonly #addresses: AddressSet
  readonly #texts: NameSet
  readonly #allow: AllowBook
  readonly #decided: boolean
  readonly #names: BlockedNames
  readonly #changedSince: BlocklistParts['changedSince']
  #counts: Blocklist['counts'] | undefined

  constructor({ addresses, names, allow, decided = false, version, made, changedSince }: BlocklistParts) {
    this.#changedSince = changedSince
    this.version = version
    this.made = made
    this.#addresses = addresses
    this.#texts = names
    this.#allow = allow
    this.#decided = decided
    this.#names = new BlockedNames(names, allow, decided)
  }

  *ranges(family: 4 | 6): Generator<Range> {
    for (const { first, last } of this.#addresses.blocked(family))
      yield* this.#allow.carveForPublishing(first, last)
  }

  *prefixes(family: 4 | 6): Generator<{ readonly first: Range['first']; readonly length: number }> {
    const bits = family === 4 ? 96 : 0
    for (const { first, last } of this.ranges(family)) {
      const whole = prefixLength(first, last)
      if (whole !== undefined) {
        yield { first, length: whole - bits }
        continue
      }
      const pieces: { readonly first: Range['first']; readonly length: number }[] = []
      cutRange(first, last, (start, length) => pieces.push({ first: start, length }))
      yield* pieces
    }
  }

  *addresses(): Generator<ListedRange> {
    const { sources } = this.#addresses
    for (const { first, last, entry } of this.#addresses.listed()) {
      if (entry.action !== 'block') continue
      const pieces = this.#allow.carveForPublishing(first, last)
      if (pieces.length === 0) continue
      const why = whyOf([entry], sources)
      for (const piece of pieces) yield { ...piece, why }
    }
  }

  names(redundant = false): Iterable<ListedName> {
    return this.#names.names(redundant)
  }

  changedNames(since: number): readonly string[] | undefined {
    // Of what is not decided, others may be allowed by now.
    const changed = this.#decided ? this.#changedSince?.(since) : undefined
    if (changed === undefined || changed.some(({ type }) => type === 'address')) return undefined
    return changed.filter(({ type }) => type === 'domain' || type === 'hostname').map(({ value }) => value)
  }

  namesWithin(name: string): Iterable<ListedName> {
    return this.#names.within(name)
  }

  holes(): Iterable<Hole> {
    return this.#names.holes()
  }

  wildcard(name: string): boolean {
    return this.#names.wildcard(name)
  }

  *texts(type: (typeof textTypes)[number]): Generator<ListedText> {
    const set = this.#texts
    for (const { node, value } of this.#textNodes(type))
      yield { type, value, why: whyOf(set.own(node), set.sources) }
  }

  *allowedRanges(family: 4 | 6): Generator<Range> {
    for (const { first, last } of this.#addresses.blocked(family)) yield* this.#allow.keptOut(first, last)
  }

  get counts(): Blocklist['counts'] {
    this.#counts ??= this.#count()
    return this.#counts
  }

  #count(): Blocklist['counts'] {
    let texts = 0
    for (const type of textTypes) texts += this.#textNodes(type).reduce((count) => count + 1, 0)
    return { addresses: this.#addresses.blockedEntries, names: this.#names.count, texts }
  }

  *#textNodes(type: (typeof textTypes)[number]) {
    const set = this.#texts
    const { from, to } = set.range(type)
    for (let node = from; node < to; node++) {
      if (set.action(node) !== 'block') continue
      const value = set.text(node)
      if (this.#decided || !this.#allow.keepsOut({ type, value })) yield { node, value }
    }
  }
}
