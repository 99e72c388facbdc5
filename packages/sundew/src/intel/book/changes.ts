import type { Indicator } from '../indicator/indicator.ts'

/** Indicators that are told one by one; with more, all is made anew. */
const mostListed = 10_000

/** What commits did to the book. */
export class Changes {
  added = 0
  removed = 0
  /** Sightings of which something else is said. */
  altered = 0
  #indicators: Indicator[] | undefined = []

  /** The indicators that this concerns; undefined where they are too many, or a report's own title changed. */
  get indicators(): readonly Indicator[] | undefined {
    return this.#indicators
  }

  get any(): boolean {
    return this.#indicators === undefined || this.#indicators.length > 0
  }

  add(type: Indicator['type'], value: string): void {
    if (this.#indicators === undefined) return
    if (this.#indicators.length >= mostListed) this.#indicators = undefined
    else this.#indicators.push({ type, value })
  }

  addAll(): void {
    this.#indicators = undefined
  }
}
