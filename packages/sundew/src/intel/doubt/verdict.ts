import type { AllowDecision } from '../allow/decision.ts'
import type { Ceiling } from '../feeds/feed.ts'
import type { IndicatorType } from '../indicator/indicator.ts'

/** What comes of an indicator: published and matched, only matched, or neither. */
export type Action = 'block' | 'alert' | 'none'

export interface Verdict {
  readonly action: Action
  /** 0 to 100. */
  readonly confidence: number
  /** In words, the weightiest first; empty unless they were asked for. */
  readonly reasons: readonly string[]
}

/** Shorter prefixes are not blocked, by family; undefined: what the rules say. */
export interface LeastPrefix {
  readonly v4?: number | undefined
  readonly v6?: number | undefined
}

/** What the judge is told of a sighting. */
export interface Witness {
  readonly source: string
  /** '' for a list as a whole. */
  readonly report: string
  readonly author: string
  /** Of the source, 0 to 100, and what it may come to alone. */
  readonly weight: number
  readonly ceiling: Ceiling
  /** The publisher's own, 0 to 100; undefined where it says none. */
  readonly confidence: number | undefined
  readonly compromised: boolean
  /** Of the source, where it is another than that of the rules. */
  readonly leastPrefix?: LeastPrefix | undefined
  /** When the publisher, or else we, last saw it; ms since 1970. */
  readonly last: number
}

/** Everything a verdict comes from. */
export interface Case {
  readonly type: IndicatorType
  readonly value: string
  /** Sightings that are in force: one at least. */
  readonly witnesses: readonly Witness[]
  readonly allowed: readonly AllowDecision[]
}
