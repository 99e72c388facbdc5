import type { IndicatorType } from '../../../src/intel/indicator/indicator.ts'
import type {
  Blocklist,
  Hole,
  ListedName,
  ListedRange,
  ListedText,
  Why,
} from '../../../src/intel/publish/blocklist.ts'
import { parseRange } from '../../../src/match/parse-address.ts'
import { cutRange } from '../../../src/match/prefixes.ts'
import { type Range, RangeSet } from '../../../src/match/ranges.ts'
import { isRange4 } from '../../../src/match/words.ts'

/** What the fake is told; every part is optional. */
export interface FakeList {
  /** Names blocked alone (`hostname`). */
  readonly hosts?: readonly Told[]
  /** Names blocked with all below them (`domain`). */
  readonly domains?: readonly Told[]
  /** Addresses, prefixes, ranges, as `parseRange` reads them. */
  readonly addresses?: readonly Told[]
  readonly texts?: readonly {
    readonly type: IndicatorType
    readonly value: string
    readonly why?: Partial<Why>
  }[]
  /** Allowed names: alone, or with all below them. */
  readonly allowedHosts?: readonly string[]
  readonly allowedDomains?: readonly string[]
  readonly allowedAddresses?: readonly string[]
  readonly version?: number
  readonly made?: number
}

/** A value, or a value and why it is listed. */
export type Told = string | { readonly value: string; readonly why: Partial<Why> }

/** Why something is listed where a test does not say. */
export const someWhy: Why = {
  sources: ['test'],
  title: 'A pulse',
  link: 'https://otx.alienvault.com/pulse/1',
  confidence: 80,
}

/** A blocklist held in plain arrays, for tests: it does what `blocklist.ts` promises, slowly. Allowed values win. */
export function fakeBlocklist(told: FakeList): Blocklist {
  const allowedRanges = RangeSet.of((told.allowedAddresses ?? []).map(range))
  const listed = (told.addresses ?? []).map((one) => ({ ...range(valueOf(one)), why: whyOf(one) }))
  const blocked = RangeSet.of(listed).difference(allowedRanges)
  const pieces: ListedRange[] = listed.flatMap(({ first, last, why }) =>
    [...RangeSet.of([{ first, last }]).difference(allowedRanges).ranges()].map((piece) => ({
      ...piece,
      why,
    })),
  )
  const allowedDomains = new Set(told.allowedDomains)
  const allowedNames = new Set([...(told.allowedHosts ?? []), ...allowedDomains])
  const allowed = (name: string) =>
    allowedNames.has(name) || above(name).some((one) => allowedDomains.has(one))

  const names = new Map<string, ListedName>()
  for (const [covers, list] of [
    ['all', told.domains ?? []],
    ['itself', told.hosts ?? []],
  ] as const)
    for (const one of list) {
      const name = valueOf(one)
      if (!allowed(name) && !names.has(name)) names.set(name, { name, covers, why: whyOf(one) })
    }
  const sorted = [...names.values()].toSorted((a, b) => compareNames(a.name, b.name))
  const covered = (name: string) => above(name).some((one) => names.get(one)?.covers === 'all')
  const holes: Hole[] = [...allowedNames]
    .filter(covered)
    .toSorted(compareNames)
    .map((name) => ({ name, covers: allowedDomains.has(name) ? 'all' : 'itself' }))
  const texts: ListedText[] = (told.texts ?? []).map(({ type, value, why }) => ({
    type,
    value,
    why: { ...someWhy, ...why },
  }))
  const ofFamily = (set: RangeSet, family: 4 | 6) =>
    [...set.ranges()].filter(({ first, last }) => (isRange4(first, last) ? 4 : 6) === family)

  return {
    version: told.version ?? 1,
    made: told.made ?? Date.UTC(2026, 10, 25),
    ranges: (family) => ofFamily(blocked, family),
    prefixes: (family) =>
      ofFamily(blocked, family).flatMap(({ first, last }) => {
        const out: { first: Range['first']; length: number }[] = []
        cutRange(first, last, (start, length) => out.push({ first: start, length }))
        return out
      }),
    addresses: () => pieces,
    names: (redundant = false) => (redundant ? sorted : sorted.filter(({ name }) => !covered(name))),
    holes: () => holes,
    wildcard: (name) => !holes.some((hole) => hole.name.endsWith(`.${name}`)),
    texts: (type) => texts.filter((one) => one.type === type),
    allowedRanges: (family) => ofFamily(RangeSet.of(listed).intersection(allowedRanges), family),
    counts: { addresses: pieces.length, names: sorted.length, texts: texts.length },
  }
}

function valueOf(told: Told): string {
  return typeof told === 'string' ? told : told.value
}

function whyOf(told: Told): Why {
  return typeof told === 'string' ? someWhy : { ...someWhy, ...told.why }
}

function range(text: string): Range {
  const read = parseRange(text)
  if (!read) throw new TypeError(`${text} is no address, prefix or range`)
  return read
}

/** The names above this one, the nearest first. */
function above(name: string): string[] {
  const labels = name.split('.')
  return labels.slice(1).map((_, at) => labels.slice(at + 1).join('.'))
}

/** By labels from the right: a parent before its children. */
function compareNames(a: string, b: string): number {
  const [left, right] = [a.split('.').toReversed(), b.split('.').toReversed()]
  for (let at = 0; at < left.length && at < right.length; at++)
    if (left[at] !== right[at]) return left[at]! < right[at]! ? -1 : 1
  return left.length - right.length
}
