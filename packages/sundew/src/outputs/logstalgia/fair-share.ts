/** What waits at most. */
const mostWaiting = 50_000
/** Sources of one window whose turns are known at most. */
const mostSources = 2 * mostWaiting

interface Waiting<T> {
  readonly item: T
  readonly source: string
  /** How many its source sent before it in this window. */
  readonly turn: number
  readonly chance: number
  readonly order: number
}

/**
 * Of what comes in a window of time, as much as may be told, shared among those who sent it: the first of everybody, then everybody's
 * second, and so on. Where not even everybody's first can be told, chance decides whose, anew in each window: neither a loud source
 * nor ten thousand quiet ones silence another for good.
 */
export class FairShare<T> {
  readonly #most: number
  readonly #random: () => number
  #waiting: Waiting<T>[] = []
  #turns = new Map<string, number>()
  #came = 0
  #told = 0
  /** What was not told in windows that have ended. */
  leftOut = 0

  /** @param most what may be told of one window */
  constructor(most: number, random: () => number = Math.random) {
    this.#most = most
    this.#random = random
  }

  add(source: string, item: T): void {
    const order = this.#came++
    const turn = this.#turns.get(source) ?? 0
    // Of one source no more than that can be told.
    if (turn >= this.#most) return
    const place = this.#waiting.length < mostWaiting ? this.#waiting.length : this.#place(turn)
    if (place === undefined) return
    this.#turns.set(source, turn + 1)
    this.#waiting[place] = { item, source, turn, chance: this.#random(), order }
    if (this.#turns.size > mostSources) this.#forget()
  }

  /** Forgets the turns of those of whom nothing waits: they were crowded out, by sources of one line each, forged as it seems. */
  #forget(): void {
    this.#turns = new Map(this.#waiting.map(({ source }) => [source, this.#turns.get(source) ?? 0]))
  }

  /** Sources whose turns are known. */
  get sources(): number {
    return this.#turns.size
  }

  /** The place of one that waits, by chance, where it is not more entitled. */
  #place(turn: number): number | undefined {
    const place = Math.floor(this.#random() * mostWaiting)
    return this.#waiting[place]!.turn >= turn ? place : undefined
  }

  /** What is to be told now, in the order it came: at most so many. The others wait. */
  some(count: number): T[] {
    const may = Math.max(0, Math.min(count, this.#most - this.#told))
    let chosen = this.#waiting
    if (chosen.length > may) {
      chosen.sort((a, b) => a.turn - b.turn || a.chance - b.chance)
      this.#waiting = chosen.slice(may)
      chosen = chosen.slice(0, may)
    } else this.#waiting = []
    this.#told += chosen.length
    return chosen.sort((a, b) => a.order - b.order).map(({ item }) => item)
  }

  /** Ends the window: what waits is left out. */
  end(): void {
    this.leftOut += this.#came - this.#told
    this.#waiting = []
    this.#turns.clear()
    this.#came = this.#told = 0
  }
}
