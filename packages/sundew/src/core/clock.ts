/** A moment: milliseconds since the Unix epoch, and the nanoseconds past them (0-999,999). */
export interface Moment {
  readonly ms: number
  readonly ns: number
}

/** How often the system clock is read again, milliseconds. */
const refreshMs = 1_000
/** Date.now() has whole milliseconds: follow real steps of the clock, not its rounding. */
const steadyMs = 2

let offset = Date.now() - performance.now()
let offsetReadAt = performance.now()

/** Now, to the nanosecond as far as the machine's clock has it; follows steps of the system clock. */
export function now(): Moment {
  const monotonic = performance.now()
  if (monotonic - offsetReadAt > refreshMs) {
    const fresh = Date.now() - monotonic
    if (Math.abs(fresh - offset) > steadyMs) offset = fresh
    offsetReadAt = monotonic
  }
  // Apart: together they have no room for nanoseconds in a double.
  const whole = Math.floor(offset) + Math.floor(monotonic)
  const part = (offset - Math.floor(offset) + (monotonic - Math.floor(monotonic))) * 1e6
  return part < 1e6 ? { ms: whole, ns: Math.floor(part) } : { ms: whole + 1, ns: Math.floor(part - 1e6) }
}

let cachedSecond = -1
let cachedText = ''

/** RFC 3339 in UTC with nine decimals: `2026-11-25T01:08:48.123456789Z`. */
export function rfc3339({ ms, ns }: Moment): string {
  const second = Math.floor(ms / 1000)
  if (second !== cachedSecond) {
    cachedSecond = second
    cachedText = new Date(second * 1000).toISOString().slice(0, 19)
  }
  const fraction = (ms - second * 1000) * 1_000_000 + ns
  return `${cachedText}.${(1_000_000_000 + fraction).toString().slice(1)}Z`
}
