/** Nanoseconds from the monotonic clock's zero to the Unix epoch; re-read so that clock steps are followed. */
let offset = epochOffset()
let offsetReadAt = 0n
const refreshNs = 1_000_000_000n

function epochOffset(): bigint {
  return BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint()
}

/** Nanoseconds since the Unix epoch. Never goes back between two reads of the system clock. */
export function nowNs(): bigint {
  const monotonic = process.hrtime.bigint()
  if (monotonic - offsetReadAt > refreshNs) {
    const fresh = epochOffset()
    const drift = fresh - offset
    // Date.now() has milliseconds: follow real steps, not its rounding.
    if (drift > 2_000_000n || drift < -2_000_000n) offset = fresh
    offsetReadAt = monotonic
  }
  return monotonic + offset
}

let cachedSecond = -1n
let cachedText = ''

/** RFC 3339 in UTC with nine decimals: `2026-11-25T01:08:48.123456789Z`. */
export function rfc3339(ns: bigint): string {
  const second = ns / 1_000_000_000n
  if (second !== cachedSecond) {
    cachedSecond = second
    cachedText = new Date(Number(second) * 1000).toISOString().slice(0, 19)
  }
  return `${cachedText}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`
}
