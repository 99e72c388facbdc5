const dayMs = 86_400_000

/**
 * When the machine was started last: it is started again every three weeks to five months, at moments that only its chances and the calendar
 * decide, so that a restart of ours does not show. At least a day ago.
 */
export function bootTime(chance: (key: string) => number, nowMs: number): number {
  const period = (21 + Math.floor(chance('boot period') * 130)) * dayMs
  const round = Math.floor((nowMs - dayMs) / period - chance('boot phase'))
  const moment = (n: number): number =>
    Math.floor((n + chance('boot phase') + 0.2 * chance(`boot ${n}`)) * period)
  return moment(round) <= nowMs - dayMs ? moment(round) : moment(round - 1)
}
