/** What is known of the pulls of a source. Times are ms since 1970. */
export interface PullHistory {
  readonly tried: number | undefined
  readonly good: number | undefined
  /** Its publisher said not to ask before. */
  readonly retry: number | undefined
  /** Pulls that failed since the last that did not. */
  readonly failures: number
}

export interface Intervals {
  readonly everyMs: number
  readonly leastMs: number
}

/** After the first failure, milliseconds; each further doubles it, up to the usual interval. */
const firstPauseMs = 60_000
/** Of the interval: so that not all that began together is asked together for ever. */
const jitter = 0.05

/** When a source is pulled next, ms since 1970. @param chance 0 to 1, the same until it is pulled again */
export function nextPull(
  { tried, retry, failures }: PullHistory,
  { everyMs, leastMs }: Intervals,
  chance: number,
): number {
  if (tried === undefined) return 0
  const pause = failures === 0 ? everyMs : Math.min(everyMs, firstPauseMs * 2 ** Math.min(failures - 1, 20))
  const next = tried + Math.max(leastMs, pause * (1 + jitter * (2 * chance - 1)))
  return Math.max(next, retry ?? 0)
}

/** Until when a source may not even be pulled by hand; 0 where it may. */
export function mayNot({ good, retry }: PullHistory, { leastMs }: Intervals, now: number): number {
  const until = Math.max(good === undefined ? 0 : good + leastMs, retry ?? 0)
  return until > now ? until : 0
}

/** Intervals without a good pull after which the owner is told. */
export const staleAfter = 3
/** What its publisher has not touched for so long is told as stale, milliseconds, however often it is pulled. */
export const leastStaleMs = 7 * 24 * 3_600_000
