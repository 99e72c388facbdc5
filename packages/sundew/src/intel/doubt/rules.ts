import type { IndicatorType } from '../indicator/indicator.ts'

/** How much doubt there is: `intel.doubt` of the configuration. */
export interface DoubtRules {
  /** Confidence (0 to 100) from which an indicator is blocked, and from which it is matched. */
  readonly blockFrom: number
  readonly alertFrom: number
  /** Shorter prefixes are not blocked, where their source has no other. */
  readonly leastPrefix: { readonly v4: number; readonly v6: number }
  /** Authors of pulses who are trusted alone. */
  readonly authors: ReadonlySet<string>
  /** What one pulse of an author who is not trusted may come to alone. */
  readonly pulses: 'alert' | 'block'
  /** Days that a sighting lasts after it was last told; for ever where none is given. */
  readonly lifetimeDays: Lifetimes
}

export type Lifetimes = Readonly<Partial<Record<IndicatorType, number>>>

/**
 * Days, where neither the sighting nor its source says any. Addresses are handed on soonest; a hash stays what it is.
 */
export const usualLifetimes: Lifetimes = {
  address: 30,
  as: 90,
  domain: 90,
  hostname: 90,
  url: 7,
  email: 90,
  ja3: 180,
  ja4: 180,
}

/** The configuration's section as rules. */
export function doubtRules(section: {
  readonly block_from: number
  readonly alert_from: number
  readonly least_prefix_v4: number
  readonly least_prefix_v6: number
  readonly authors: readonly string[]
  readonly pulses: 'alert' | 'block'
  readonly lifetime_days: Lifetimes
}): DoubtRules {
  return {
    blockFrom: section.block_from,
    alertFrom: section.alert_from,
    leastPrefix: { v4: section.least_prefix_v4, v6: section.least_prefix_v6 },
    authors: new Set(section.authors),
    pulses: section.pulses,
    lifetimeDays: { ...usualLifetimes, ...section.lifetime_days },
  }
}

const dayMs = 86_400_000

/**
 * When a sighting ends, ms since 1970; Infinity for never. What the publisher says counts before what the source's section
 * says, and that before what is usual.
 *
 * @param last when it was last told
 */
export function endOf(
  sighting: { readonly type: IndicatorType; readonly last: number; readonly expires?: number | undefined },
  source: Lifetimes,
  rules: DoubtRules,
): number {
  if (sighting.expires !== undefined) return sighting.expires
  const days = source[sighting.type] ?? rules.lifetimeDays[sighting.type]
  return days === undefined ? Infinity : sighting.last + days * dayMs
}
