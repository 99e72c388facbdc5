import { p, q } from './parameters.ts'

/** A polynomial: `p` coefficients, the constant one first, centred on 0. */
export type Polynomial = Int16Array

/** The remainder of `value` modulo 3, -1, 0 or 1. */
export function mod3(value: number): number {
  const remainder = value % 3
  return remainder > 1 ? remainder - 3 : remainder < -1 ? remainder + 3 : remainder
}

/** The remainder of `value` modulo q, from -2295 to 2295. */
export function modQ(value: number): number {
  const remainder = value % q
  return remainder > halfQ ? remainder - q : remainder < -halfQ ? remainder + q : remainder
}

/**
 * `a` times a polynomial of -1, 0 and 1, coefficients reduced by `reduce`. A sum of additions, as many as `small` has
 * coefficients that are not 0: its time tells how many, so it is not for long-lived secrets.
 */
export function multiplySmall(
  a: Polynomial,
  small: Polynomial,
  reduce: (value: number) => number,
): Polynomial {
  const sum = new Int32Array(2 * p)
  for (let i = 0; i < p; i++) {
    const factor = small[i]!
    if (factor === 1) for (let j = 0, at = i; j < p; j++, at++) sum[at]! += a[j]!
    else if (factor === -1) for (let j = 0, at = i; j < p; j++, at++) sum[at]! -= a[j]!
  }
  // x^p = x + 1
  for (let i = 2 * p - 2; i >= p; i--) {
    sum[i - p]! += sum[i]!
    sum[i - p + 1]! += sum[i]!
  }
  const product = new Int16Array(p)
  for (let i = 0; i < p; i++) product[i] = reduce(sum[i]!)
  return product
}

/** The polynomial that gives 1 when multiplied with `a`, coefficients modulo the prime `modulus`; undefined where there is none. */
export function invert(a: Polynomial, modulus: number): Polynomial | undefined {
  // Euclid: r0 and r1 are what is left of x^p - x - 1 and of `a`; a·s1 = r1 throughout.
  let r0 = new Int32Array(p + 1)
  let r1 = new Int32Array(p + 1)
  let s0 = new Int32Array(p + 1)
  let s1 = new Int32Array(p + 1)
  r0[p] = 1
  r0[1] = r0[0] = modulus - 1
  for (let i = 0; i < p; i++) r1[i] = (a[i]! + modulus) % modulus
  s1[0] = 1
  let degree0 = p
  let degree1 = degreeOf(r1, p)
  while (degree1 > 0) {
    const inverse = power(r1[degree1]!, modulus - 2, modulus)
    while (degree0 >= degree1) {
      const factor = modulus - ((r0[degree0]! * inverse) % modulus)
      const shift = degree0 - degree1
      for (let i = 0; i <= degree1; i++) r0[i + shift] = (r0[i + shift]! + factor * r1[i]!) % modulus
      for (let i = 0; i + shift <= p; i++) s0[i + shift] = (s0[i + shift]! + factor * s1[i]!) % modulus
      degree0 = degreeOf(r0, degree0)
    }
    ;[r0, r1, s0, s1] = [r1, r0, s1, s0]
    ;[degree0, degree1] = [degree1, degree0]
  }
  if (degree1 < 0) return undefined
  const scale = power(r1[0]!, modulus - 2, modulus)
  const half = (modulus - 1) / 2
  const inverse = new Int16Array(p)
  for (let i = 0; i < p; i++) {
    const value = (s1[i]! * scale) % modulus
    inverse[i] = value > half ? value - modulus : value
  }
  return inverse
}

const halfQ = (q - 1) / 2

/** -1 for the polynomial 0. */
function degreeOf(polynomial: Int32Array, atMost: number): number {
  let degree = atMost
  while (degree >= 0 && polynomial[degree] === 0) degree--
  return degree
}

function power(base: number, exponent: number, modulus: number): number {
  let result = 1
  for (let b = base, e = exponent; e > 0; e >>= 1, b = (b * b) % modulus) {
    if (e & 1) result = (result * b) % modulus
  }
  return result
}
