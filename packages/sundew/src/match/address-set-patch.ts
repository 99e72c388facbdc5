import { Collected, Nested } from './address-set-builder.ts'
import type { AddressSet } from './address-set.ts'
import { writeParts } from './address-set-file.ts'
import { MoreLabels, type NamedLabel } from './more-labels.ts'
import { prefixLength } from './parse-address.ts'
import { cutRange } from './prefixes.ts'
import { nothing } from './segments4.ts'
import { compareWords, isRange4, type Words } from './words.ts'

/** More changes are not worth a patch: each is compared with every entry. */
const mostChanges = 64

/** What a range of addresses is listed for from now on. */
export interface AddressChange {
  readonly first: Words
  readonly last: Words
  /** All of them: they take the place of what exactly this range had. None, and it is no longer listed. */
  readonly entries: readonly NamedLabel[]
}

/**
 * The file of a set with some changes: as if built anew, but that labels, ranges and sources are numbered otherwise. Titles
 * and links are copied and not read, which is what building anew takes its time for.
 *
 * @returns undefined where there are so many that building anew is the better way
 */
export function patchedAddresses(set: AddressSet, changes: readonly AddressChange[]): Uint8Array | undefined {
  if (changes.length > mostChanges) return undefined
  const { parts } = set
  const labels = new MoreLabels(
    parts,
    set.sources.map(({ name }) => name),
  )
  const [v4, v6] = [new Collected(1), new Collected(4)]
  const nodes4 = parts.prefixes4.length
  const exactly = changes.map(({ first, last }) => ({ first, last }))
  for (let node = 0; node < parts.lengths.length; node++) {
    const { first, last } = set.prefix(node)
    const to = node < nodes4 ? v4 : v6
    for (let entry = parts.firstEntry[node]!; entry < parts.firstEntry[node + 1]!; entry++) {
      const range = parts.ranges[entry] ?? nothing
      const extent = range === nothing ? { first, last } : rangeAt(parts.rangeWords, range)
      if (!exactly.some((one) => same(one, extent)))
        to.push(first, parts.lengths[node]!, parts.labels[entry]!, range)
    }
  }
  const words: number[] = []
  for (const { first, last, entries } of changes) {
    const ours = isRange4(first, last) ? v4 : v6
    const length = prefixLength(first, last)
    for (const label of new Set(entries.map((entry) => labels.number(entry)))) {
      if (length !== undefined) {
        ours.push(first, ours === v4 ? length - 96 : length, label, nothing)
        continue
      }
      const range = (parts.rangeWords.length + words.length) / 8
      words.push(...first, ...last)
      cutRange(first, last, (start, bits) => ours.push(start, bits, label, range))
    }
  }
  const rangeWords = new Uint32Array(parts.rangeWords.length + words.length)
  rangeWords.set(parts.rangeWords)
  rangeWords.set(words, parts.rangeWords.length)
  const out = new Nested()
  const [nested4, nested6] = [out.add(v4), out.add(v6)]
  return writeParts({
    starts4: nested4.starts,
    nodes4: nested4.nodes,
    starts6: nested6.starts,
    nodes6: nested6.nodes,
    prefixes4: nested4.prefixes,
    prefixes6: nested6.prefixes,
    ...out.columns(),
    rangeWords,
    ...labels.columns(),
  })
}

interface Extent {
  readonly first: Words
  readonly last: Words
}

function rangeAt(words: Uint32Array, range: number): Extent {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = words.subarray(range * 8, range * 8 + 8)
  return { first: [a, b, c, d], last: [e, f, g, h] }
}

function same(a: Extent, b: Extent): boolean {
  return compareWords(a.first, b.first) === 0 && compareWords(a.last, b.last) === 0
}
