import { p, weight } from './parameters.ts'
import type { Polynomial } from './ring.ts'

/** Gives that many random bytes. */
export type Random = (bytes: number) => Uint8Array

/** A random short polynomial: `weight` coefficients of ±1 at random places, made by sorting (§4.2 of the specification). */
export function randomShort(random: Random): Polynomial {
  const numbers = randomNumbers(random)
  for (let i = 0; i < p; i++)
    numbers[i] = i < weight ? (numbers[i]! & ~1) >>> 0 : ((numbers[i]! & ~3) | 1) >>> 0
  numbers.sort()
  const short = new Int16Array(p)
  for (let i = 0; i < p; i++) short[i] = (numbers[i]! & 3) - 1
  return short
}

/** A random polynomial of -1, 0 and 1. */
export function randomSmall(random: Random): Polynomial {
  return Int16Array.from(randomNumbers(random), (number) => Math.floor((number >>> 2) * (3 / 2 ** 30)) - 1)
}

function randomNumbers(random: Random): Uint32Array {
  const bytes = random(4 * p)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: p }, (_, i) => view.getUint32(4 * i, true))
}
