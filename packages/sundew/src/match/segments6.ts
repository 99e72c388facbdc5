import { nothing } from './segments4.ts'

/** A part of the index with more segments than this is divided further. */
const crowded = 64
/** Bytes of an address that the index goes down to at most: the first 2 at once, then one by one. */
const deepest = 12

/**
 * The IPv6 space cut into segments, as `segments4.ts` does for IPv4. What is used of the space is crowded into few
 * prefixes (2001::/16, 2a00::/12 …), so an index by the upper 16 bits is not enough: where many segments share them, a
 * table by the next byte follows, and so on; then the few starts left are searched.
 */
export class Segments6 {
  /** Four words a segment. */
  readonly starts: Uint32Array
  readonly values: Uint32Array
  readonly #index = new Uint32Array(65_537)
  /** For each of the 65,536 and of each table's 256: which table divides it further; 0 for none. */
  readonly #first = new Uint32Array(65_536)
  /** Tables from 1 on: 257 positions each, as the index. */
  readonly #positions: Uint32Array
  readonly #next: Uint32Array

  /**
   * @param starts ascending, the first ::
   * @param values as many as starts, {@link nothing} where a segment holds nothing
   * @throws RangeError where the starts do not ascend from ::
   */
  constructor(starts: Uint32Array, values: Uint32Array) {
    if (starts.length === 0 || starts.length !== values.length * 4)
      throw new RangeError('Segments have four words, each with one value')
    checkOrder(starts)
    this.starts = starts
    this.values = values
    const tables = this.#divide()
    this.#positions = tables.positions
    this.#next = tables.next
  }

  /** The number where this address lies; -1 where nothing is. */
  find(w0: number, w1: number, w2: number, w3: number): number {
    const bucket = w0 >>> 16
    let low = this.#index[bucket]!
    let high = this.#index[bucket + 1]!
    let table = this.#first[bucket]!
    for (let byte = 2; table !== 0; byte++) {
      const value = ((byte < 4 ? w0 : byte < 8 ? w1 : w2) >>> (24 - (byte & 3) * 8)) & 255
      const at = table * 257 + value
      low = this.#positions[at]!
      high = this.#positions[at + 1]!
      table = this.#next[table * 256 + value]!
    }
    const { starts } = this
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = middle * 4
      const s0 = starts[at]!
      let after = s0 > w0
      if (s0 === w0) {
        const s1 = starts[at + 1]!
        after = s1 > w1
        if (s1 === w1) {
          const s2 = starts[at + 2]!
          after = s2 > w2 || (s2 === w2 && starts[at + 3]! > w3)
        }
      }
      if (after) high = middle
      else low = middle + 1
    }
    const value = this.values[low - 1]!
    return value === nothing ? -1 : value
  }

  #divide() {
    const { starts, values } = this
    const count = values.length
    fill(this.#index, 65_536, 0, count, (at) => starts[at * 4]! >>> 16)
    // Tables cost 2 kB: not more than one for every crowd, so that memory stays linear whatever is listed.
    const most = Math.ceil(count / crowded) + 1
    const positions: number[] = Array<number>(257).fill(0)
    const next: number[] = Array<number>(256).fill(0)
    interface Crowd {
      readonly low: number
      readonly high: number
      readonly byte: number
      readonly tell: (table: number) => void
    }
    const crowds: Crowd[] = []
    for (let bucket = 0; bucket < 65_536; bucket++) {
      const low = this.#index[bucket]!
      const high = this.#index[bucket + 1]!
      if (high - low > crowded)
        crowds.push({ low, high, byte: 2, tell: (table) => (this.#first[bucket] = table) })
    }
    const positionsOf = new Uint32Array(257)
    for (let done = 0; done < crowds.length && done < most; done++) {
      const { low, high, byte, tell } = crowds[done]!
      const table = done + 1
      tell(table)
      const shift = 24 - (byte & 3) * 8
      fill(positionsOf, 256, low, high, (at) => (starts[at * 4 + (byte >>> 2)]! >>> shift) & 255)
      for (const position of positionsOf) positions.push(position)
      for (let value = 0; value < 256; value++) {
        const from = positionsOf[value]!
        const to = positionsOf[value + 1]!
        const place = next.push(0) - 1
        if (to - from > crowded && byte + 1 < deepest)
          crowds.push({ low: from, high: to, byte: byte + 1, tell: (deeper) => (next[place] = deeper) })
      }
    }
    return { positions: Uint32Array.from(positions), next: Uint32Array.from(next) }
  }
}

/** index[n] is the first of the segments from `low` to before `high` whose key is n or more. */
function fill(index: Uint32Array, size: number, low: number, high: number, key: (at: number) => number) {
  let bucket = 0
  for (let at = low; at < high; at++) for (const top = key(at); bucket <= top; bucket++) index[bucket] = at
  for (; bucket <= size; bucket++) index[bucket] = high
}

function checkOrder(starts: Uint32Array): void {
  if ((starts[0]! | starts[1]! | starts[2]! | starts[3]!) !== 0) throw new RangeError('Segments begin at ::')
  for (let at = 4; at < starts.length; at += 4) {
    let word = 0
    while (word < 3 && starts[at + word] === starts[at + word - 4]) word++
    if (starts[at + word]! <= starts[at + word - 4]!) throw new RangeError('Starts of segments ascend')
  }
}
