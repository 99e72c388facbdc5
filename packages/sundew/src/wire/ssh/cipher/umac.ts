import { createCipheriv } from 'node:crypto'
import { hashLevel2, type Level2Key, level2Key } from './umac-poly.ts'

/** Bytes of message that one tag can stand for. Past them UMAC needs a step that is not here: an SSH packet is never so long. */
export const maxUmacBytes = 16 * 1024 * 1024

/**
 * UMAC (RFC 4418) with a tag of 8 bytes (umac-64) or 16 (umac-128), and a nonce of 8 bytes, a packet's sequence number, as
 * OpenSSH uses it. An object is one key's; it is not for two directions at once, as it keeps what it made of the last nonces.
 */
export class Umac {
  readonly tagBytes: 8 | 16
  readonly #iterations: number
  /** One after the other for all iterations, each 16 bytes further on (the Toeplitz shift, §5.1). */
  readonly #level1: Uint32Array
  readonly #level2: readonly Level2Key[]
  readonly #level3: readonly Level3Key[]
  readonly #pads: Pads
  /** A last block, padded with zeros. */
  readonly #tail = new DataView(new ArrayBuffer(blockBytes))
  /** Level 1's results for one block, hi and lo alternating, an iteration a pair. */
  readonly #sums = new Uint32Array(8)

  /** @throws RangeError where `key` is not 16 bytes long */
  constructor(key: Uint8Array, tagBytes: 8 | 16) {
    if (key.length !== 16) throw new RangeError(`UMAC: a key has 16 bytes, this one ${key.length}`)
    this.tagBytes = tagBytes
    const iterations = tagBytes / 4
    this.#iterations = iterations
    this.#level1 = words(derive(key, 1, blockBytes + (iterations - 1) * shiftBytes))
    const second = derive(key, 2, 24 * iterations)
    const third = words(derive(key, 3, 64 * iterations))
    const fourth = words(derive(key, 4, 4 * iterations))
    const each = Array.from({ length: iterations }, (_, i) => i)
    this.#level2 = each.map((i) => level2Key(second.subarray(24 * i, 24 * i + 8)))
    this.#level3 = each.map((i) => level3Key(third.subarray(16 * i, 16 * i + 16), fourth[i]!))
    this.#pads = new Pads(derive(key, 0, 16), tagBytes)
  }

