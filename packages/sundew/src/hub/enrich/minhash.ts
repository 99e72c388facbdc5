/** MinHash values of a mail's features: the share of equal values estimates the Jaccard similarity of two sets. */
export type Signature = Uint32Array

/** 24 bands of 3: of two mails of similarity 0.4 80% share a band, of 0.5 96%, of 0.1 2%. */
export const bands = 24
export const rows = 3
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
export function signatureOf(features: Iterable<number>): Signature {
  const signature = new Uint32Array(hashes).fill(0xffffffff)
  for (const feature of features) {
    for (let i = 0; i < hashes; i++) {
      let h = Math.imul(feature, multipliers[i]!) + addends[i]!
      h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
      h = (h ^ (h >>> 13)) >>> 0
      if (h < signature[i]!) signature[i] = h
    }
  }
  return signature
}

export function similarity(a: Signature, b: Signature): number {
  let equal = 0
  for (let i = 0; i < hashes; i++) if (a[i] === b[i]) equal++
  return equal / hashes
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
