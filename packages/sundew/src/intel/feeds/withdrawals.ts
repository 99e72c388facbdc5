/** With fewer reports than this a half may well go at once. */
const least = 10
/** That so many are gone is believed when it is said again after this long, ms. */
export const doubtMs = 24 * 3_600_000

/**
 * Whether it is doubtful that so many reports of a source are gone: more than half at once, and for less than a day.
 *
 * @param since when this was first said, ms since 1970
 */
export function isDoubtful(gone: number, known: number, since: number | undefined, now: number): boolean {
  return known >= least && gone * 2 > known && now - (since ?? now) < doubtMs
}
