import type { AllowBookBuilder } from './book.ts'
import type { AllowAction, OwnAllow } from './decision.ts'
import { addAllowed } from './reading.ts'
import { everywhere } from './rule.ts'

const dayMs = 86_400_000

/** An entry of `intel.allow`. */
export interface OwnSection {
  readonly value: string
  readonly reason: string
  /** `2026-12-31`: the last day it holds, in UTC. */
  readonly until?: string | undefined
  readonly action: AllowAction
}

/** The configuration's entries as those that are added by command have them. */
export function ownOfSections(sections: readonly OwnSection[]): OwnAllow[] {
  return sections.map(({ value, reason, until, action }) => ({
    value,
    reason,
    action,
    by: 'configuration',
    ...(until !== undefined && { until: Date.parse(until) + dayMs - 1 }),
  }))
}

/** Who says so where nobody does: others were asked about what was met. They answered on that alone. */
const secondLook = 'second-look'

/**
 * Puts the owner's entries into the book; those that have ended are left out. A domain is meant with all below it, and with
 * the URLs and e-mail addresses there.
 *
 * @returns the values that could not be read
 */
export function addOwn(builder: AllowBookBuilder, entries: readonly OwnAllow[], now: number): string[] {
  const bad: string[] = []
  for (const { value, reason, until, action, by } of entries) {
    if (until !== undefined && until < now) continue
    const asked = by === secondLook
    const rule = {
      action,
      list: asked ? secondLook : 'owner',
      reason: asked || by === 'configuration' ? reason : `${reason} (${by})`,
      scope: asked ? { names: true, urls: false, emails: false } : everywhere,
      ...(until !== undefined && { until }),
    }
    if (!addAllowed(builder, value, rule, asked ? 'itself' : 'all')) bad.push(value)
  }
  return bad
}
