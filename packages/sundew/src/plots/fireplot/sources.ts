import { formatAddress } from '../../match/parse-address.ts'
import { swapBytes, type Words } from '../../match/words.ts'

/** Who sent each event: an index for each, and the addresses that they lead to. */
export class PlotSources {
  readonly #limit: number
  /** Four words each. */
  #words = new Uint32Array(4 * 1024)
  #count = 0
  /** Index + 1 by hash; 0 where there is none. */
  #table = new Uint32Array(4096)
  #indices = new Uint32Array(1024)
  #length = 0

  /** @param limit events that are taken; more are let go */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Four words of an address (`match/words.ts`). */
  add(a: number, b: number, c: number, d: number): void {
    if (this.#length >= this.#limit) return
    if (this.#length === this.#indices.length) this.#indices = doubled(this.#indices)
    this.#indices[this.#length++] = this.#indexOf(a, b, c, d)
  }

  /** Those of a column of addresses, as they lie in memory: network order. */
  addColumn(words: Uint32Array): void {
    for (let at = 0; at < words.length; at += 4)
      this.add(
        swapBytes(words[at]!),
        swapBytes(words[at + 1]!),
        swapBytes(words[at + 2]!),
        swapBytes(words[at + 3]!),
      )
  }

  /** Of each event. */
  get indices(): Uint32Array {
    return this.#indices.subarray(0, this.#length)
  }

  /** Lets go of all events but these, by their number, in this order. */
  keep(events: Uint32Array): void {
    this.#indices = events.map((event) => this.#indices[event]!)
    this.#length = events.length
  }

  /** How many different ones there are. */
  get size(): number {
    return this.#count
  }

  wordsOf(index: number): Words {
    const at = index * 4
    const words = this.#words
    return [words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!]
  }

  get names(): string[] {
    return Array.from({ length: this.#count }, (_, index) => formatAddress(this.wordsOf(index)))
  }

  #indexOf(a: number, b: number, c: number, d: number): number {
    const table = this.#table
    const words = this.#words
    const mask = table.length - 1
    for (let slot = hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const index = table[slot]! - 1
      if (index < 0) {
        const made = this.#keep(a, b, c, d)
        // The table may be another by now.
        if (table === this.#table) table[slot] = made + 1
        return made
      }
      const at = index * 4
      if (words[at + 3] === d && words[at + 2] === c && words[at + 1] === b && words[at] === a) return index
    }
  }

  #keep(a: number, b: number, c: number, d: number): number {
    const index = this.#count++
    if (this.#count * 4 > this.#words.length) this.#words = doubled(this.#words)
    this.#words.set([a, b, c, d], index * 4)
    if (this.#count * 2 <= this.#table.length) return index
    this.#table = new Uint32Array(this.#table.length * 2)
    const mask = this.#table.length - 1
    for (let one = 0; one < this.#count; one++) {
      const at = one * 4
      const words = this.#words
      let slot = hash(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!) & mask
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask
      this.#table[slot] = one + 1
    }
    return index
  }
}

/** Senders choose their addresses, so that what falls together differs by start. */
const seed = Math.floor(Math.random() * 2 ** 32)

function hash(a: number, b: number, c: number, d: number): number {
  let value = seed
  for (const word of [a, b, c, d]) {
    value = Math.imul(value ^ word, 0x9e37_79b1)
    value ^= value >>> 15
  }
  value = Math.imul(value, 0x85eb_ca6b)
  return (value ^ (value >>> 13)) >>> 0
}

function doubled(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}
