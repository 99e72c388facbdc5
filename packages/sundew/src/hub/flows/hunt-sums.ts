import { columnAddress } from '../../match/parse-address.ts'
import type { Words } from '../../match/words.ts'

/** Numbers of one way: flows, bytes, packets, first and last milliseconds. */
const perWay = 5
const perRow = 2 * perWay
/** Words of one row: host, listed address, entry. */
const wordsPerRow = 9

export interface WaySum {
  readonly flows: number
  readonly bytes: number
  readonly packets: number
  /** Milliseconds since 1970; Infinity where there was none. */
  readonly first: number
  readonly last: number
}

/** What hosts and listed addresses sent each other, as typed arrays that grow: millions without an object each. */
export class Sums {
  #words = new Uint32Array(wordsPerRow * 1024)
  #numbers = new Float64Array(perRow * 1024)
  length = 0

  /** A new row, with nothing in it yet; its number. Addresses are taken from a column's places. */
  open(words: Uint32Array, host: number, listed: number, entry: number): number {
    const index = this.length++
    if (this.length * wordsPerRow > this.#words.length) {
      const [words, numbers] = [
        new Uint32Array(this.#words.length * 2),
        new Float64Array(this.#numbers.length * 2),
      ]
      words.set(this.#words)
      numbers.set(this.#numbers)
      this.#words = words
      this.#numbers = numbers
    }
    const at = index * wordsPerRow
    for (let word = 0; word < 4; word++) {
      this.#words[at + word] = words[host + word]!
      this.#words[at + 4 + word] = words[listed + word]!
    }
    this.#words[at + 8] = entry
    for (const way of [0, perWay]) {
      this.#numbers[index * perRow + way + 3] = Infinity
      this.#numbers[index * perRow + way + 4] = -Infinity
    }
    return index
  }

  /** Adds five 64-bit numbers, from this place on: flows, bytes, packets, first and last. */
  add(index: number, way: 'sent' | 'received', words: Uint32Array, from: number): void {
    const to = index * perRow + (way === 'sent' ? 0 : perWay)
    const numbers = this.#numbers
    for (let number = 0; number < 3; number++) numbers[to + number]! += number64(words, from + number * 2)
    numbers[to + 3] = Math.min(numbers[to + 3]!, number64(words, from + 6))
    numbers[to + 4] = Math.max(numbers[to + 4]!, number64(words, from + 8))
  }

  /** Both ways together. */
  bytes(index: number): number {
    return this.#numbers[index * perRow + 1]! + this.#numbers[index * perRow + perWay + 1]!
  }

  who(index: number): { readonly host: Words; readonly listed: Words; readonly entry: number } {
    const at = index * wordsPerRow
    return {
      host: columnAddress(this.#words, at),
      listed: columnAddress(this.#words, at + 4),
      entry: this.#words[at + 8]!,
    }
  }

  ways(index: number): { readonly sent: WaySum; readonly received: WaySum } {
    return { sent: this.#way(index * perRow), received: this.#way(index * perRow + perWay) }
  }

  #way(at: number): WaySum {
    const [flows = 0, bytes = 0, packets = 0, first = 0, last = 0] = this.#numbers.subarray(at, at + perWay)
    return { flows, bytes, packets, first, last }
  }
}

function number64(words: Uint32Array, at: number): number {
  return words[at]! + words[at + 1]! * 2 ** 32
}
