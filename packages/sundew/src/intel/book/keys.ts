import { randomInt } from 'node:crypto'

/** Two numbers of 32 bits that keys are mixed with: random in each book, so that no feed can choose what collides. */
export interface Seed {
  readonly a: number
  readonly b: number
}

export function randomSeed(): Seed {
  return { a: randomInt(2 ** 32), b: randomInt(2 ** 32) }
}

/**
 * 52 bits that stand for a type and a value. Different ones may have the same: where it matters, the values are compared.
 */
export function keyOf({ a, b }: Seed, type: number, value: string): number {
  let x = a ^ type
  let y = b + Math.imul(type, 0x27d4_eb2f)
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    x = Math.imul(x ^ code, 0x9e37_79b1)
    x ^= x >>> 15
    y = Math.imul((y << 13) | (y >>> 19), 0x85eb_ca6b) ^ code
  }
  x = Math.imul(x ^ (y >>> 16), 0xc2b2_ae35)
  y = Math.imul(y ^ (x >>> 13), 0x27d4_eb2f)
  return ((x ^ (x >>> 16)) >>> 0) * 2 ** 20 + ((y ^ (y >>> 15)) >>> 12)
}

/** 32 bits of a text, for telling whether it is still the same. */
export function contentOf({ b }: Seed, text: string): number {
  let x = b
  for (let at = 0; at < text.length; at++) x = Math.imul(x ^ text.charCodeAt(at), 0x85eb_ca6b) ^ (x >>> 15)
  x = Math.imul(x ^ (x >>> 16), 0xc2b2_ae35)
  return (x ^ (x >>> 13)) >>> 0
}
