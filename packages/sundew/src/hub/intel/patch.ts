import type { Book } from '../../intel/book/book.ts'
import { liveOf } from '../../intel/book/live.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import { type AddressChange, patchedAddresses } from '../../match/address-set-patch.ts'
import type { AddressSet } from '../../match/address-set.ts'
import type { NamedLabel } from '../../match/more-labels.ts'
import { type NameChange, patchedNames } from '../../match/name-set-patch.ts'
import type { NameSet } from '../../match/name-set.ts'
import { parseRange } from '../../match/parse-address.ts'
import { compareWords } from '../../match/words.ts'
import type { TypeCounts } from './build.ts'
import type { NewSets } from './sets.ts'
import { type Scales, weigh } from './weigh.ts'

/** With more indicators, all is made anew. */
export const mostPatched = 1_000

export interface InForceSets {
  readonly addresses: AddressSet
  readonly names: NameSet
}

/** The sets with what is said otherwise of a few indicators. */
export interface Patched extends NewSets {
  /** Entries that they have more, or fewer, than before. */
  readonly more: number
  /** When one of these ends, ms since 1970; Infinity where none does. */
  readonly until: number
  /** How counts of their types change. */
  readonly counts: readonly { readonly type: Indicator['type']; readonly change: Partial<TypeCounts> }[]
}

/**
 * Weighs these anew and changes the sets in force by what comes of them: some hundred milliseconds for a million entries.
 *
 * @returns undefined where all is to be made anew: what is allowed bears on them, or they are too many
 */
export function patch(
  book: Book,
  scales: Scales,
  { addresses, names }: InForceSets,
  indicators: readonly Indicator[],
): Patched | undefined {
  const addressChanges: AddressChange[] = []
  const nameChanges: NameChange[] = []
  const counts: Patched['counts'][number][] = []
  let more = 0
  let until = Infinity
  for (const { type, value } of new Map(
    indicators.map((one) => [`${one.type} ${one.value}`, one]),
  ).values()) {
    const weighed = weigh(type, value, liveOf(book, { type, value }), scales)
    if (scales.doubt.decide({ type, value }).some(({ action }) => action === 'exclude')) return undefined
    const action = weighed?.verdict.action
    const entries =
      weighed === undefined || action === undefined || action === 'none'
        ? []
        : weighed.sightings.map(({ report, title, link }): NamedLabel => ({
            source: scales.sources.get(report.source)!.name,
            title,
            link,
            action,
            confidence: weighed.verdict.confidence,
          }))
    let before: readonly { readonly action: 'block' | 'alert' }[]
    if (type === 'address') {
      const range = parseRange(value)
      if (!range || !isWhole(scales.doubt.carve(range.first, range.last), range)) return undefined
      before = addressEntries(addresses, value)
      addressChanges.push({ first: range.first, last: range.last, entries })
    } else {
      if (type === 'domain' && scales.doubt.book.excludesBelow(value)) return undefined
      before = nameEntries(names, { type, value })
      nameChanges.push({ kind: type, indicator: value, entries })
    }
    more += entries.length - before.length
    if (weighed) until = Math.min(until, weighed.until)
    counts.push({ type, change: difference(before[0]?.action, action) })
  }
  const made = {
    addresses: addressChanges.length > 0 ? patchedAddresses(addresses, addressChanges) : 'same',
    names: nameChanges.length > 0 ? patchedNames(names, nameChanges) : 'same',
  } as const
  if (made.addresses === undefined || made.names === undefined) return undefined
  return { addresses: made.addresses, names: made.names, more, until, counts }
}

function isWhole(
  pieces: readonly { readonly first: AddressChange['first']; readonly last: AddressChange['last'] }[],
  { first, last }: Pick<AddressChange, 'first' | 'last'>,
): boolean {
  const [piece] = pieces
  return (
    piece !== undefined &&
    pieces.length === 1 &&
    compareWords(piece.first, first) === 0 &&
    compareWords(piece.last, last) === 0
  )
}

function addressEntries(set: AddressSet, value: string) {
  const node = set.find(parseRange(value)!.first)
  return node < 0 ? [] : set.entries(node, Infinity).filter(({ indicator }) => indicator === value)
}

function nameEntries(set: NameSet, { type, value }: Indicator) {
  if (type === 'address') return []
  const node = set.find(type, value)
  return node < 0
    ? []
    : set.entries(node, Infinity).filter((entry) => entry.type === type && entry.indicator === value)
}

function difference(
  before: 'block' | 'alert' | undefined,
  after: 'block' | 'alert' | 'none' | undefined,
): Partial<TypeCounts> {
  const change = { inForce: 0, block: 0, alert: 0, none: 0 }
  if (before) {
    change[before]--
    change.inForce--
  }
  if (after) {
    change[after]++
    change.inForce++
  }
  return change
}
