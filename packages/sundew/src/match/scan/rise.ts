import { median } from './median.ts'

/** How often a port was asked for in an hour, and by how many. */
export interface Hour {
  readonly probes: number
  readonly sources: number
}

/** An hour that rises above what the port ever was. */
export interface Rise {
  /** Packets in an hour of the past: the median, and the most. */
  readonly usual: number
  readonly most: number
}

/**
 * Hours of the past that are needed to know a port: three days have three nights.
 */
export const leastHours = 72
/**
 * Above the median by so many deviations (of the median of deviations, times 1.4826 as of a normal distribution). What
 * depends on people goes up and down by day and week: so it must be twice the most of any hour too.
 */
const deviations = 10
const overMost = 2

/**
 * Whether an hour is above a port's own history.
 *
 * @param past packets of each hour of it, hours without any too
 * @param least what an hour must have to be looked at
 */
export function rise(hour: Hour, past: readonly number[], least: Hour): Rise | undefined {
  if (past.length < leastHours || hour.probes < least.probes || hour.sources < least.sources) return undefined
  const usual = median(past)
  const spread = 1.4826 * median(past.map((probes) => Math.abs(probes - usual)))
  const most = past.reduce((a, b) => Math.max(a, b), 0)
  // Counts differ by the square root of their mean even where nothing happens (Poisson).
  const above = usual + deviations * Math.max(spread, Math.sqrt(usual), 1)
  return hour.probes > above && hour.probes > overMost * most ? { usual, most } : undefined
}
