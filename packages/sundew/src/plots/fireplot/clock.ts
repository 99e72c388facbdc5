/** From a moment on, ms since 1970, the clock shows so many ms more than UTC's. */
interface ClockPart {
  readonly from: number
  readonly offset: number
}

/** What a clock shows over a span that is drawn: clocks are put on and back within it. The first part holds before it, too. */
export type Clock = readonly [ClockPart, ...ClockPart[]]

export const utcClock: Clock = [{ from: 0, offset: 0 }]

/** A clock is not put twice in that time, ms; Morocco's is put back for the month of Ramadan. */
const stepMs = 7 * 86_400_000
/** Looks at a clock at most, so that a span of centuries takes no longer than one of decades. */
const mostSteps = 2_000

/**
 * The clock over a span.
 *
 * @param offsetOf of the clock from UTC at a moment, ms: `offsetAt`
 */
export function clockOver(from: number, to: number, offsetOf: (at: number) => number): Clock {
  const parts: [ClockPart, ...ClockPart[]] = [{ from, offset: offsetOf(from) }]
  const step = Math.max(stepMs, (to - from) / mostSteps)
  for (let before = from; before < to; before += step) {
    const { offset } = parts.at(-1)!
    let [low, high] = [Math.floor(before), Math.ceil(Math.min(to, before + step))]
    if (offsetOf(high) === offset) continue
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetOf(middle) === offset) low = middle
      else high = middle
    }
    parts.push({ from: high, offset: offsetOf(high) })
  }
  return parts
}

/** What it shows at a moment, as the UTC time that looks the same. */
export function shown(clock: Clock, at: number): number {
  let { offset } = clock[0]
  for (const part of clock) if (part.from <= at) ({ offset } = part)
  return at + offset
}

/** That in text, to the minute. */
export function shownMinute(clock: Clock, at: number): string {
  return shownText(clock, at, 16)
}

/** That in text, to the second. */
export function shownSecond(clock: Clock, at: number): string {
  return shownText(clock, at, 19)
}

function shownText(clock: Clock, at: number, length: number): string {
  return new Date(shown(clock, at)).toISOString().slice(0, length).replace('T', ' ')
}
