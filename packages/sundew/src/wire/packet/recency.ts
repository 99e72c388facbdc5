const none = -1

/** Numbers below a limit in the order in which they were last touched: a doubly linked list in two arrays. */
export class Recency {
  readonly #before: Int32Array
  readonly #after: Int32Array
  readonly #in: Uint8Array
  #oldest = none
  #newest = none

  constructor(limit: number) {
    this.#before = new Int32Array(limit)
    this.#after = new Int32Array(limit)
    this.#in = new Uint8Array(limit)
  }

  /** The one that was not touched for the longest; -1 where there is none. */
  get oldest(): number {
    return this.#oldest
  }

  touch(number: number): void {
    if (this.#newest === number) return
    this.remove(number)
    this.#in[number] = 1
    this.#before[number] = this.#newest
    this.#after[number] = none
    if (this.#newest === none) this.#oldest = number
    else this.#after[this.#newest] = number
    this.#newest = number
  }

  remove(number: number): void {
    if (this.#in[number] === 0) return
    this.#in[number] = 0
    const before = this.#before[number]!
    const after = this.#after[number]!
    if (before === none) this.#oldest = after
    else this.#after[before] = after
    if (after === none) this.#newest = before
    else this.#before[after] = before
  }
}
