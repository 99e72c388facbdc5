import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8192)
let used = pool.length

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, 12 bits of the millisecond's fraction (§6.2 method 3), so that
 * ids made within one millisecond still sort by time, and 62 random bits.
 */
export function uuidv7(ns: bigint): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const ms = Number(ns / 1_000_000n)
  const fraction = Math.floor((Number(ns % 1_000_000n) * 4096) / 1_000_000)
  const random = pool.toString('hex', used, used + 8)
  used += 8
  const head = ms.toString(16).padStart(12, '0')
  const variant = (8 + (parseInt(random.charAt(0), 16) & 3)).toString(16)
  return `${head.slice(0, 8)}-${head.slice(8)}-7${fraction.toString(16).padStart(3, '0')}-${variant}${random.slice(1, 4)}-${random.slice(4)}`
}
