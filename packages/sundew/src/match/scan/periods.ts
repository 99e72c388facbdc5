/** From the first to the last hour that something was seen in; ms since 1970, `before` exclusive. */
export interface Period {
  readonly from: number
  readonly before: number
}

const hourMs = 3_600_000

/**
 * Hours in which something was seen, put together: what is not seen for `quietMs` has ended, and begins anew after.
 *
 * @param hours when each begins, ascending
 */
export function periods(hours: readonly number[], quietMs: number): Period[] {
  const found: { from: number; before: number }[] = []
  for (const hour of hours) {
    const last = found.at(-1)
    if (last && hour - last.before <= quietMs) last.before = hour + hourMs
    else found.push({ from: hour, before: hour + hourMs })
  }
  return found
}
