/** A Uint32Array that grows. */
export class Growing {
  #words: Uint32Array
  length = 0

  constructor(capacity = 1024) {
    this.#words = new Uint32Array(capacity)
  }

  static of(...words: readonly number[]): Growing {
    const growing = new Growing()
    for (const word of words) growing.push(word)
    return growing
  }

  push(word: number): void {
    if (this.length === this.#words.length) {
      const larger = new Uint32Array(Math.max(16, this.#words.length * 2))
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words[this.length++] = word
  }

  get(at: number): number {
    return this.#words[at]!
  }

  set(at: number, word: number): void {
    this.#words[at] = word
  }

  /** What is filled: a view that the next push may leave behind. */
  get view(): Uint32Array {
    return this.#words.subarray(0, this.length)
  }
}
