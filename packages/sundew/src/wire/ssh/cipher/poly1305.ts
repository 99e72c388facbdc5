/**
 * The Poly1305 tag (RFC 8439 §2.5), 16 bytes, of `message` under a one-time key of 32 bytes.
 *
 * Numbers below 2^132 are six limbs of 22 bits in doubles: the sum of six products, those past the top times 20 (2^132 = 20 modulo the
 * prime 2^130 - 5), stays below 2^53.
 */
export function poly1305(key: Uint8Array, message: Uint8Array): Uint8Array {
  const words = new DataView(key.buffer, key.byteOffset, 32)
  const [r0, r1, r2, r3, r4, r5] = limbs(
    words.getUint32(0, true) & 0x0fffffff,
    words.getUint32(4, true) & 0x0ffffffc,
    words.getUint32(8, true) & 0x0ffffffc,
    words.getUint32(12, true) & 0x0ffffffc,
  )
  const [s1, s2, s3, s4, s5] = [20 * r1, 20 * r2, 20 * r3, 20 * r4, 20 * r5]
  let h0 = 0
  let h1 = 0
  let h2 = 0
  let h3 = 0
  let h4 = 0
  let h5 = 0
  let view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  let at = 0
  let top = 1 << 18
  for (let left = message.length; left > 0; left -= 16, at += 16) {
    if (left < 16) {
      const last = new Uint8Array(16)
      last.set(message.subarray(at))
      last[left] = 1
      view = new DataView(last.buffer)
      at = 0
      top = 0
    }
    const w0 = view.getUint32(at, true)
    const w1 = view.getUint32(at + 4, true)
    const w2 = view.getUint32(at + 8, true)
    const w3 = view.getUint32(at + 12, true)
    h0 += w0 & mask
    h1 += ((w0 >>> 22) | (w1 << 10)) & mask
    h2 += ((w1 >>> 12) | (w2 << 20)) & mask
    h3 += (w2 >>> 2) & mask
    h4 += ((w2 >>> 24) | (w3 << 8)) & mask
    h5 += (w3 >>> 14) | top
    const d0 = h0 * r0 + h1 * s5 + h2 * s4 + h3 * s3 + h4 * s2 + h5 * s1
    let d1 = h0 * r1 + h1 * r0 + h2 * s5 + h3 * s4 + h4 * s3 + h5 * s2
    let d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s5 + h4 * s4 + h5 * s3
    let d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s5 + h5 * s4
    let d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + h5 * s5
    let d5 = h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0
    let carry = Math.floor(d0 * shift)
    h0 = d0 - carry * base
    d1 += carry
    carry = Math.floor(d1 * shift)
    h1 = d1 - carry * base
    d2 += carry
    carry = Math.floor(d2 * shift)
    h2 = d2 - carry * base
    d3 += carry
    carry = Math.floor(d3 * shift)
    h3 = d3 - carry * base
    d4 += carry
    carry = Math.floor(d4 * shift)
    h4 = d4 - carry * base
    d5 += carry
    carry = Math.floor(d5 * shift)
    h5 = d5 - carry * base
    h0 += carry * 20
    carry = Math.floor(h0 * shift)
    h0 -= carry * base
    h1 += carry
  }
  const sum = [h5, h4, h3, h2, h1, h0].reduce((whole, limb) => (whole << 22n) + BigInt(limb), 0n)
  const pad = words.getBigUint64(16, true) + (words.getBigUint64(24, true) << 64n)
  const result = (sum % prime) + pad
  const tag = new DataView(new ArrayBuffer(16))
  tag.setBigUint64(0, result & mask64, true)
  tag.setBigUint64(8, (result >> 64n) & mask64, true)
  return new Uint8Array(tag.buffer)
}

const base = 2 ** 22
const shift = 2 ** -22
const mask = base - 1
const mask64 = 2n ** 64n - 1n
const prime = 2n ** 130n - 5n

function limbs(
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): [number, number, number, number, number, number] {
  return [
    w0 & mask,
    ((w0 >>> 22) | (w1 << 10)) & mask,
    ((w1 >>> 12) | (w2 << 20)) & mask,
    (w2 >>> 2) & mask,
    ((w2 >>> 24) | (w3 << 8)) & mask,
    w3 >>> 14,
  ]
}
