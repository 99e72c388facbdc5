/** A list that is told whole, and what it was before. */
export interface Told {
  /** Indicators that it has now, and had when it was last believed. */
  readonly entries: number
  readonly before: number
  /** What of it could not be read. */
  readonly bad: number
  /** The first of these. */
  readonly example: string | undefined
}

/** What a source may do without being doubted. */
export interface Habits {
  /** Have nothing. */
  readonly mayBeEmpty: boolean
  /** More than double from one time to the next: a file of the owner's. */
  readonly mayGrow: boolean
}

/** Lists shorter than this come and go. */
const sizeMattersFrom = 100
/** So many that cannot be read, and more than can: it is something else than a list. */
const badMattersFrom = 10
/** One that has stayed so long is as its maker wants it, milliseconds. */
export const believedAfterMs = 24 * 3_600_000

/**
 * Why a list is not believed: its maker's server may have broken off, or told an error with status 200. Time may heal what is
 * `size`, and nothing else.
 */
export function doubtAbout(
  { entries, before, bad, example }: Told,
  { mayBeEmpty, mayGrow }: Habits,
): { readonly why: string; readonly heals: boolean } | undefined {
  if (entries === 0) {
    if (bad > 0) return { why: `nothing in it could be read: ${example ?? ''}`, heals: false }
    return mayBeEmpty ? undefined : { why: 'it has no indicators', heals: false }
  }
  if (bad >= badMattersFrom && bad > entries)
    return {
      why: `${bad} parts of it could not be read and ${entries} could: ${example ?? ''}`,
      heals: false,
    }
  if (before < sizeMattersFrom) return undefined
  if (entries < before / 2 || (entries > before * 2 && !mayGrow))
    return { why: `it has ${entries} entries and had ${before}`, heals: true }
  return undefined
}
