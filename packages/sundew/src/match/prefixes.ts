import { prefixLength } from './parse-address.ts'
import { asBigInt, isRange4, type Words } from './words.ts'

/** Prefixes that a range is cut into at most: twice the bits of its family, less two. */
export const mostPrefixes = 254

/**
 * Cuts a range into the fewest prefixes, in ascending order.
 *
 * @param tell called with the first address and the length in bits: 0 to 32 of IPv4, 0 to 128 of IPv6
 */
export function cutRange(first: Words, last: Words, tell: (first: Words, length: number) => void): void {
  if (isRange4(first, last)) {
    cut4(first[3], last[3], (start, length) => tell([0, 0, 0xffff, start], length))
    return
  }
  const whole = prefixLength(first, last)
  if (whole !== undefined) tell(first, whole)
  else cut6(asBigInt(first), asBigInt(last), tell)
}

function cut4(first: number, last: number, tell: (first: number, length: number) => void): void {
  let start = first
  while (start <= last) {
    // As large as the start is even, and as the end lets it be.
    const even = start === 0 ? 32 : 31 - Math.clz32(start & -start)
    const room = Math.floor(Math.log2(last - start + 1))
    const bits = Math.min(even, room)
    tell(start, 32 - bits)
    start += 2 ** bits
  }
}

function cut6(first: bigint, last: bigint, tell: (first: Words, length: number) => void): void {
  let start = first
  while (start <= last) {
    let bits = 0
    while (bits < 128) {
      const larger = 1n << BigInt(bits + 1)
      if (start % larger !== 0n || start + larger - 1n > last) break
      bits++
    }
    tell(fromBigInt(start), 128 - bits)
    start += 1n << BigInt(bits)
  }
}

export function fromBigInt(value: bigint): Words {
  return [
    Number(value >> 96n),
    Number((value >> 64n) & 0xffff_ffffn),
    Number((value >> 32n) & 0xffff_ffffn),
    Number(value & 0xffff_ffffn),
  ]
}
