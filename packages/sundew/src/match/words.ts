/**
 * An address as four 32-bit numbers of its 16 bytes, the first the most significant. IPv4 is ::ffff:a.b.c.d
 * (RFC 4291 §2.5.5.2), so that one shape holds both.
 */
export type Words = readonly [number, number, number, number]

/** The third word of an IPv4-mapped address. */
export const mappedWord = 0xffff

export function words4(address: number): Words {
  return [0, 0, mappedWord, address]
}

/** Whether the address is IPv4. */
export function isMapped(words: Words): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === mappedWord
}

/**
 * Whether a range is of IPv4: both its ends are. What only reaches into the mapped addresses, as `::/0` does, is IPv6.
 */
export function isRange4(first: Words, last: Words): boolean {
  return isMapped(first) && isMapped(last)
}

/** Below 0, 0 or above 0, as `a` comes before, is, or comes after `b`. */
export function compareWords(a: Words, b: Words): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

/** The next address; undefined after the last. */
export function following([a, b, c, d]: Words): Words | undefined {
  if (d !== 0xffff_ffff) return [a, b, c, d + 1]
  if (c !== 0xffff_ffff) return [a, b, c + 1, 0]
  if (b !== 0xffff_ffff) return [a, b + 1, 0, 0]
  return a === 0xffff_ffff ? undefined : [a + 1, 0, 0, 0]
}

/** The address before; undefined before the first. */
export function preceding([a, b, c, d]: Words): Words | undefined {
  if (d !== 0) return [a, b, c, d - 1]
  if (c !== 0) return [a, b, c - 1, 0xffff_ffff]
  if (b !== 0) return [a, b - 1, 0xffff_ffff, 0xffff_ffff]
  return a === 0 ? undefined : [a - 1, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff]
}

/** The first address of the prefix of `length` bits (0 to 128) that `words` lies in. */
export function prefixFirst(words: Words, length: number): Words {
  return [
    (words[0] & mask(length)) >>> 0,
    (words[1] & mask(length - 32)) >>> 0,
    (words[2] & mask(length - 64)) >>> 0,
    (words[3] & mask(length - 96)) >>> 0,
  ]
}

/** The last address of that prefix. */
export function prefixLast(words: Words, length: number): Words {
  return [
    (words[0] | ~mask(length)) >>> 0,
    (words[1] | ~mask(length - 32)) >>> 0,
    (words[2] | ~mask(length - 64)) >>> 0,
    (words[3] | ~mask(length - 96)) >>> 0,
  ]
}

/** The upper `bits` of a word set; none below 1, all above 31. */
export function mask(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits)
}

export function asBigInt([a, b, c, d]: Words): bigint {
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d)
}

/** A word with its four bytes the other way round: an address column's little-endian word and the number it means. */
export function swapBytes(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0
}
