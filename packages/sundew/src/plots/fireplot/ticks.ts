import { type Clock, utcClock } from './clock.ts'

/** Ports that the axis names, and what they are for: those that the first fireplot named, and a few that are probed today. */
export const portTicks: ReadonlyMap<number, string> = new Map([
  [0, ''],
  [1, 'tcpmux'],
  [7, 'echo'],
  [22, 'ssh'],
  [53, 'domain'],
  [80, 'http'],
  [123, 'ntp'],
  [161, 'snmp'],
  [443, 'https'],
  [587, 'submission'],
  [1024, ''],
  [1433, 'ms-sql'],
  [3306, 'mysql'],
  [5000, 'upnp'],
  [6881, 'bittorrent'],
  [10_000, 'webmin'],
  [20_000, ''],
  [50_000, ''],
  [65_535, ''],
])

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const week = 7 * day
const quarter = 91 * day
const steps = [
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  week,
  2 * week,
  4 * week,
  quarter,
  365 * day,
]

/** A moment on the time axis. */
export interface TimeTick {
  /** ms since 1970. */
  readonly at: number
  readonly label: string
}

/**
 * Moments worth a line: whole steps, `most` of them at most, and one more where the clock is put.
 *
 * @param clock that labels are told by
 */
export function timeTicks(from: number, to: number, most: number, clock: Clock = utcClock): TimeTick[] {
  const step = steps.find((one) => (to - from) / one <= most) ?? Math.ceil((to - from) / most / day) * day
  // Weeks begin on Mondays, of which 1970-01-05 was the first.
  const start = step % week === 0 ? 4 * day : 0
  const ticks: TimeTick[] = []
  for (const [index, { from: begin, offset }] of clock.entries()) {
    const [first, next] = [index === 0 ? from : Math.max(from, begin), clock[index + 1]?.from ?? Infinity]
    for (let at = Math.ceil((first + offset - start) / step) * step + start; at <= to + offset; at += step) {
      const moment = at - offset
      if (moment >= next) break
      // What is shown twice, the clock being put back, has a line where there is room for it.
      if (moment - (ticks.at(-1)?.at ?? -Infinity) < step * 0.6) continue
      const text = new Date(at).toISOString()
      const label =
        step >= quarter ? text.slice(0, 7) : at % day === 0 ? text.slice(5, 10) : text.slice(11, 16)
      ticks.push({ at: moment, label })
    }
  }
  return ticks
}
