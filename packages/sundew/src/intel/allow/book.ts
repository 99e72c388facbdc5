import { parseRange } from '../../match/parse-address.ts'
import type { Range } from '../../match/ranges.ts'
import type { Words } from '../../match/words.ts'
import type { Indicator, IndicatorType } from '../indicator/indicator.ts'
import { isPublicSuffix } from '../indicator/name.ts'
import { liesUnder } from './above.ts'
import type { AllowAction, AllowDecision } from './decision.ts'
import { hostOfUrl } from './host-of-url.ts'
import { type AllowedName, NameRules } from './name-rules.ts'
import { RangeRules } from './range-rules.ts'
import { type AllowRule, keepsOut } from './rule.ts'
import { type PatternEntry, TextRules } from './text-rules.ts'

/** One list of the book. */
export interface AllowList {
  readonly list: string
  readonly action: AllowAction
  readonly entries: number
}

const none: readonly AllowDecision[] = []

const suffix: AllowDecision = {
  action: 'exclude',
  list: 'core/public-suffixes',
  entry: '',
  reason: 'names are registered right below it, so it would name all of them',
}

/** Everything that is allowed: built once, swapped whole. */
export class AllowBook {
  readonly lists: readonly AllowList[]
  /** When the first of its entries ends, ms since 1970; Infinity where none does. */
  readonly nextEnd: number
  readonly #ranges: RangeRules
  readonly #names: NameRules
  readonly #texts: TextRules

  constructor(parts: AllowBookParts) {
    this.lists = parts.lists
    this.nextEnd = parts.nextEnd
    this.#ranges = new RangeRules(parts.ranges)
    this.#names = parts.names
    this.#texts = parts.texts
  }

  /**
   * The entries that bear on all of what an indicator names. An address range that holds allowed addresses among others is
   * not decided on: {@link carve} it. Nor is a domain with an allowed name below it: it gets a hole.
   */
  decide({ type, value }: Indicator): readonly AllowDecision[] {
    switch (type) {
      case 'address': {
        const range = parseRange(value)
        return range ? this.decideRange(range.first, range.last) : none
      }
      case 'domain':
      case 'hostname': {
        const found = joined(this.#names.decide(value, 'names'), this.#texts.decide(type, value))
        return isPublicSuffix(value) ? [{ ...suffix, entry: value }, ...found] : found
      }
      case 'url':
        return joined(this.#ofHost(hostOfUrl(value)), this.#texts.decide(type, value))
      case 'email':
        return joined(
          this.#names.decide(value.slice(value.lastIndexOf('@') + 1), 'emails'),
          this.#texts.decide(type, value),
        )
      default:
        return this.#texts.decide(type, value)
    }
  }

  decideRange(first: Words, last: Words): readonly AllowDecision[] {
    return this.#ranges.decide(first, last)
  }

  /** What of a range may be matched, ascending: that which no entry excludes. The range itself, mostly. */
  carve(first: Words, last: Words): readonly Range[] {
    return this.#ranges.carve(first, last, 'excluded')
  }

  /** What of a range may be published: that which no entry excludes or downgrades. */
  carveForPublishing(first: Words, last: Words): readonly Range[] {
    return this.#ranges.carve(first, last, 'kept-out')
  }

  /** What {@link carveForPublishing} takes out. */
  keptOut(first: Words, last: Words): readonly Range[] {
    return this.#ranges.cutOut(first, last, 'kept-out')
  }

  /** Whether nothing of an indicator may be published. */
  keepsOut(indicator: Indicator): boolean {
    const { type, value } = indicator
    if (type === 'domain' || type === 'hostname')
      return (
        this.#names.keepsOut(value) ||
        isPublicSuffix(value) ||
        this.#texts.decide(type, value).some(({ action }) => keepsOut(action))
      )
    return this.decide(indicator).some(({ action }) => keepsOut(action))
  }

  /** Names that may not be published, in no order. */
  keptOutNames(): Iterable<AllowedName> {
    return this.#names.names('kept-out')
  }

  /** Whether a name below this one may not be published. */
  keepsOutBelow(name: string): boolean {
    return this.#names.hasBelow(name, 'kept-out')
  }

  /** Every name that {@link keepsOutBelow} is true of. */
  namesAboveKeptOut(): ReadonlySet<string> {
    return this.#names.aboveKeptOut
  }

  /** Whether a name below this one is excluded: it is not to be matched though this one is listed. */
  excludesBelow(name: string): boolean {
    return this.#names.hasBelow(name, 'excluded')
  }

  /** The excluded names below these domains, in no order. */
  *excludedUnder(domains: ReadonlySet<string>): Generator<AllowedName> {
    if (domains.size === 0) return
    for (const allowed of this.#names.names('excluded')) if (liesUnder(allowed.name, domains)) yield allowed
  }

  #ofHost(host: string): readonly AllowDecision[] {
    const range = /[:\d]$|\]$/.test(host) ? parseRange(host) : undefined
    if (!range) return this.#names.decide(host, 'urls')
    // What is only not to be blocked as an address may well serve something bad under a path.
    return this.decideRange(range.first, range.last).filter(({ action }) => action === 'exclude')
  }
}

interface AllowBookParts {
  readonly lists: readonly AllowList[]
  readonly nextEnd: number
  readonly ranges: readonly (Range & { readonly rule: AllowRule })[]
  readonly names: NameRules
  readonly texts: TextRules
}

/** Collects entries and makes an {@link AllowBook} of them. */
export class AllowBookBuilder {
  readonly #ranges: (Range & { readonly rule: AllowRule })[] = []
  readonly #names = new NameRules()
  readonly #texts = new TextRules()
  readonly #lists = new Map<string, { list: string; action: AllowAction; entries: number }>()
  #nextEnd = Infinity

  range({ first, last }: Range, rule: AllowRule): void {
    this.#ranges.push({ first, last, rule })
    this.#count(rule)
  }

  /** @param name in its normal form, as `indicator/name.ts` has it */
  name(name: string, covers: AllowedName['covers'], rule: AllowRule): void {
    this.#names.add(name, covers, rule)
    this.#count(rule)
  }

  text(type: IndicatorType, value: string, rule: AllowRule): void {
    this.#texts.add(type, value, rule)
    this.#count(rule)
  }

  pattern(types: readonly IndicatorType[], pattern: PatternEntry): void {
    for (const type of types) this.#texts.addPattern(type, pattern)
    this.#count(pattern.rule)
  }

  build(): AllowBook {
    return new AllowBook({
      lists: [...this.#lists.values()],
      nextEnd: this.#nextEnd,
      ranges: this.#ranges,
      names: this.#names,
      texts: this.#texts,
    })
  }

  #count({ list, action, until }: AllowRule): void {
    if (until !== undefined) this.#nextEnd = Math.min(this.#nextEnd, until)
    const key = `${action} ${list}`
    const known = this.#lists.get(key)
    if (known) known.entries++
    else this.#lists.set(key, { list, action, entries: 1 })
  }
}

function joined(a: readonly AllowDecision[], b: readonly AllowDecision[]): readonly AllowDecision[] {
  return b.length === 0 ? a : a.length === 0 ? b : [...a, ...b]
}
