import { createHash, randomBytes } from 'node:crypto'
import { decodeRounded, decodeRq, decodeSmall, encodeRounded, encodeRq, encodeSmall } from './encoding.ts'
import {
  ciphertextBytes,
  hashBytes,
  p,
  publicKeyBytes,
  q,
  roundedBytes,
  secretKeyBytes,
  smallBytes,
  weight,
} from './parameters.ts'
import { invert, mod3, modQ, multiplySmall, type Polynomial } from './ring.ts'
import { randomShort, randomSmall, type Random } from './sample.ts'

/** What a client sends (`publicKey`, 1158 bytes) and keeps (`secretKey`, 1763 bytes). */
export interface Sntrup761KeyPair {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

/** What goes back to the client (`ciphertext`, 1039 bytes), and the key both then have (`sessionKey`, 32 bytes). */
export interface Encapsulated {
  readonly ciphertext: Uint8Array
  readonly sessionKey: Uint8Array
}

/** A key pair of sntrup761, the client's part. Takes some milliseconds. */
export function generateKeyPair(random: Random = randomBytes): Sntrup761KeyPair {
  for (;;) {
    const g = randomSmall(random)
    const gInverse = invert(g, 3)
    if (gInverse) return keyPairFrom(randomShort(random), g, gInverse, random(smallBytes))
  }
}

/** The key pair of a short `f` and a small `g` that can be inverted; `reject` makes the answers to wrong ciphertexts. */
export function keyPairFrom(
  f: Polynomial,
  g: Polynomial,
  gInverse: Polynomial,
  reject: Uint8Array,
): Sntrup761KeyPair {
  const threeF = f.map((coefficient) => 3 * coefficient)
  const inverse = invert(threeF, q)
  if (!inverse) throw new RangeError('sntrup761: f cannot be inverted, so it is not a short polynomial')
  const publicKey = encodeRq(multiplySmall(inverse, g, modQ))
  const secretKey = Buffer.concat([
    encodeSmall(f),
    encodeSmall(gInverse),
    publicKey,
    reject,
    hash(4, publicKey),
  ])
  return { publicKey, secretKey }
}

/**
 * A fresh key, and its wrapping for the owner of `publicKey`: the server's part. Any 1158 bytes are a public key, even ones
 * that no client made; bytes past them are ignored.
 * @throws RangeError where `publicKey` is shorter
 */
export function encapsulate(publicKey: Uint8Array, random: Random = randomBytes): Encapsulated {
  return encapsulateShort(publicKey, randomShort(random))
}

/** `encapsulate` with its random part given: a short polynomial. */
export function encapsulateShort(publicKey: Uint8Array, short: Polynomial): Encapsulated {
  demand('public key', publicKey, publicKeyBytes)
  return hide(short, publicKey.subarray(0, publicKeyBytes))
}

/**
 * The key in `ciphertext`, the client's part. A ciphertext that `encapsulate` did not make for this key gives a key as well, one that
 * nobody else knows.
 * @throws RangeError where one of them is too short
 */
export function decapsulate(ciphertext: Uint8Array, secretKey: Uint8Array): Uint8Array {
  demand('ciphertext', ciphertext, ciphertextBytes)
  demand('secret key', secretKey, secretKeyBytes)
  const publicKey = secretKey.subarray(2 * smallBytes, 2 * smallBytes + publicKeyBytes)
  const reject = secretKey.subarray(2 * smallBytes + publicKeyBytes, 3 * smallBytes + publicKeyBytes)
  const given = ciphertext.subarray(0, ciphertextBytes)
  const again = hide(shortOf(given, secretKey), publicKey)
  return Buffer.compare(again.ciphertext, given) === 0
    ? again.sessionKey
    : sessionKeyOf(0, hash(3, reject), given)
}

/** The short polynomial that was wrapped; where there was none, one that leads to another ciphertext. */
export function shortOf(ciphertext: Uint8Array, secretKey: Uint8Array): Polynomial {
  const f = decodeSmall(secretKey)
  const gInverse = decodeSmall(secretKey.subarray(smallBytes))
  const fc = multiplySmall(decodeRounded(ciphertext), f, modQ)
  const e = fc.map((coefficient) => mod3(modQ(3 * coefficient)))
  const short = multiplySmall(e, gInverse, mod3)
  const found = short.reduce((sum, coefficient) => sum + Math.abs(coefficient), 0)
  return found === weight ? short : new Int16Array(p).fill(1, 0, weight)
}

function hide(short: Polynomial, publicKey: Uint8Array): Encapsulated {
  const product = multiplySmall(decodeRq(publicKey), short, modQ)
  for (let i = 0; i < p; i++) product[i] = product[i]! - mod3(product[i]!)
  const ciphertext = new Uint8Array(ciphertextBytes)
  ciphertext.set(encodeRounded(product))
  const shortHash = hash(3, encodeSmall(short))
  ciphertext.set(hash(2, shortHash, hash(4, publicKey)), roundedBytes)
  return { ciphertext, sessionKey: sessionKeyOf(1, shortHash, ciphertext) }
}

function sessionKeyOf(prefix: 0 | 1, inputHash: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return hash(prefix, inputHash, ciphertext)
}

function hash(prefix: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const sha512 = createHash('sha512').update(Uint8Array.of(prefix))
  for (const part of parts) sha512.update(part)
  return sha512.digest().subarray(0, hashBytes)
}

function demand(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length < length)
    throw new RangeError(`sntrup761: a ${what} has ${length} bytes, this one ${bytes.length}`)
}
