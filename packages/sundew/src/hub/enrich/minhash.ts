/** MinHash values of a mail's features: each is equal in two sets as often as the sets are alike (Jaccard). */
type Signature = Uint32Array

/** 24 bands of 3: of two mails of similarity 0.4 80% share a band, of 0.5 96%, of 0.1 2%. */
export const bands = 24
const rows = 3
const hashes = bands * rows

/** Odd multipliers and addends of the hash family, from a fixed sequence: stored signatures depend on them. */
const multipliers = new Uint32Array(hashes)
const addends = new Uint32Array(hashes)
let state = 0x5d0e
for (let i = 0; i < hashes; i++) {
  multipliers[i] = next() | 1
  addends[i] = next()
}

function next(): number {
  state = (state + 0x9e3779b9) | 0
  return mixed(state)
}

/** Finaliser of MurmurHash3 (public domain): every bit of the input moves every bit of the output. */
export function mixed(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The signature of a set of 32-bit hashes. */
export function signatureOf(features: Uint32Array): Signature {
  const signature = new Uint32Array(hashes)
  for (let i = 0; i < hashes; i++) {
    const multiplier = multipliers[i]!
    const addend = addends[i]!
    let least = 0xffffffff
    for (let n = 0; n < features.length; n++) {
      let h = Math.imul(features[n]!, multiplier) + addend
      h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
      h = (h ^ (h >>> 13)) >>> 0
      if (h < least) least = h
    }
    signature[i] = least
  }
  return signature
}

/**
 * Jaccard similarity of two rising lists of hashes, over the `most` smallest of both: exact while both lists are whole, a fair
 * estimate where they are the smallest of more. Two empty lists are alike.
 */
export function similarity(a: Uint32Array, b: Uint32Array, most: number): number {
  let i = 0
  let j = 0
  let common = 0
  let union = 0
  while (union < most && (i < a.length || j < b.length)) {
    const x = i < a.length ? a[i]! : Infinity
    const y = j < b.length ? b[j]! : Infinity
    if (x === y) common++
    if (x <= y) i++
    if (y <= x) j++
    union++
  }
  return union === 0 ? 1 : common / union
}

/** One number a band, for the look-up of candidates. */
export function bandKeys(signature: Signature): number[] {
  const keys: number[] = []
  for (let band = 0; band < bands; band++) {
    let key = band
    for (let row = 0; row < rows; row++) key = mixed(key ^ signature[band * rows + row]!)
    keys.push(key)
  }
  return keys
}
