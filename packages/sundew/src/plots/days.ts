const dayMs = 86_400_000

/** Of a zone's clock from UTC at a moment, milliseconds; of this machine's where none is named. */
export function offsetAt(at: number, zone?: string): number {
  if (zone === undefined) return -new Date(at).getTimezoneOffset() * 60_000
  const text = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value
  // `GMT`, `GMT+01:00`, and before standard time `GMT-00:01:15`.
  const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text ?? '') ?? []
  if (sign === undefined) return 0
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -ms : ms
}

/** A date of a zone's calendar. */
export interface Day {
  /** `2026-11-25`. */
  readonly name: string
  /** ms since 1970; the end is not included. Days have 23 to 25 hours. */
  readonly from: number
  readonly to: number
}

/**
 * The day of this name; undefined where there is none.
 *
 * @param zone IANA's name; this machine's zone where not given
 */
export function dayNamed(name: string, zone?: string): Day | undefined {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(name) ? Date.parse(name) : Number.NaN
  // `2026-02-30` is read as a day of March.
  if (Number.isNaN(midnight) || nameOf(midnight) !== name) return undefined
  return { name, from: utcOf(midnight, zone), to: utcOf(midnight + dayMs, zone) }
}

/** The day that a moment is in, or so many before it. */
export function dayOf(at: number, zone?: string, before = 0): Day {
  const local = at + offsetAt(at, zone)
  return dayNamed(nameOf(Math.floor(local / dayMs) * dayMs - before * dayMs), zone)!
}

function nameOf(midnight: number): string {
  return new Date(midnight).toISOString().slice(0, 10)
}

/** The moment at which a zone's clock shows what UTC's shows at `local`. */
function utcOf(local: number, zone: string | undefined): number {
  const near = local - offsetAt(local, zone)
  return local - offsetAt(near, zone)
}
