import type { SourceAnswer, ToldSighting } from '../../intel/answers.ts'
import type { SourceState } from '../../intel/book/source-state.ts'
import type { BookedSighting } from '../../intel/book/history.ts'
import type { Doubt } from './doubt.ts'
import type { Source } from './sources.ts'
import { endOf } from './weigh.ts'

/** RFC 3339, or null; times that no calendar has are none. */
export function timeText(ms: number | null | undefined): string | null {
  return ms == null || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString()
}

/** What is needed to tell of sightings. */
export interface Telling {
  readonly states: ReadonlyMap<number, SourceState>
  readonly sources: ReadonlyMap<number, Source>
  readonly doubt: Doubt
  readonly now: number
}

export function toldSighting(
  sighting: BookedSighting,
  { states, sources, doubt, now }: Telling,
): ToldSighting {
  const { indicator, report } = sighting
  const state = states.get(report.source)
  const source = sources.get(report.source)
  const ends = source
    ? endOf(
        indicator.type,
        {
          expires: sighting.expires ?? undefined,
          last: sighting.publishedLast ?? report.modified ?? sighting.last,
        },
        source,
        doubt,
      )
    : (sighting.expires ?? Infinity)
  const gone = sighting.gone ?? state?.removed ?? null
  return {
    indicator,
    source: state?.name ?? '',
    report: report.name,
    title: sighting.title,
    author: sighting.author,
    tags: sighting.tags,
    malware: sighting.malware,
    link: sighting.link,
    tlp: report.tlp,
    confidence: sighting.confidence,
    compromised: sighting.compromised,
    published_first: timeText(sighting.publishedFirst),
    published_last: timeText(sighting.publishedLast),
    first_seen: timeText(sighting.first),
    last_seen: timeText(sighting.last),
    expires: timeText(ends),
    gone: timeText(gone),
    in_force: gone === null && source !== undefined && ends > now,
  }
}

export interface SourceTelling {
  readonly state: SourceState | undefined
  readonly reports: number
  readonly inForce: number
  readonly next: number | undefined
}

export function toldSource(source: Source, { state, reports, inForce, next }: SourceTelling): SourceAnswer {
  return {
    name: source.name,
    type: source.type,
    enabled: source.enabled,
    weight: source.weight,
    ceiling: source.ceiling,
    reports,
    in_force: inForce,
    bad: state?.bad ?? 0,
    examples: state?.examples ?? [],
    left_out: state?.leftOut ?? {},
    last_try: timeText(state?.tried),
    last_good: timeText(state?.good),
    next: timeText(next),
    trouble: state?.trouble ?? null,
  }
}
