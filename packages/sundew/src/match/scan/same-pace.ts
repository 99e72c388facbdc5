import { type Began, beginTogether, type Steps, type Together } from './steps.ts'
import { median } from './median.ts'

/** Ports asked for: fewer say nothing of a pace. */
const leastPorts = 8
/**
 * This share of the waits is their median, give or take a fifth of it: a wait by chance is once in seven times, so seven of them
 * are for one source in 20,000, and that at any pace and any time.
 */
const regular = { share: 0.8, within: 0.2 } as const
/** Shorter waits are those of a network, not of a schedule, milliseconds. */
const shortestMs = 1000
/** Sources in a row whose waits differ by no more than this share have the same. */
const same = 0.03
/** And they begin within so many waits of each other, but a minute in any case. */
const gap = { waits: 2, leastMs: 60_000 } as const

/** Sources that ask for one port after the other at the same pace, and begin together. */
export function samePace(steps: Steps, least: number): Together[] {
  const paced: (Began & { readonly wait: number })[] = []
  for (let source = 0; source < steps.sources; source++) {
    const { times } = steps.firsts(source)
    if (times.length < leastPorts) continue
    const waits = times.slice(1).map((time, at) => time - times[at]!)
    const wait = median(waits)
    const near = waits.filter((each) => Math.abs(each - wait) <= regular.within * wait).length
    if (wait < shortestMs || near < regular.share * waits.length) continue
    paced.push({ source, time: times[0]!, wait })
  }
  const found: Together[] = []
  let row: typeof paced = []
  const end = () => {
    if (row.length >= least) {
      const gapMs = Math.max(gap.leastMs, gap.waits * median(row.map(({ wait }) => wait)))
      for (const sources of beginTogether(row, gapMs, least)) found.push({ sources, why: 'pace' })
    }
    row = []
  }
  for (const each of paced.sort((a, b) => a.wait - b.wait)) {
    if (row.length > 0 && each.wait > row.at(-1)!.wait * (1 + same)) end()
    row.push(each)
  }
  end()
  return found
}
