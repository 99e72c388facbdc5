import { median } from './median.ts'
import type { Steps, Together } from './steps.ts'

/** Clocks, networks and schedulers differ by some seconds: sources that ask within one tick ask at the same time, milliseconds. */
const tickMs = 10_000
/** What is usual is told by the ticks around: so many, half an hour. */
const around = 180
/**
 * A tick is crowded where it has this many sources at least, and more than the usual number by so many times its square root:
 * of ticks of chance (Poisson) fewer than one in 10,000.
 */
const crowd = { least: 6, deviations: 5 } as const
/** A source is in step where this share of its ticks is crowded, and so many of them. By chance hardly a source has one. */
const inStep = { share: 0.7, ticks: 3 } as const

/** Sources that ask at the same moments, again and again, whatever they ask for: something tells them when. */
export function sameMoments(steps: Steps, least: number): Together[] {
  const sourcesAt = new Map<number, number>()
  for (let source = 0; source < steps.sources; source++)
    for (const tick of ticksOf(steps, source)) sourcesAt.set(tick, (sourcesAt.get(tick) ?? 0) + 1)
  const usual = usualOf(sourcesAt)
  const crowded = new Set<number>()
  for (const [tick, sources] of sourcesAt) {
    const expected = usual.get(Math.floor(tick / around)) ?? 0
    if (sources >= crowd.least && sources > expected + crowd.deviations * Math.sqrt(expected))
      crowded.add(tick)
  }
  // Sources that share a crowded tick belong together, and so do those that share one with these.
  const groups = new Groups(steps.sources)
  const firstAt = new Map<number, number>()
  const members: number[] = []
  for (let source = 0; source < steps.sources; source++) {
    const ticks = ticksOf(steps, source)
    const shared = ticks.filter((tick) => crowded.has(tick))
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

/** The ticks a source was there in, ascending, each once. */
function ticksOf(steps: Steps, source: number): number[] {
  const ticks: number[] = []
  for (const time of steps.times(source)) {
    const tick = Math.floor(time / tickMs)
    if (tick !== ticks.at(-1)) ticks.push(tick)
  }
  return ticks
}

/** The median of sources a tick, by half hours; ticks without any count. */
function usualOf(sourcesAt: ReadonlyMap<number, number>): Map<number, number> {
  const byPart = Map.groupBy(sourcesAt, ([tick]) => Math.floor(tick / around))
  return new Map(
    [...byPart].map(([part, ticks]) => {
      const counts = ticks.map(([, sources]) => sources)
      return [part, median([...counts, ...Array<number>(around - counts.length).fill(0)])]
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
