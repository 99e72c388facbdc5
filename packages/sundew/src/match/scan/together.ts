import { sameMoments } from './same-moments.ts'
import { sameOrder } from './same-order.ts'
import { samePace } from './same-pace.ts'
import { sharedRange } from './shared-range.ts'
import type { Steps, Together } from './steps.ts'

/** Sources that scan together, and all that says so. */
export interface Company {
  readonly sources: ReadonlySet<number>
  readonly why: ReadonlySet<Together['why']>
}

/** Two groups are one where the smaller has this share of its sources in the other. */
const shared = 0.5

/**
 * Groups of sources that scan together, each source in one of them, the largest first.
 *
 * @param least sources that make a group
 */
export function together(steps: Steps, least: number): Company[] {
  const found = [sameOrder, samePace, sharedRange, sameMoments]
    .flatMap((look) => look(steps, least))
    .sort((a, b) => b.sources.length - a.sources.length)
  const groups: { sources: Set<number>; why: Set<Together['why']> }[] = []
  const groupOf = new Map<number, (typeof groups)[number]>()
  for (const { sources, why } of found) {
    const others = Map.groupBy(
      sources.filter((source) => groupOf.has(source)),
      (source) => groupOf.get(source)!,
    )
    const [closest] = [...others].sort(([, a], [, b]) => b.length - a.length)
    const free = sources.filter((source) => !groupOf.has(source))
    const group = closest && closest[1].length >= shared * sources.length ? closest[0] : undefined
    if (!group && free.length < least) continue
    const into = group ?? { sources: new Set<number>(), why: new Set<Together['why']>() }
    if (!group) groups.push(into)
    into.why.add(why)
    for (const source of free) {
      into.sources.add(source)
      groupOf.set(source, into)
    }
  }
  return groups.sort((a, b) => b.sources.size - a.sources.size)
}
