import type { PatternType } from './pattern-paths.ts'

export interface PatternIndicator {
  readonly type: PatternType
  /** As the pattern has it. */
  readonly value: string
}

/**
 * Why a pattern is not one that single indicators can say: `syntax` (it is no pattern), `more-than-one` (it wants several
 * things together), `negated` (it wants something not to be), `operator` (LIKE, MATCHES, less than …), `unmapped` (a
 * property that nothing is looked up by).
 */
export type PatternRefusal = 'syntax' | 'more-than-one' | 'negated' | 'operator' | 'unmapped'

/** What a part of a pattern says. */
export type PatternMeaning = AnyOf | { readonly kind: 'negated' } | Narrower

/** Each of these is looked for. */
interface AnyOf {
  readonly kind: 'any'
  readonly indicators: readonly PatternIndicator[]
  readonly refused: readonly PatternRefusal[]
  /** All say the same thing: hashes of one file. */
  readonly same: boolean
}

/** A property that no indicator says, and that makes others of the same object narrower. */
interface Narrower {
  readonly kind: 'narrower'
  readonly refusal: PatternRefusal
}

export function found(indicators: readonly PatternIndicator[]): PatternMeaning {
  return { kind: 'any', indicators, refused: [], same: indicators.length === 1 }
}

export function narrower(refusal: PatternRefusal): PatternMeaning {
  return { kind: 'narrower', refusal }
}

/** One or the other: all of them, and why some can't be told. */
export function either(parts: readonly PatternMeaning[]): AnyOf {
  const indicators: PatternIndicator[] = []
  const refused = new Set<PatternRefusal>()
  for (const part of parts) {
    if (part.kind === 'negated') refused.add('negated')
    else if (part.kind === 'narrower') refused.add(part.refusal)
    else {
      for (const one of part.indicators) indicators.push(one)
      for (const why of part.refused) refused.add(why)
    }
  }
  return { kind: 'any', indicators, refused: [...refused], same: indicators.length === 1 }
}

/**
 * Both of one object. Several hashes are of one file, and each names it; a file's name beside a hash adds nothing.
 * Whatever else wants two indicators together is no single one's to say.
 */
export function both(parts: readonly PatternMeaning[]): PatternMeaning {
  if (parts.some((part) => part.kind === 'negated')) return refusal('negated')
  const all = parts.filter((part) => part.kind === 'any')
  // Narrower ones alone.
  if (all.length === 0) return parts[0]!
  const hashes = all.filter(isHashes)
  const others = all.filter((one) => !isHashes(one))
  if (hashes.length === 0 || others.some((one) => !areOf(one, 'file_name'))) return inTurn(all)
  if (hashes.every(({ same }) => same)) return { ...either(hashes), same: true }
  return hashes.reduce((least, one) => (one.indicators.length < least.indicators.length ? one : least))
}

/** Several things seen, together or one after the other: no single indicator's to say, unless all are the same one. */
export function inTurn(parts: readonly PatternMeaning[]): PatternMeaning {
  const [first] = parts
  const same = first?.kind === 'any' && parts.every((part) => part.kind === 'any' && areEqual(part, first))
  return same ? first : refusal('more-than-one')
}

function refusal(why: PatternRefusal): PatternMeaning {
  return { kind: 'any', indicators: [], refused: [why], same: false }
}

function isHashes(one: AnyOf): boolean {
  return areOf(one, 'hash')
}

function areOf({ indicators }: AnyOf, type: PatternType): boolean {
  return indicators.length > 0 && indicators.every((one) => one.type === type)
}

function areEqual(one: AnyOf, other: AnyOf): boolean {
  return (
    one.indicators.length > 0 &&
    one.indicators.length === other.indicators.length &&
    one.indicators.every(
      ({ type, value }, index) =>
        type === other.indicators[index]?.type && value === other.indicators[index]?.value,
    )
  )
}
