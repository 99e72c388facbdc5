/** A column of doubles that grows by doubling. */
export class Growing64 {
  #numbers = new Float64Array(1_024)
  #length = 0

  get length(): number {
    return this.#length
  }

  get view(): Float64Array {
    return this.#numbers.subarray(0, this.#length)
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const more = new Float64Array(this.#length * 2)
      more.set(this.#numbers)
      this.#numbers = more
    }
    this.#numbers[this.#length++] = number
  }
}
