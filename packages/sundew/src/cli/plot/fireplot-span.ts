import { InvalidArgumentError } from 'commander'
import { dayNamed, dayOf, offsetAt } from '../../plots/days.ts'
import { usage } from '../failure.ts'
import { plain } from '../plain.ts'

/** Time that is drawn, ms since 1970; the end is not included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The options that say which time. */
export interface SpanOptions {
  readonly day?: string
  readonly from?: number
  readonly to?: number
  readonly utc?: boolean
}

/** The time that is asked for; undefined where none is. */
export function spanOf({ day, from, to, utc }: SpanOptions, now: number): Span | undefined {
  if (day !== undefined) {
    const zone = utc ? 'UTC' : undefined
    const found =
      day === 'today' ? dayOf(now, zone) : day === 'yesterday' ? dayOf(now, zone, 1) : dayNamed(day, zone)
    if (!found) throw usage(`--day ${plain(day)}: it should be today, yesterday or a date as 2026-11-25.`)
    return found
  }
  if (from === undefined && to === undefined) return undefined
  const span = { from: from ?? 0, to: to ?? now }
  if (span.from >= span.to) throw usage('--from should be before --to.')
  return span
}

/** Of the clock that times are told by, from UTC, milliseconds. */
export function clockOffset({ utc }: SpanOptions, at: number): number {
  return utc ? 0 : offsetAt(at)
}

/** A time on the command line, ms since 1970. */
export function timeOption(text: string): number {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new InvalidArgumentError('It should be a date (2026-11-25) or a time (2026-11-25T08:00).')
  return at
}
