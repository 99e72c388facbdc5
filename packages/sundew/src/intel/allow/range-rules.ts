import { formatRange } from '../../match/parse-address.ts'
import { fromBigInt } from '../../match/prefixes.ts'
import type { Range } from '../../match/ranges.ts'
import { asBigInt, compareWords, isMapped, isRange4, type Words, words4 } from '../../match/words.ts'
import type { AllowDecision } from './decision.ts'
import { type AllowRule, decisionOf, keepsOut, type Without } from './rule.ts'

/** Rules told of one address at most; those that exclude come first, so that none of them is left out. */
const mostRules = 64

/** What holds of all addresses of a segment. */
interface Held {
  /** Of an address alone, and of a range. */
  readonly single: readonly AllowDecision[]
  readonly wide: readonly AllowDecision[]
  /** Nothing of it is matched; nothing of it is published. */
  readonly excluded: boolean
  readonly keptOut: boolean
}

const nothingHeld: Held = { single: [], wide: [], excluded: false, keptOut: false }

interface Entry extends Range {
  readonly rule: AllowRule
}

/**
 * Which rules bear on an address. The space is cut where any range begins or ends, so that one search answers, and a range
 * can be told piece by piece. IPv4 and IPv6 are apart, as in {@link AddressSet}.
 */
export class RangeRules {
  readonly #v4: Segments<number>
  readonly #v6: Segments<bigint>

