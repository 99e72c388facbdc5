/** Milliseconds of computing that a source may use at once, and that it gets back each second: an exchange in a group of 8,192 bits costs 20. */
const burstMs = 1_000
const perSecondMs = 200
/** Sources remembered; past it the oldest are forgotten. */
const maxSources = 16_384

/** Key exchanges cost us more than who asks for them, and the loop is everybody's: who asked for too many waits. */
export class ExchangePace {
  readonly #used = new Map<string, { ms: number; at: number }>()

  /** How long an exchange of this source is put off, milliseconds. */
  delay(source: string, now: number): number {
    const over = this.#owed(source, now) - burstMs
    return over <= 0 ? 0 : (over / perSecondMs) * 1_000
  }

  /** One has cost so much. */
  spent(source: string, ms: number, now: number): void {
    const owed = this.#owed(source, now) + ms
    this.#used.delete(source)
    if (this.#used.size >= maxSources) {
      for (const oldest of this.#used.keys()) {
        this.#used.delete(oldest)
        break
      }
    }
    this.#used.set(source, { ms: owed, at: now })
  }

  #owed(source: string, now: number): number {
    const used = this.#used.get(source)
    return used ? Math.max(0, used.ms - ((now - used.at) * perSecondMs) / 1_000) : 0
  }
}
