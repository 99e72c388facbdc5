import type { AllowDecision } from '../../intel/allow/decision.ts'
import type { LiveSighting } from '../../intel/book/live.ts'
import type { Verdict, Witness } from '../../intel/doubt/verdict.ts'
import type { IndicatorType } from '../../intel/indicator/indicator.ts'
import type { Doubt } from './doubt.ts'
import type { Source } from './sources.ts'

const dayMs = 24 * 3_600_000

/** What sightings are weighed with. */
export interface Scales {
  readonly doubt: Doubt
  /** Sources that count, by their row in the book. */
  readonly sources: ReadonlyMap<number, Source>
  /** ms since 1970. */
  readonly now: number
}

export interface Weighed {
  readonly verdict: Verdict
  /** Sightings in force: one at least. */
  readonly sightings: readonly LiveSighting[]
  readonly allowed: readonly AllowDecision[]
  /** When the first of them ends, ms since 1970; Infinity where none does. */
  readonly until: number
}

const none: readonly AllowDecision[] = []

/** What comes of an indicator; undefined where no sighting of it is in force. */
export function weigh(
  type: IndicatorType,
  value: string,
  sightings: readonly LiveSighting[],
  { doubt, sources, now }: Scales,
  explain = false,
): Weighed | undefined {
  let inForce: LiveSighting[] | undefined
  const witnesses: Witness[] = []
  let until = Infinity
  for (const sighting of sightings) {
    const source = sources.get(sighting.report.source)
    const ends = source ? endOf(type, sighting, source, doubt) : 0
    if (!source || ends <= now) {
      inForce ??= sightings.slice(0, sightings.indexOf(sighting))
      continue
    }
    inForce?.push(sighting)
    if (ends < until) until = ends
    witnesses.push({
      source: source.name,
      report: sighting.report.name,
      author: sighting.author,
      weight: source.weight,
      ceiling: source.ceiling,
      confidence: sighting.confidence,
      compromised: sighting.compromised,
      leastPrefix: source.leastPrefix,
      last: sighting.last,
    })
  }
  if (witnesses.length === 0) return undefined
  const allowed = doubt.decide({ type, value })
  const verdict = doubt.judge(
    { type, value, witnesses, allowed: allowed.length === 0 ? none : allowed },
    now,
    explain,
  )
  return { verdict, sightings: inForce ?? sightings, allowed, until }
}

/** When a sighting ends, ms since 1970: what its publisher says, then what its source's section says, then what is usual. */
export function endOf(
  type: IndicatorType,
  { expires, last }: Pick<LiveSighting, 'expires' | 'last'>,
  { lifetimeDays }: Source,
  doubt: Doubt,
): number {
  if (expires !== undefined) return expires
  const days = lifetimeDays[type] ?? doubt.lifetimeDays(type)
  return days === undefined ? Infinity : last + days * dayMs
}