  constructor(entries: readonly Entry[]) {
    const v4 = entries.filter(({ first, last }) => isRange4(first, last))
    const v6 = entries.filter(({ first, last }) => !isRange4(first, last))
    this.#v4 = segmentsOf(
      v4.map((entry) => ({ entry, from: entry.first[3], end: entry.last[3] + 1 })),
      0,
    )
    this.#v6 = segmentsOf(
      v6.map((entry) => ({ entry, from: asBigInt(entry.first), end: asBigInt(entry.last) + 1n })),
      0n,
    )
  }

  /** What bears on all of these addresses. */
  decide(first: Words, last: Words): readonly AllowDecision[] {
    const alone = compareWords(first, last) === 0
    if (alone) return (isMapped(first) ? at(this.#v4, first[3]) : at(this.#v6, asBigInt(first))).single
    const pieces = this.#pieces(first, last).map(({ held }) => held)
    const [start, ...rest] = pieces
    if (!start) return []
    const common = start.wide.filter((decision) =>
      rest.every(({ wide }) => wide.some((other) => sameRule(decision, other))),
    )
    if (common.some(({ action }) => action === 'exclude') || !pieces.every(({ excluded }) => excluded))
      return common
    // Several lists exclude all of it together.
    return [...start.wide.filter(({ action }) => action === 'exclude'), ...common]
  }

  /**
   * What is left of a range, ascending.
   *
   * @param without `excluded`: what is not even matched; `kept-out`: what is not published
   */
  carve(first: Words, last: Words, without: Without): readonly Range[] {
    return this.#cut(first, last, (held) => !isWithout(held, without))
  }

  /** What {@link carve} takes out. */
  cutOut(first: Words, last: Words, without: Without): readonly Range[] {
    return this.#cut(first, last, (held) => isWithout(held, without))
  }

  #cut(first: Words, last: Words, wanted: (held: Held) => boolean): readonly Range[] {
    const v4 = isRange4(first, last)
    // Mostly nothing is cut; then the range itself comes back.
    const whole = v4
      ? heldThroughout(this.#v4, first[3], last[3])
      : heldThroughout(this.#v6, asBigInt(first), asBigInt(last))
    if (whole) return wanted(whole) ? [{ first, last }] : []
    const pieces = this.#pieces(first, last)
    const left: { first: bigint; end: bigint }[] = []
    for (const { held, from, end } of pieces) {
      if (!wanted(held)) continue
      const before = left.at(-1)
      if (before?.end === from) before.end = end
      else left.push({ first: from, end })
    }
    const words = v4 ? (value: bigint) => words4(Number(value)) : fromBigInt
    return left.map((piece) => ({ first: words(piece.first), last: words(piece.end - 1n) }))
  }

  #pieces(first: Words, last: Words): { readonly held: Held; readonly from: bigint; readonly end: bigint }[] {
    return isRange4(first, last)
      ? pieces(this.#v4, first[3], last[3] + 1)
      : pieces(this.#v6, asBigInt(first), asBigInt(last) + 1n)
  }
}

/** From `starts[n]` up to before `starts[n + 1]`, `held[n]` holds. */
interface Segments<T extends number | bigint> {
  readonly starts: readonly T[]
  readonly held: readonly Held[]
}

interface Placed<T> {
  readonly entry: Entry
  readonly from: T
  readonly end: T
}

function segmentsOf<T extends number | bigint>(placed: readonly Placed<T>[], zero: T): Segments<T> {
  const ascending = (a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0)
  const begins = placed.toSorted((a, b) => ascending(a.from, b.from))
  const ends = placed.toSorted((a, b) => ascending(a.end, b.end))
  const starts: T[] = [zero]
  const held: Held[] = [nothingHeld]
  const active = new Active()
  for (let begin = 0, end = 0; end < ends.length;) {
    const next = begins[begin]
    const edge = next && next.from <= ends[end]!.end ? next.from : ends[end]!.end
    for (; end < ends.length && ends[end]!.end === edge; end++) active.end(ends[end]!.entry)
    for (; begin < begins.length && begins[begin]!.from === edge; begin++) active.begin(begins[begin]!.entry)
    starts.push(edge)
    held.push(active.held())
  }
  return starts.length > 1 && starts[1] === zero
    ? { starts: starts.slice(1), held: held.slice(1) }
    : { starts, held }
}

/** Entries that hold where the sweep is, by rule: the one begun last is the most specific of nested ones, and is told. */
class Active {
  readonly #byRule = new Map<AllowRule, Entry[]>()
  readonly #ended = new Set<Entry>()

  begin(entry: Entry): void {
    const open = this.#byRule.get(entry.rule) ?? []
    open.push(entry)
    // The rule that got an entry last comes last.
    this.#byRule.delete(entry.rule)
    this.#byRule.set(entry.rule, open)
  }

  end(entry: Entry): void {
    const open = this.#byRule.get(entry.rule)
    if (!open) return
    this.#ended.add(entry)
    for (let top = open.at(-1); top && this.#ended.delete(top); top = open.at(-1)) open.pop()
    if (open.length === 0) this.#byRule.delete(entry.rule)
  }

  held(): Held {
    if (this.#byRule.size === 0) return nothingHeld
    const told = Array.from(this.#byRule.values(), (open) => open.at(-1)!)
      .reverse()
      .toSorted((a, b) => rank[a.rule.action] - rank[b.rule.action])
      .slice(0, mostRules)
    const wide = told.map(({ rule, first, last }) => decisionOf(rule, formatRange(first, last)))
    const single = told.map(({ rule }, index) => {
      const decision = wide[index]!
      return rule.single === undefined ? decision : { ...decision, action: rule.single }
    })
    return {
      wide,
      single: told.some(({ rule }) => rule.single !== undefined) ? single : wide,
      excluded: told[0]!.rule.action === 'exclude',
      keptOut: keepsOut(told[0]!.rule.action),
    }
  }
}

const rank = { exclude: 0, downgrade: 1, annotate: 2 } as const

function at<T extends number | bigint>({ starts, held }: Segments<T>, address: T): Held {
  return held[indexOf(starts, address)]!
}

/** What holds from the first to the last, where that is the same; undefined where it is not. */
function heldThroughout<T extends number | bigint>(
  { starts, held }: Segments<T>,
  first: T,
  last: T,
): Held | undefined {
  const index = indexOf(starts, first)
  const next = starts[index + 1]
  return next === undefined || next > last ? held[index] : undefined
}

function pieces<T extends number | bigint>(segments: Segments<T>, from: T, end: T) {
  const { starts, held } = segments
  const found: { held: Held; from: bigint; end: bigint }[] = []
  for (let index = indexOf(starts, from); index < starts.length && starts[index]! < end; index++) {
    const next = starts[index + 1]
    found.push({
      held: held[index]!,
      from: BigInt(starts[index]! > from ? starts[index]! : from),
      end: BigInt(next !== undefined && next < end ? next : end),
    })
  }
  return found
}

/** The last start that is not past the address. */
function indexOf<T extends number | bigint>(starts: readonly T[], address: T): number {
  let low = 1
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= address) low = middle + 1
    else high = middle
  }
  return low - 1
}

function isWithout(held: Held, without: Without): boolean {
  return without === 'excluded' ? held.excluded : held.keptOut
}

function sameRule(a: AllowDecision, b: AllowDecision): boolean {
  return a.list === b.list && a.reason === b.reason && a.action === b.action && a.until === b.until
}