  /**
   * The tag of `message` under the nonce `sequence`, a whole number from 0 to 2^32 - 1; `upper` is the nonce's upper half,
   * which SSH leaves at 0.
   * @throws RangeError where the message is longer than `maxUmacBytes`
   */
  tag(sequence: number, message: Uint8Array, upper = 0): Uint8Array {
    if (message.length > maxUmacBytes)
      throw new RangeError(`UMAC: a message may have ${maxUmacBytes} bytes, this one has ${message.length}`)
    const tag = new Uint8Array(this.tagBytes)
    tag.set(this.#pads.of(sequence, upper))
    const blocks = Math.max(1, Math.ceil(message.length / blockBytes))
    const sums = this.#sums
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
    let wide: Uint32Array[] | undefined
    if (blocks > 1) wide = this.#level2.map(() => new Uint32Array(2 * blocks))
    for (let block = 0; block < blocks; block++) {
      this.#level1Of(view, block * blockBytes)
      if (wide) wide.forEach((into, i) => into.set(sums.subarray(2 * i, 2 * i + 2), 2 * block))
    }
    for (let i = 0; i < this.#iterations; i++) {
      const hashed = wide ? hashLevel2(wide[i]!, this.#level2[i]!) : sums.subarray(2 * i, 2 * i + 2)
      const word = hashLevel3(hashed, this.#level3[i]!)
      for (let byte = 0; byte < 4; byte++) tag[4 * i + byte]! ^= word >>> (24 - 8 * byte)
    }
    return tag
  }

  /** NH (§5.2.2) of the block at `at`, for each iteration, into `#sums`. */
  #level1Of(message: DataView, at: number): void {
    const length = Math.min(blockBytes, message.byteLength - at)
    let view = message
    let start = at
    const padded = Math.max(32, (length + 31) & ~31)
    if (padded !== length) {
      view = this.#tail
      start = 0
      const tail = new Uint8Array(view.buffer, 0, padded)
      tail.set(new Uint8Array(message.buffer, message.byteOffset + at, length))
      tail.fill(0, length)
    }
    for (let i = 0; i < this.#iterations; i += 2)
      nh(view, start, padded, this.#level1, (i * shiftBytes) / 4, length * 8, this.#sums, 2 * i)
  }
}

const blockBytes = 1024
const shiftBytes = 16
const wordRange = 2 ** 32

/**
 * NH for two iterations at once, their keys four words apart: the message is read once. A product of two 32-bit numbers is
 * past what a double holds, so one factor is cut into halves; the sums of each stay below 2^53, and so exact, by being
 * carried on every 16 products.
 */
function nh(
  message: DataView,
  at: number,
  length: number,
  key: Uint32Array,
  keyAt: number,
  bits: number,
  into: Uint32Array,
  intoAt: number,
): void {
  let low = bits
  let high = 0
  let low2 = bits
  let high2 = 0
  // `high` counts in 2^16, and modulo 2^64 only 48 bits of it matter.
  for (let i = 0; i < length; i += 32) {
    const k = keyAt + (i >> 2)
    for (let j = 0; j < 4; j++) {
      const m = message.getUint32(at + i + 4 * j, true)
      const n = message.getUint32(at + i + 4 * j + 16, true)
      const middle = key[k + j + 4]!
      const a = (m + key[k + j]!) >>> 0
      const b = (n + middle) >>> 0
      low += a * (b & 0xffff)
      high += a * (b >>> 16)
      const a2 = (m + middle) >>> 0
      const b2 = (n + key[k + j + 8]!) >>> 0
      low2 += a2 * (b2 & 0xffff)
      high2 += a2 * (b2 >>> 16)
    }
    if ((i & 0x7f) === 0x60) {
      high = (high + Math.floor(low / 0x10000)) % high48
      low %= 0x10000
      high2 = (high2 + Math.floor(low2 / 0x10000)) % high48
      low2 %= 0x10000
    }
  }
  put(into, intoAt, high, low)
  put(into, intoAt + 2, high2, low2)
}

const high48 = 2 ** 48

/** high · 2^16 + low, modulo 2^64, as two words. */
function put(into: Uint32Array, at: number, high: number, low: number): void {
  const upper = (high + Math.floor(low / 0x10000)) % high48
  into[at] = Math.floor(upper / 0x10000)
  into[at + 1] = (upper % 0x10000) * 0x10000 + (low % 0x10000)
}

/** §5.4: eight numbers below 2^36 - 5, and 32 bits to finish with. Only the last four serve where 64 bits come in. */
interface Level3Key {
  readonly factors: Float64Array
  readonly mask: number
}

const prime36 = 2 ** 36 - 5

function level3Key(key: Uint32Array, mask: number): Level3Key {
  // Modulo the prime, 2^36 is 5.
  const factors = new Float64Array(4)
  for (let i = 0; i < 4; i++) {
    const high = key[8 + 2 * i]!
    factors[i] = ((high & 15) * wordRange + key[9 + 2 * i]! + (high >>> 4) * 5) % prime36
  }
  return { factors, mask }
}

function hashLevel3(words64: Uint32Array, { factors, mask }: Level3Key): number {
  const high = words64[0]!
  const low = words64[1]!
  const sum =
    (((high >>> 16) * factors[0]! + (high & 0xffff) * factors[1]!) % prime36) +
    (((low >>> 16) * factors[2]! + (low & 0xffff) * factors[3]!) % prime36)
  return (((sum % prime36) % wordRange) ^ mask) >>> 0
}

/** The pads of nonces (§3.3), made of AES blocks, a run of them at a time. */
class Pads {
  readonly #cipher
  readonly #tagBytes: number
  readonly #blocks = new Uint8Array(16 * runBlocks)
  #run: Uint8Array = this.#blocks
  /** The run's number, or -1 before the first. */
  #at = -1
  #upper = 0

  constructor(key: Uint8Array, tagBytes: number) {
    this.#cipher = createCipheriv('aes-128-ecb', key, null)
    this.#tagBytes = tagBytes
  }

  of(sequence: number, upper: number): Uint8Array {
    const nonces = 16 / this.#tagBytes
    const perRun = runBlocks * nonces
    const at = Math.floor(sequence / perRun)
    if (at !== this.#at || upper !== this.#upper) this.#fill(at * perRun, nonces, upper)
    this.#at = at
    const start = (sequence - at * perRun) * this.#tagBytes
    return this.#run.subarray(start, start + this.#tagBytes)
  }

  #fill(from: number, nonces: number, upper: number): void {
    const view = new DataView(this.#blocks.buffer)
    for (let i = 0; i < runBlocks; i++) {
      view.setUint32(16 * i, upper)
      view.setUint32(16 * i + 4, from + i * nonces)
    }
    this.#run = this.#cipher.update(this.#blocks)
    this.#upper = upper
  }
}

const runBlocks = 16

/** §3.2.1: `bytes` bytes for the purpose `index`. */
function derive(key: Uint8Array, index: number, bytes: number): Uint8Array {
  const blocks = new DataView(new ArrayBuffer(16 * Math.ceil(bytes / 16)))
  for (let i = 0; i < blocks.byteLength / 16; i++) {
    blocks.setUint32(16 * i + 4, index)
    blocks.setUint32(16 * i + 12, i + 1)
  }
  return createCipheriv('aes-128-ecb', key, null).update(new Uint8Array(blocks.buffer)).subarray(0, bytes)
}

/** Big-endian words of 32 bits. */
function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i))
}
