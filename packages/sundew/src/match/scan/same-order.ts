import { type Began, beginTogether, type Steps, type Together } from './steps.ts'

/** Places compared. Two sources that choose five of 65,536 ports by chance never choose the same in the same order. */
const compared = 5
/**
 * A list of well-known ports in order is also what unrelated people ask for: they do not begin within this time of each
 * other again and again, milliseconds.
 */
const gapMs = 1_800_000

/** Sources that begin with the same ports in the same order, at about the same time. */
export function sameOrder(steps: Steps, least: number): Together[] {
  const by = new Map<string, Began[]>()
  for (let source = 0; source < steps.sources; source++) {
    const { places, times } = steps.firsts(source)
    if (places.length < compared) continue
    const key = places.slice(0, compared).join()
    const began = { source, time: times[0]! }
    const others = by.get(key)
    if (others) others.push(began)
    else by.set(key, [began])
  }
  return [...by.values()]
    .filter((sources) => sources.length >= least)
    .flatMap((sources) => beginTogether(sources, gapMs, least))
    .map((sources) => ({ sources, why: 'order' as const }))
}
