/** Bytes that readers often stumble over. */
const interesting = [
  [0],
  [0xff],
  [0x7f],
  [0x80],
  [0, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff],
  [0x80, 0, 0, 0],
  [0, 0, 0x80, 0],
  [0, 4, 0, 1],
]
/** Bytes of an input at most. */
const maxBytes = 64 * 1024
/** Changes of one input at most. */
const maxChanges = 6

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A seed that was changed in a few places: flipped bits, lengths, pieces gone, doubled, or of another seed. */
export function mutate(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit)
  let bytes = Buffer.from(seeds[below(seeds.length)]!)
  for (let changes = 1 + below(maxChanges); changes > 0; changes--) {
    const at = below(bytes.length + 1)
    const end = Math.min(bytes.length, at + 1 + below(32))
    const before = bytes.subarray(0, at)
    switch (below(7)) {
      case 0: {
        bytes = Buffer.from(bytes)
        if (at < bytes.length) bytes[at]! ^= 1 << below(8)
        break
      }
      case 1: {
        const value = interesting[below(interesting.length)]!
        bytes = Buffer.concat([before, Uint8Array.from(value), bytes.subarray(at + value.length)])
        break
      }
      case 2:
        bytes = Buffer.concat([before, bytes.subarray(end)])
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end)])
        break
      case 4: {
        const other = seeds[below(seeds.length)]!
        const from = below(other.length + 1)
        bytes = Buffer.concat([before, other.subarray(from, from + below(256)), bytes.subarray(at)])
        break
      }
      case 5:
        bytes = Buffer.concat([
          before,
          Buffer.from(Array.from({ length: below(16) }, () => below(256))),
          bytes.subarray(at),
        ])
        break
      default:
        bytes = Buffer.from(before)
    }
  }
  return bytes.subarray(0, maxBytes)
}
