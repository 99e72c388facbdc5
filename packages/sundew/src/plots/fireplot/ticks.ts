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
  7 * day,
  14 * day,
  28 * day,
  91 * day,
  365 * day,
]

/** A moment on the time axis. */
export interface TimeTick {
  /** ms since 1970. */
  readonly at: number
  readonly label: string
}

/**
 * Moments worth a line: whole steps, `most` of them at most.
 *
 * @param offset of the clock that labels are told by, from UTC, milliseconds
 */
export function timeTicks(from: number, to: number, most: number, offset = 0): TimeTick[] {
  const step = steps.find((one) => (to - from) / one <= most) ?? Math.ceil((to - from) / most / day) * day
  const ticks: TimeTick[] = []
  for (let at = Math.ceil((from + offset) / step) * step; at <= to + offset; at += step) {
    const text = new Date(at).toISOString()
    const midnight = at % day === 0
    ticks.push({ at: at - offset, label: midnight ? text.slice(5, 10) : text.slice(11, 16) })
  }
  return ticks
}
