import { InvalidArgumentError } from 'commander'
import { dayNamed, dayOf, offsetAt } from '../../plots/days.ts'
import { type Clock, clockOver, utcClock } from '../../plots/fireplot/clock.ts'
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
  readonly from?: string
  readonly to?: string
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
  const span = {
    from: from === undefined ? 0 : momentOf(from, utc),
    to: to === undefined ? now : momentOf(to, utc),
  }
  if (span.from >= span.to) throw usage('--from should be before --to.')
  return span
}

/** The clock that times are told by. */
export function clockOf({ utc }: SpanOptions, { from, to }: Span): Clock {
  return utc ? utcClock : clockOver(from, to, offsetAt)
}

/** A date or a time on the command line, as it was written. */
export function timeOption(text: string): string {
  const date = /^\d{4}-\d\d-\d\d/.exec(text)?.[0]
  if (date === undefined || Number.isNaN(Date.parse(text)) || !dayNamed(date, 'UTC'))
    throw new InvalidArgumentError('It should be a date (2026-11-25) or a time (2026-11-25T08:00).')
  return text
}

/** Where it names no zone it is of the clock that all is told by: a date is where that day begins. */
function momentOf(text: string, utc = false): number {
  if (utc && /T\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text)) return Date.parse(`${text}Z`)
  return dayNamed(text, utc ? 'UTC' : undefined)?.from ?? Date.parse(text)
}
