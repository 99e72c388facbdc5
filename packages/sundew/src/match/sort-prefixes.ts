/** Prefixes as columns: `stride` words a start (1 for IPv4, 4 for IPv6) and a length in bits each. */
export interface PrefixColumns {
  readonly stride: 1 | 4
  readonly starts: Uint32Array
  readonly lengths: Uint8Array
}

/**
 * The order of prefixes by start, the shorter first where starts are equal: a prefix comes before all that lie in it. Equal
 * ones stay in their order. A radix sort by 16 bits, so that a million take a tenth of a second.
 */
export function sortPrefixes({ stride, starts, lengths }: PrefixColumns): Uint32Array {
  let order = Uint32Array.from(lengths.keys())
  let other = new Uint32Array(order.length)
  const counts = new Uint32Array(65_537)
  const pass = (key: (index: number) => number) => {
    counts.fill(0)
    for (const index of order) counts[key(index) + 1]!++
    // All alike: nothing moves.
    if (order.length > 0 && counts[key(order[0]!) + 1] === order.length) return
    for (let at = 1; at < counts.length; at++) counts[at]! += counts[at - 1]!
    for (const index of order) other[counts[key(index)]!++] = index
    const sorted = other
    other = order
    order = sorted
  }
  pass((index) => lengths[index]!)
  for (let word = stride - 1; word >= 0; word--) {
    pass((index) => starts[index * stride + word]! & 0xffff)
    pass((index) => starts[index * stride + word]! >>> 16)
  }
  return order
}
