import { median } from './median.ts'
import type { Steps, Together } from './steps.ts'

/**
 * Clocks, networks and schedulers differ by some seconds: sources that ask within one tick ask at the same time, milliseconds.
 * Ticks are laid twice, the second time by half a tick later, so that no moment is always cut in two.
 */
const tickMs = 10_000
/** What is usual is told by the ticks around: so many, half an hour. */
const around = 180
/**
 * How crowded a source's ticks are, in standard deviations of what is usual there (Poisson), added up and over the root of
 * their number: normal where it is by chance, so that of a hundred million sources one has this much.
 */
const leastScore = 5.7
/** A single tick counts no more than this, or where traffic begins or ends one would do. */
const mostOfTick = 4
/** Of sources that score, so many share a tick; and a source is in step where it shares this much of its ticks, and so many. */
const crowd = 6
const inStep = { share: 0.7, ticks: 3 } as const

/** Sources that ask at the same moments, again and again, whatever they ask for: something tells them when. */
export function sameMoments(steps: Steps, least: number): Together[] {
  return [0, tickMs / 2].flatMap((offset) => inTicks(steps, offset, least))
}

function inTicks(steps: Steps, offset: number, least: number): Together[] {
  const all = Array.from({ length: steps.sources }, (_, source) => source)
  const every = sourcesAt(steps, all, offset)
  const usual = usualOf(every)
  const scoring = all.filter((source) => {
    const ticks = ticksOf(steps, source, offset)
    if (ticks.length < inStep.ticks) return false
    const sum = ticks.reduce((score, tick) => {
      const part = Math.floor(tick / around)
      // Traffic begins and ends within a part: what is usual there is told by the parts beside it too.
      const expected = Math.max(...[part - 1, part, part + 1].map((one) => usual.get(one) ?? 0))
      const over = (every.get(tick)! - 1 - expected) / Math.sqrt(Math.max(1, expected))
      return score + Math.min(over, mostOfTick)
    }, 0)
    return sum >= leastScore * Math.sqrt(ticks.length)
  })
  const counted = sourcesAt(steps, scoring, offset)
  // Sources that share a tick belong together, and so do those that share one with these.
  const groups = new Groups(steps.sources)
  const firstAt = new Map<number, number>()
  const members: number[] = []
  for (const source of scoring) {
    const ticks = ticksOf(steps, source, offset)
    const shared = ticks.filter((tick) => counted.get(tick)! >= crowd)
    if (shared.length < inStep.ticks || shared.length < inStep.share * ticks.length) continue
    members.push(source)
    for (const tick of shared) {
      const first = firstAt.get(tick)
      if (first === undefined) firstAt.set(tick, source)
      else groups.join(first, source)
    }
  }
  return [...Map.groupBy(members, (source) => groups.of(source)).values()]
    .filter((sources) => sources.length >= least)
    .map((sources) => ({ sources, why: 'moments' as const }))
}

function sourcesAt(steps: Steps, sources: readonly number[], offset: number): Map<number, number> {
  const counts = new Map<number, number>()
  for (const source of sources)
    for (const tick of ticksOf(steps, source, offset)) counts.set(tick, (counts.get(tick) ?? 0) + 1)
  return counts
}

/** The ticks a source was there in, ascending, each once. */
function ticksOf(steps: Steps, source: number, offset: number): number[] {
  const ticks: number[] = []
  for (const time of steps.times(source)) {
    const tick = Math.floor((time + offset) / tickMs)
    if (tick !== ticks.at(-1)) ticks.push(tick)
  }
  return ticks
}

/** The median of sources a tick, by half hours; ticks without any count. */
function usualOf(counts: ReadonlyMap<number, number>): Map<number, number> {
  const byPart = Map.groupBy(counts, ([tick]) => Math.floor(tick / around))
  return new Map(
    [...byPart].map(([part, ticks]) => {
      const some = ticks.map(([, sources]) => sources)
      return [part, median([...some, ...Array<number>(around - some.length).fill(0)])]
    }),
  )
}

/** Numbers that are joined to groups (union-find). */
class Groups {
  readonly #parent: Uint32Array

  constructor(size: number) {
    this.#parent = Uint32Array.from({ length: size }, (_, at) => at)
  }

  of(number: number): number {
    const parent = this.#parent
    while (parent[number]! !== number) {
      parent[number] = parent[parent[number]!]!
      number = parent[number]!
    }
    return number
  }

  join(a: number, b: number): void {
    this.#parent[this.of(a)] = this.of(b)
  }
}
