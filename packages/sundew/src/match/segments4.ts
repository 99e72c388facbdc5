/** What {@link Segments4.values} hold where nothing is. */
export const nothing = 0xffff_ffff

/** Above this share of /24 networks that hold something, asking the bitmap first no longer pays. */
const sparse = 0.25

/**
 * The IPv4 space cut into segments, each with a number: from `starts[n]` up to before `starts[n + 1]` it is `values[n]`.
 * A look-up asks a bitmap of /24 networks (2 MiB) whether anything is there, then an index by the upper 16 bits, then
 * searches the few starts within. Measured best of eight structures (docs/flows.md): most addresses of a network's
 * traffic are on no list, and leave after one read.
 */
export class Segments4 {
  readonly starts: Uint32Array
  readonly values: Uint32Array
  readonly #index = new Uint32Array(65_537)
  readonly #bitmap: Uint32Array
  readonly #sparse: boolean

  /**
   * @param starts ascending, the first 0
   * @param values as many, {@link nothing} where a segment holds nothing
   * @throws RangeError where the starts do not ascend from 0
   */
  constructor(starts: Uint32Array, values: Uint32Array) {
    if (starts.length === 0 || starts[0] !== 0 || starts.length !== values.length)
      throw new RangeError('Segments begin at 0, each with one value')
    this.starts = starts
    this.values = values
    fillIndex(this.#index, starts)
    const { bitmap, share } = networksOf(starts, values)
    this.#sparse = share < sparse
    this.#bitmap = this.#sparse ? bitmap : new Uint32Array(0)
  }

  /** The number where this address lies; -1 where nothing is. */
  find(address: number): number {
    if (this.#sparse && ((this.#bitmap[address >>> 13]! >>> ((address >>> 8) & 31)) & 1) === 0) return -1
    const bucket = address >>> 16
    const { starts } = this
    // The last start that is not past the address.
    let low = this.#index[bucket]!
    let high = this.#index[bucket + 1]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (starts[middle]! <= address) low = middle + 1
      else high = middle
    }
    const value = this.values[low - 1]!
    return value === nothing ? -1 : value
  }
}

/** index[n] is the first segment that starts at n << 16 or later. */
function fillIndex(index: Uint32Array, starts: Uint32Array): void {
  let bucket = 0
  let before = -1
  for (let at = 0; at < starts.length; at++) {
    const start = starts[at]!
    if (start <= before) throw new RangeError('Starts of segments ascend')
    before = start
    for (const top = start >>> 16; bucket <= top; bucket++) index[bucket] = at
  }
  index.fill(starts.length, bucket)
}

function networksOf(starts: Uint32Array, values: Uint32Array) {
  const bitmap = new Uint32Array(1 << 19)
  let count = 0
  let next = 0
  for (let at = 0; at < starts.length; at++) {
    if (values[at] === nothing) continue
    const from = Math.max(starts[at]! >>> 8, next)
    const end = at + 1 < starts.length ? starts[at + 1]! - 1 : 0xffff_ffff
    const to = end >>> 8
    for (let network = from; network <= to; network++) {
      if ((network & 31) === 0 && network + 31 <= to) {
        bitmap[network >>> 5] = 0xffff_ffff
        network += 31
      } else bitmap[network >>> 5]! |= 1 << (network & 31)
    }
    count += Math.max(0, to - from + 1)
    next = to + 1
  }
  return { bitmap, share: count / (1 << 24) }
}
