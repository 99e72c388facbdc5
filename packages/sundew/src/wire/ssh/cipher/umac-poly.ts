/** The key of UMAC's second level: one number, with bits cleared as RFC 4418 §5.3.2 says. */
export type Level2Key = bigint

/** Of the first 8 of the 24 bytes an iteration has; the others are for messages past 16 MiB. */
export function level2Key(bytes: Uint8Array): Level2Key {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.getBigUint64(0) & 0x01ffffff01ffffffn
}

/**
 * L2-HASH (RFC 4418 §5.3) of level 1's results, two words each, high word first: the polynomial over the prime 2^64 - 59
 * that has them as coefficients, at the key. Gives two words.
 */
export function hashLevel2(results: Uint32Array, key: Level2Key): Uint32Array {
  let sum = 1n
  for (let i = 0; i < results.length; i += 2) {
    const high = results[i]!
    const word = (BigInt(high) << 32n) | BigInt(results[i + 1]!)
    // Words that could be past the prime are marked and shifted down, so that no two messages look alike.
    if (high === 0xffff_ffff) {
      sum = (key * sum + marker) % prime64
      sum = (key * sum + word - offset) % prime64
    } else {
      sum = (key * sum + word) % prime64
    }
  }
  return Uint32Array.of(Number(sum >> 32n), Number(sum & 0xffff_ffffn))
}

const prime64 = 2n ** 64n - 59n
const offset = 2n ** 64n - prime64
const marker = prime64 - 1n
