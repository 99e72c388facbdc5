import type { AllowAction, AllowDecision } from './decision.ts'

/** Kinds of indicators that the entries of a rule with names bear on. */
export interface NameScope {
  /** Domains and host names. */
  readonly names: boolean
  /** URLs whose host it is. */
  readonly urls: boolean
  /** E-mail addresses at it. */
  readonly emails: boolean
}

/** What entries of a list have in common: one rule and a million names. */
export interface AllowRule {
  readonly action: AllowAction
  /** Of a range: what it does to a single address, where that is another. Whoever rents it there shares it with others. */
  readonly single?: AllowAction
  readonly list: string
  readonly reason: string
  /** ms since 1970. */
  readonly until?: number
  readonly scope: NameScope
}

export const everywhere: NameScope = { names: true, urls: true, emails: true }

/** The rule's decision on what this entry names. */
export function decisionOf(rule: AllowRule, entry: string, action = rule.action): AllowDecision {
  const { list, reason, until } = rule
  return { action, list, entry, reason, ...(until !== undefined && { until }) }
}

/** What is taken out: what is not even matched, or all that is not published. */
export type Without = 'excluded' | 'kept-out'

/** Whether what it bears on is kept out of what is published. */
export function keepsOut(action: AllowAction): boolean {
  return action !== 'annotate'
}
