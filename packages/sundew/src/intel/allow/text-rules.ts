import { RE2JS } from 're2js'
import type { IndicatorType } from '../indicator/indicator.ts'
import type { AllowDecision } from './decision.ts'
import { type AllowRule, decisionOf } from './rule.ts'

/** Texts that are allowed, and patterns and parts of texts, which are tried one by one. */
export class TextRules {
  readonly #texts = new Map<IndicatorType, Map<string, readonly AllowRule[]>>()
  readonly #patterns = new Map<IndicatorType, PatternEntry[]>()

  add(type: IndicatorType, value: string, rule: AllowRule): void {
    let known = this.#texts.get(type)
    if (!known) this.#texts.set(type, (known = new Map<string, readonly AllowRule[]>()))
    const rules = known.get(value)
    if (!rules) known.set(value, [rule])
    else if (!rules.includes(rule)) known.set(value, [...rules, rule])
  }

  addPattern(type: IndicatorType, pattern: PatternEntry): void {
    const known = this.#patterns.get(type)
    if (known) known.push(pattern)
    else this.#patterns.set(type, [pattern])
  }

  decide(type: IndicatorType, value: string): readonly AllowDecision[] {
    const rules = this.#texts.get(type)?.get(value)
    const patterns = this.#patterns.get(type)
    if (!rules && !patterns) return none
    const found = (rules ?? []).map((rule) => decisionOf(rule, value))
    for (const { entry, matches, rule } of patterns ?? [])
      if (matches(value)) found.push(decisionOf(rule, entry))
    return found
  }
}

const none: readonly AllowDecision[] = []

export interface PatternEntry {
  /** As listed. */
  readonly entry: string
  readonly matches: (text: string) => boolean
  readonly rule: AllowRule
}

/** Characters of a pattern: RE2's time grows with them. */
const longestPattern = 1_000

/**
 * A pattern as MISP's lists have them: `/…/i`, or bare. Matched in linear time by RE2, whatever it is.
 *
 * @returns undefined where it is none, or one that RE2 does not know
 */
export function patternOf(text: string): ((text: string) => boolean) | undefined {
  if (text.length > longestPattern) return undefined
  const [, body = text, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? []
  try {
    const pattern = RE2JS.compile(body, flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0)
    return (value) => pattern.matcher(value).find()
  } catch {
    return undefined
  }
}
