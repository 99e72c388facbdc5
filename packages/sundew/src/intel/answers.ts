import type { AllowDecision } from './allow/decision.ts'
import type { Verdict } from './doubt/verdict.ts'
import type { Indicator } from './indicator/indicator.ts'

/** Times are RFC 3339 in UTC, or null. */
type Time = string | null

/** One sighting, as `sundew intel why` shows it. */
export interface ToldSighting {
  readonly indicator: Indicator
  readonly source: string
  readonly report: string
  readonly title: string
  readonly author: string
  readonly tags: readonly string[]
  readonly malware: string
  readonly link: string
  readonly tlp: string
  readonly confidence: number | null
  readonly compromised: boolean
  /** The publisher's. */
  readonly published_first: Time
  readonly published_last: Time
  /** Ours. */
  readonly first_seen: Time
  readonly last_seen: Time
  readonly expires: Time
  /** When its source no longer told it; null while it does. */
  readonly gone: Time
  /** It counts now: neither gone nor expired. */
  readonly in_force: boolean
}

/** An indicator that names what was asked for: itself, a prefix around it, a domain above it. */
export interface ToldVerdict {
  readonly indicator: Indicator
  readonly verdict: Verdict
  readonly allowed: readonly (AllowDecision & { readonly until_time: Time })[]
}

export interface Publication {
  readonly name: string
  readonly target: string
  readonly path: string
  readonly published: Time
}

/** Who met it. */
export interface Meeting {
  readonly host: string
  readonly first: Time
  readonly last: Time
  readonly times: number
  /** intel.match events, the index of addresses … */
  readonly from: 'matches' | 'flows'
  readonly severity: string
  readonly direction: string
}

export interface WhyAnswer {
  readonly asked: string
  /** What it was understood as; null where it is no indicator. */
  readonly indicator: Indicator | null
  /** Why it is none. */
  readonly refused: string | null
  readonly sightings: readonly ToldSighting[]
  readonly verdicts: readonly ToldVerdict[]
  readonly met: readonly Meeting[]
  readonly published: readonly Publication[]
}

export interface SourceAnswer {
  readonly name: string
  readonly type: string
  readonly enabled: boolean
  readonly weight: number
  readonly ceiling: string
  readonly reports: number
  readonly in_force: number
  readonly bad: number
  readonly examples: readonly string[]
  readonly left_out: Readonly<Record<string, number>>
  readonly last_try: Time
  readonly last_good: Time
  readonly next: Time
  /** Why the last try was not taken; null where all is well. */
  readonly trouble: string | null
}

export interface StatsAnswer {
  readonly version: number
  readonly made: Time
  readonly by_type: readonly {
    readonly type: string
    readonly in_force: number
    readonly block: number
    readonly alert: number
    readonly none: number
  }[]
  readonly by_source: readonly SourceAnswer[]
  readonly allowed: readonly {
    readonly list: string
    readonly action: string
    readonly entries: number
    readonly decided: number
  }[]
  readonly publications: readonly Publication[]
}

export interface SearchAnswer {
  readonly found: readonly ToldSighting[]
  /** More than were told. */
  readonly more: boolean
}

/** What came of a change by hand. */
export interface ChangeAnswer {
  readonly indicator: Indicator | null
  /** Why nothing was done: it is no indicator, is not there ….  null where it was done. */
  readonly refused: string | null
  /** What it comes to now. */
  readonly verdict: Verdict | null
}

/** How the pull of one source went. */
export interface PullAnswer {
  readonly source: string
  readonly outcome: 'taken' | 'unchanged' | 'refused' | 'failed'
  readonly added: number
  readonly removed: number
  readonly in_force: number
  readonly bad: number
  readonly trouble: string | null
  readonly ms: number
}
