import type { ListenerLimits, Refusal } from '../core/decoy.ts'

const minuteMs = 60_000
/** `limit.reached` is told at most this often; what came between is counted in it. */
const tellEveryMs = 1_000
/** Sources remembered for their rate; past it the oldest are forgotten. */
const maxSources = 65_536

/** Counts connections in all, per source and per minute. */
export class Gate {
  readonly #limits: ListenerLimits
  readonly #open = new Map<string, number>()
  readonly #recent = new Map<string, { since: number; count: number }>()
  #total = 0
  #refused = 0
  #told = -Infinity

  constructor(limits: ListenerLimits) {
    this.#limits = limits
  }

  /** Counts a new connection of a source (`core/address.ts`) in, or says which limit it meets. */
  enter(source: string, now: number): Refusal | undefined {
    const open = this.#open.get(source) ?? 0
    const refusal = this.#check(source, open, now)
    if (refusal) {
      this.#refused++
      return refusal
    }
    this.#open.set(source, open + 1)
    this.#total++
    return undefined
  }

  leave(source: string): void {
    const open = this.#open.get(source) ?? 0
    if (open <= 1) this.#open.delete(source)
    else this.#open.set(source, open - 1)
    this.#total--
  }

  valueOf(refusal: Refusal): number {
    switch (refusal) {
      case 'connections':
        return this.#limits.connections
      case 'connections_per_source':
        return this.#limits.connectionsPerSource
      case 'rate_per_source':
        return this.#limits.ratePerSource
    }
  }

  /** Whether it is time to tell of refusals again. */
  tell(now: number): boolean {
    if (now - this.#told < tellEveryMs) return false
    this.#told = now
    return true
  }

  takeRefused(): number {
    const refused = this.#refused
    this.#refused = 0
    return refused
  }

  sweep(now: number): void {
    for (const [source, recent] of this.#recent) {
      if (now - recent.since > minuteMs) this.#recent.delete(source)
    }
  }

  #check(source: string, open: number, now: number): Refusal | undefined {
    if (this.#total >= this.#limits.connections) return 'connections'
    if (open >= this.#limits.connectionsPerSource) return 'connections_per_source'
    let recent = this.#recent.get(source)
    if (!recent || now - recent.since > minuteMs) {
      if (this.#recent.size >= maxSources) {
        for (const oldest of this.#recent.keys()) {
          this.#recent.delete(oldest)
          break
        }
      }
      recent = { since: now, count: 0 }
      this.#recent.set(source, recent)
    }
    return ++recent.count > this.#limits.ratePerSource ? 'rate_per_source' : undefined
  }
}
