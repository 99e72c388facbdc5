/** What waits in one window at most; what comes beyond is left out unseen. */
const mostWaiting = 50_000

/**
 * Of what comes in a window of time, as much as may be told, shared among those who sent it: the first of everybody, then everybody's
 * second, and so on. Where not even everybody's first can be told, chance decides whose, anew in each window: neither a loud source
 * nor ten thousand quiet ones silence another for good.
 */
export class FairShare<T> {
  #waiting: { readonly item: T; readonly turn: number; readonly chance: number; readonly order: number }[] =
    []
  readonly #turns = new Map<string, number>()
  readonly #random: () => number
  #came = 0
  /** What was not told, so far. */
  leftOut = 0

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  add(source: string, item: T): void {
    const order = this.#came++
    if (this.#waiting.length >= mostWaiting) return
    const turn = this.#turns.get(source) ?? 0
    this.#turns.set(source, turn + 1)
    this.#waiting.push({ item, turn, chance: this.#random(), order })
  }

  /** Ends the window: at most so many of what came in it, in the order it came. */
  take(most: number): T[] {
    const came = this.#came
    const kept =
      this.#waiting.length <= most
        ? this.#waiting
        : this.#waiting
            .sort((a, b) => a.turn - b.turn || a.chance - b.chance)
            .slice(0, Math.max(0, most))
            .sort((a, b) => a.order - b.order)
    this.leftOut += came - kept.length
    this.#waiting = []
    this.#turns.clear()
    this.#came = 0
    return kept.map(({ item }) => item)
  }
}
