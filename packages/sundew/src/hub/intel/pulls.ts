import type { PullAnswer } from '../../intel/answers.ts'
import type { Book } from '../../intel/book/book.ts'
import type { FeedTrouble } from '../../intel/feeds/feed.ts'
import { pause } from '../connection.ts'
import { timeText } from './answers.ts'
import { pullFeed, type Pulled, type PullParts } from './pull.ts'
import { leastStaleMs, mayNot, nextPull, type PullHistory, staleAfter } from './schedule.ts'
import type { Source } from './sources.ts'
import type { Troubles } from './troubles.ts'

/** Sources that are asked at the same time. */
const together = 4
/** These mend themselves mostly, and are told when they have not for long. */
const passing: ReadonlySet<FeedTrouble> = new Set(['reach', 'server', 'rate', 'cut'])

export interface PullsParts extends Pick<PullParts, 'attackers' | 'now'> {
  readonly book: Book
  readonly sources: readonly Source[]
  readonly fetch: (source: Source) => PullParts['fetch']
  readonly troubles: Troubles
  /** Hears of every pull. */
  readonly done: (source: Source, pulled: Pulled) => void
  readonly signal: AbortSignal
  readonly chance?: () => number
}

/** Pulls feeds when they are due, and by hand. */
export class Pulls {
  readonly #parts: PullsParts
  readonly #sources: readonly Source[]
  readonly #active = new Map<string, Promise<PullAnswer>>()
  readonly #failures = new Map<string, number>()
  readonly #chances = new Map<string, number>()
  /** From when on a source that was never pulled well is missed. */
  readonly #since: number

  constructor(parts: PullsParts) {
    this.#parts = parts
    this.#since = parts.now()
    this.#sources = parts.sources.filter(({ feed, enabled }) => feed !== undefined && enabled)
  }

  /** A pull is at work, or is due. */
  get busy(): boolean {
    const now = this.#parts.now()
    return this.#active.size > 0 || this.#sources.some((source) => this.next(source)! <= now)
  }

  /** When a source is pulled next, ms since 1970; undefined where it never is. */
  next(source: Source): number | undefined {
    if (!this.#sources.includes(source)) return undefined
    return nextPull(this.#history(source), source, this.#chance(source))
  }

  /** Begins those that are due. */
  begin(): void {
    const now = this.#parts.now()
    for (const source of this.#sources) {
      if (this.#active.size >= together) return
      if (!this.#active.has(source.name) && this.next(source)! <= now) void this.#begin(source)
    }
  }

  /** Pulls now, where its publisher allows it. */
  async now(source: Source): Promise<PullAnswer> {
    const active = this.#active.get(source.name)
    if (active) return await active
    const until = mayNot(this.#history(source), source, this.#parts.now())
    if (until === 0) return await this.#begin(source)
    const state = this.#parts.book.sourceNamed(source.name)
    return {
      source: source.name,
      outcome: 'unchanged',
      added: 0,
      removed: 0,
      in_force: state?.live ?? 0,
      bad: 0,
      trouble: `it may be asked again at ${timeText(until)}: its publisher allows no more`,
      ms: 0,
    }
  }

  /** Tells of sources that have not been pulled well for long, and of lists that their publishers have left. */
  watch(): void {
    const { book, troubles, now } = this.#parts
    const moment = now()
    for (const source of this.#sources) {
      const state = book.sourceNamed(source.name)
      if (!state?.tried) continue
      const stale = staleAfter * source.everyMs
      const since = state.good
      troubles.set(
        `${source.name} pull`,
        state.trouble !== undefined && moment - (since ?? this.#since) > stale
          ? `${source.name} (${source.type}): ${since === undefined ? 'it was never pulled' : `it was last pulled at ${timeText(since)}`}: ${state.trouble}${keeps(state.live)}`
          : undefined,
      )
      troubles.set(
        `${source.name} made`,
        state.made !== undefined && moment - state.made > Math.max(stale, leastStaleMs)
          ? `${source.name} (${source.type}): its publisher last changed it at ${timeText(state.made)}`
          : undefined,
      )
    }
  }

  /** Settles when no pull is at work. */
  async idle(): Promise<void> {
    while (this.#active.size > 0)
      await Promise.race([...this.#active.values(), pause(1_000, this.#parts.signal)])
  }

  #begin(source: Source): Promise<PullAnswer> {
    const pulling = this.#pull(source).finally(() => this.#active.delete(source.name))
    this.#active.set(source.name, pulling)
    return pulling
  }

  async #pull(source: Source): Promise<PullAnswer> {
    const { book, attackers, now, signal, fetch, troubles, done } = this.#parts
    const pulled = await pullFeed(source, { book, attackers, now, signal, fetch: fetch(source) })
    this.#chances.delete(source.name)
    const { outcome, trouble, in_force: live } = pulled.answer
    const failed = outcome === 'failed' || outcome === 'refused'
    this.#failures.set(source.name, failed ? (this.#failures.get(source.name) ?? 0) + 1 : 0)
    if (!signal.aborted) {
      troubles.set(
        source.name,
        trouble !== null && !(pulled.trouble && passing.has(pulled.trouble))
          ? `${source.name} (${source.type}): ${trouble}${failed ? keeps(live) : ''}`
          : undefined,
      )
      done(source, pulled)
    }
    return pulled.answer
  }

  #history({ name }: Source): PullHistory {
    const { tried, good, retry, trouble } = this.#parts.book.sourceNamed(name) ?? {}
    return { tried, good, retry, failures: this.#failures.get(name) ?? (trouble === undefined ? 0 : 1) }
  }

  #chance({ name }: Source): number {
    const known = this.#chances.get(name)
    if (known !== undefined) return known
    const chance = (this.#parts.chance ?? Math.random)()
    this.#chances.set(name, chance)
    return chance
  }
}

/** What becomes of what a source told before. */
export function keeps(live: number): string {
  return live > 0 ? '; its last good copy stays in force' : ''
}
