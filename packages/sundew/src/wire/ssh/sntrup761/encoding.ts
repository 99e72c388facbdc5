import { p, q, roundedBytes, smallBytes } from './parameters.ts'
import type { Polynomial } from './ring.ts'

/** A polynomial of -1, 0 and 1: `smallBytes` bytes, four coefficients a byte, the first in the lowest bits. */
export function encodeSmall(polynomial: Polynomial): Uint8Array {
  const bytes = new Uint8Array(smallBytes)
  for (let i = 0; i < p; i++) bytes[i >> 2]! |= (polynomial[i]! + 1) << ((i & 3) * 2)
  return bytes
}

/** The opposite of `encodeSmall`; any bytes are some polynomial (the two bits 11 are read as the coefficient 2). */
export function decodeSmall(bytes: Uint8Array): Polynomial {
  const polynomial = new Int16Array(p)
  for (let i = 0; i < p; i++) polynomial[i] = ((bytes[i >> 2]! >> ((i & 3) * 2)) & 3) - 1
  return polynomial
}

/** A polynomial modulo q, each coefficient centred on 0: `publicKeyBytes` bytes. */
export function encodeRq(polynomial: Polynomial): Uint8Array {
  return encode(rqPlan, polynomial, (coefficient) => coefficient + halfQ)
}

/** The opposite of `encodeRq`; any bytes are some polynomial. */
export function decodeRq(bytes: Uint8Array): Polynomial {
  return decode(rqPlan, bytes, (digit) => digit - halfQ)
}

/** A polynomial modulo q whose coefficients are multiples of 3: `roundedBytes` bytes. */
export function encodeRounded(polynomial: Polynomial): Uint8Array {
  return encode(roundedPlan, polynomial, (coefficient) => (coefficient + halfQ) / 3)
}

/** The opposite of `encodeRounded`; any bytes are some polynomial. */
export function decodeRounded(bytes: Uint8Array): Polynomial {
  return decode(roundedPlan, bytes.subarray(0, roundedBytes), (digit) => digit * 3 - halfQ)
}

const halfQ = (q - 1) / 2

/** Numbers below this are joined on; above it a byte is put out first. */
const limit = 1 << 14

/**
 * One round of the coding (§4.5 of the specification): digits in pairs become one digit of a larger radix, whose low bytes,
 * as many as keep the radix below `limit`, are put out. A last digit without a partner goes on as it is.
 */
interface Round {
  readonly radices: Uint16Array
  /** Bytes put out for each pair: 0, 1 or 2. */
  readonly spilt: Uint8Array
}

interface Plan {
  readonly rounds: readonly Round[]
  /** The one radix that is left in the end, and the bytes its digit takes. */
  readonly lastRadix: number
  readonly lastBytes: number
  readonly bytes: number
}

const rqPlan = plan(q)
const roundedPlan = plan((q - 1) / 3 + 1)

function plan(radix: number): Plan {
  let radices = new Uint16Array(p).fill(radix)
  const rounds: Round[] = []
  let bytes = 0
  while (radices.length > 1) {
    const next = new Uint16Array((radices.length + 1) >> 1)
    const spilt = new Uint8Array(radices.length >> 1)
    for (let i = 0; i < spilt.length; i++) {
      let product = radices[2 * i]! * radices[2 * i + 1]!
      for (; product >= limit; product = (product + 255) >>> 8) spilt[i]!++
      next[i] = product
      bytes += spilt[i]!
    }
    if (radices.length & 1) next[next.length - 1] = radices[radices.length - 1]!
    rounds.push({ radices, spilt })
    radices = next
  }
  const lastRadix = radices[0]!
  const lastBytes = lastRadix > 256 ? 2 : 1
  return { rounds, lastRadix, lastBytes, bytes: bytes + lastBytes }
}

function encode(
  { rounds, lastBytes, bytes }: Plan,
  polynomial: Polynomial,
  toDigit: (coefficient: number) => number,
): Uint8Array {
  const out = new Uint8Array(bytes)
  const digits = new Uint16Array(p)
  for (let i = 0; i < p; i++) digits[i] = toDigit(polynomial[i]!)
  let at = 0
  for (const { radices, spilt } of rounds) {
    for (let i = 0; i < spilt.length; i++) {
      let value = digits[2 * i]! + radices[2 * i]! * digits[2 * i + 1]!
      for (let n = spilt[i]!; n > 0; n--, value >>>= 8) out[at++] = value
      digits[i] = value
    }
    if (radices.length & 1) digits[spilt.length] = digits[radices.length - 1]!
  }
  for (let n = 0; n < lastBytes; n++) out[at++] = digits[0]! >> (8 * n)
  return out
}

function decode(
  { rounds, lastRadix, lastBytes, bytes }: Plan,
  from: Uint8Array,
  toCoefficient: (digit: number) => number,
): Polynomial {
  const digits = new Uint16Array(p)
  let at = bytes - lastBytes
  digits[0] = (lastBytes === 2 ? from[at]! | (from[at + 1]! << 8) : from[at]!) % lastRadix
  for (let round = rounds.length - 1; round >= 0; round--) {
    const { radices, spilt } = rounds[round]!
    if (radices.length & 1) digits[radices.length - 1] = digits[spilt.length]!
    for (let i = spilt.length - 1; i >= 0; i--) {
      let value = digits[i]!
      for (let n = spilt[i]!; n > 0; n--) value = value * 256 + from[--at]!
      const radix = radices[2 * i]!
      digits[2 * i] = value % radix
      digits[2 * i + 1] = Math.floor(value / radix) % radices[2 * i + 1]!
    }
  }
  const polynomial = new Int16Array(p)
  for (let i = 0; i < p; i++) polynomial[i] = toCoefficient(digits[i]!)
  return polynomial
}
