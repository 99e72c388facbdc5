import type { IndicatorType } from '../indicator/indicator.ts'
import type { Words } from '../../match/words.ts'

/** Why something is listed, as far as targets can carry it. */
export interface Why {
  /** Names of the sources, the most specific entry's first. */
  readonly sources: readonly string[]
  /** Pulse name, comment …; '' where there is none. On one line, but else as its publisher wrote it: escape it. */
  readonly title: string
  /** To the web, or ''. */
  readonly link: string
  /** 0 to 100. */
  readonly confidence: number
}

/** Addresses as one listed entry has them, after what is allowed was cut out: one entry may come as several pieces. */
export interface ListedRange {
  readonly first: Words
  readonly last: Words
  readonly why: Why
}

/**
 * A name that is blocked: alone, or with all below it. Lower case, ASCII (IDNA), without final dot. `why` may be read only
 * when it is asked for: take it by name, a spread leaves it behind.
 */
export interface ListedName {
  readonly name: string
  readonly covers: 'itself' | 'all'
  readonly why: Why
}

/** An allowed name under a blocked one: alone, or with all below it. */
export interface Hole {
  readonly name: string
  readonly covers: 'itself' | 'all'
}

/** URLs, hashes and so on, normalised. */
export interface ListedText {
  readonly type: IndicatorType
  readonly value: string
  readonly why: Why
}

/**
 * What publishers are given: everything whose verdict is `block`, after doubt, with what is allowed cut out. Each call walks
 * anew; the order is the same for the same content.
 */
export interface Blocklist {
  /** Of the sets it was made from; rises. */
  readonly version: number
  /** ms since 1970. */
  readonly made: number
  /** Merged, disjoint, ascending: IPv4 before IPv6. */
  ranges(family: 4 | 6): Iterable<{ readonly first: Words; readonly last: Words }>
  /** The same as the fewest prefixes; `length` is of the family's own bits: 0 to 32, 0 to 128. */
  prefixes(family: 4 | 6): Iterable<{ readonly first: Words; readonly length: number }>
  /** By entry, overlapping as listed. */
  addresses(): Iterable<ListedRange>
  /**
   * Sorted by labels from the right, so that a parent comes before its children. A `hostname` and a `domain` of the same name
   * are one that covers all.
   *
   * @param redundant also names that lie under one that covers all and may be written as a {@link wildcard}. Default false.
   */
  names(redundant?: boolean): Iterable<ListedName>
  /**
   * Names of which something else may be published than in the list of that version, each with all below it; undefined where
   * more may be otherwise, or nobody knows.
   */
  changedNames?(since: number): readonly string[] | undefined
  /** As {@link names} with what is redundant: the name and those below it; none where it lies under one that covers all. */
  namesWithin?(name: string): Iterable<ListedName>
  /** Allowed names that lie under a blocked one, sorted likewise. For formats that cannot have them, see {@link wildcard}. */
  holes(): Iterable<Hole>
  /** Whether a name that covers all may be written as a wildcard in a format without holes: no allowed name lies below it. */
  wildcard(name: string): boolean
  texts(type: 'url' | 'email' | 'hash' | 'ja3' | 'ja4' | 'file_name' | 'as'): Iterable<ListedText>
  /** Allowed ranges that lie inside listed ones, for formats that say them before. */
  allowedRanges(family: 4 | 6): Iterable<{ readonly first: Words; readonly last: Words }>
  /** How many there are, without walking: addresses' entries, names, texts. */
  readonly counts: { readonly addresses: number; readonly names: number; readonly texts: number }
}
