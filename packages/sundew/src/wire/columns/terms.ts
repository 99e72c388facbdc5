/** Different texts of one column in one batch, and bytes of all of them: a batch that has more ends early. */
export const mostTerms = 16_384
const mostBytes = 1024 * 1024
/** Longer texts are cut. */
export const mostTermBytes = 255
const slotCount = 32_768
/**
 * Slots looked at for one text: who chooses texts so that all fall onto one slot makes no search longer. A text that finds
 * none of them free is kept once more.
 */
const mostProbes = 16
/** So that nobody can choose them. */
const seed = Math.floor(Math.random() * 2 ** 32)

/**
 * The different texts that a column of one batch has, each with a number; '' is number 0. They are kept as bytes, as they
 * came, in the shape that a Native block has them in: a LEB128 length before each.
 */
export class Terms {
  readonly #bytes = new Uint8Array(mostBytes)
  /** Where each begins, its length first; one more for the end of the last. */
  readonly #starts = new Uint32Array(mostTerms + 1)
  /** By hash: numbers of terms, 0 where there is none. */
  readonly #slots = new Uint16Array(slotCount)
  #count = 0
  #last = 0

  constructor() {
    this.clear()
  }

  /** How many there are, '' among them. */
  get count(): number {
    return this.#count
  }

  /** All of them, each with its length before it. Shares memory with the dictionary. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#starts[this.#count])
  }

  /** The number of the text that is these bytes, cut at {@link mostTermBytes}; -1 where another one has no room. */
  numberOf(bytes: Uint8Array, from: number, to: number): number {
    if (to <= from) return 0
    const length = Math.min(to - from, mostTermBytes)
    // Most lines are like the line before.
    if (this.#is(this.#last, bytes, from, length)) return this.#last
    let hash = seed
    for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193)
    hash ^= hash >>> 15
    for (let probe = 0; probe < mostProbes; probe++) {
      const slot = (hash + probe) & (slotCount - 1)
      const number = this.#slots[slot]!
      if (number === 0) return this.#add(bytes, from, length, slot)
      if (this.#is(number, bytes, from, length)) return (this.#last = number)
    }
    return this.#add(bytes, from, length, -1)
  }

  /** The text's bytes. Shares memory with the dictionary. */
  text(number: number): Uint8Array {
    const start = this.#starts[number]!
    const end = this.#starts[number + 1]!
    return this.#bytes.subarray(start + (this.#bytes[start]! < 0x80 ? 1 : 2), end)
  }

  /** Forgets all but ''. */
  clear(): void {
    if (this.#count > 1) this.#slots.fill(0)
    this.#count = 1
    this.#starts[1] = 1
    this.#last = 0
  }

  #add(bytes: Uint8Array, from: number, length: number, slot: number): number {
    const number = this.#count
    let at = this.#starts[number]!
    if (number === mostTerms || at + length + 2 > mostBytes) return -1
    if (length < 0x80) this.#bytes[at++] = length
    else {
      this.#bytes[at++] = (length & 0x7f) | 0x80
      this.#bytes[at++] = length >>> 7
    }
    for (let byte = 0; byte < length; byte++) this.#bytes[at + byte] = bytes[from + byte]!
    this.#starts[number + 1] = at + length
    this.#count++
    if (slot >= 0) this.#slots[slot] = number
    return (this.#last = number)
  }

  #is(number: number, bytes: Uint8Array, from: number, length: number): boolean {
    const end = this.#starts[number + 1]!
    const start = end - length
    // The length before it is of one byte or two.
    if (start - this.#starts[number]! !== (length < 0x80 ? 1 : 2)) return false
    for (let byte = 0; byte < length; byte++)
      if (this.#bytes[start + byte] !== bytes[from + byte]) return false
    return true
  }
}
