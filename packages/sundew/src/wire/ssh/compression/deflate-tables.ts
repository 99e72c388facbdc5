/** A canonical Huffman code (RFC 1951 §3.2.2): how many codes there are of each length, and the symbols in the codes' order. */
export interface Huffman {
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
}

/** A symbol's smallest value, and the bits that follow it and are added. */
export interface ExtraBits {
  readonly base: number
  readonly bits: number
}

/** The code that has these lengths, 0 for symbols without one; undefined where lengths ask for more codes than there are. */
export function huffman(codeLengths: Uint8Array): Huffman | undefined {
  const counts = new Uint16Array(16)
  for (const length of codeLengths) counts[length]!++
  counts[0] = 0
  let left = 1
  const starts = new Uint16Array(17)
  for (let length = 1; length < 16; length++) {
    left = 2 * left - counts[length]!
    if (left < 0) return undefined
    starts[length + 1] = starts[length]! + counts[length]!
  }
  const symbols = new Uint16Array(codeLengths.length)
  for (const [symbol, length] of codeLengths.entries()) if (length > 0) symbols[starts[length]!++] = symbol
  return { counts, symbols }
}

/** A block's two codes; undefined where one is impossible, or no code ends the block. */
export function blockTables(literalLengths: Uint8Array, distanceLengths: Uint8Array) {
  const literals = huffman(literalLengths)
  const distanceCode = huffman(distanceLengths)
  return literals && distanceCode && literalLengths[256] ? { literals, distances: distanceCode } : undefined
}

/** RFC 1951 §3.2.6. */
export const fixedTables = blockTables(
  Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
  new Uint8Array(30).fill(5),
)!

/** The order in which a block gives its codes' lengths (§3.2.7). */
export const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const

/** What the symbols 257 to 285 mean (§3.2.5); the last one is the longest copy alone. */
export const lengths: readonly ExtraBits[] = [...ranges(3, 28, 4), { base: 258, bits: 0 }]
/** And the 30 of distances. */
export const distances: readonly ExtraBits[] = ranges(1, 30, 2)

/** `each` symbols have as many bits, after twice as many without. */
function ranges(from: number, count: number, each: number): ExtraBits[] {
  let base = from
  return Array.from({ length: count }, (_, i) => {
    const bits = Math.max(0, Math.floor(i / each) - 1)
    const range = { base, bits }
    base += 1 << bits
    return range
  })
}
