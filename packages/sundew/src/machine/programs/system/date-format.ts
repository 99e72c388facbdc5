import type { Zone } from './date-zone.ts'
import { days, months, two } from './times.ts'

/** A format may be so long, and a padding so wide. */
const maxFormat = 4096

const maxWidth = 512

/** What `date +format` makes of a moment. */
export function formatted(format: string, ms: number, zone: Zone, american = false): string {
  const at = new Date(ms + zone.minutes * 60_000)
  const depth = (inner: string): string => formatted(inner, ms, zone, american)
  return format
    .slice(0, maxFormat)
    .replace(
      /%([-_0^#+]*)(\d*)(:{0,3})([A-Za-z%])/g,
      (whole: string, flags: string, width: string, colons: string, letter: string) => {
        const made = field(letter, colons, at, ms, zone, american, depth)
        if (made === undefined) return whole
        let [text, size, pad] = made
        if (flags.includes('-')) pad = ''
        if (flags.includes('_')) pad = ' '
        if (flags.includes('0')) pad = '0'
        if (flags.includes('^')) text = text.toUpperCase()
        if (flags.includes('#'))
          text = letter === 'p' || letter === 'Z' ? text.toLowerCase() : text.toUpperCase()
        const wanted = width === '' ? (flags.includes('-') ? 0 : size) : Math.min(Number(width), maxWidth)
        return pad === '' ? (width === '' ? text : text.padStart(wanted)) : text.padStart(wanted, pad)
      },
    )
}

function field(
  letter: string,
  colons: string,
  at: Date,
  ms: number,
  zone: Zone,
  american: boolean,
  inner: (format: string) => string,
): [string, number, string] | undefined {
  const number = (value: number, size: number, pad = '0'): [string, number, string] => [
    String(value),
    size,
    pad,
  ]
  const text = (value: string): [string, number, string] => [value, 0, '']
  const hours = at.getUTCHours()
  const day = at.getUTCDay()
  const yearDay = Math.floor(
    (Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) - Date.UTC(at.getUTCFullYear(), 0, 1)) /
      86_400_000,
  )
  if (colons !== '' && letter !== 'z') return undefined
  switch (letter) {
    case '%':
      return text('%')
    case 'n':
      return text('\n')
    case 't':
      return text('\t')
    case 'a':
      return text(days[day]!.slice(0, 3))
    case 'A':
      return text(days[day]!)
    case 'b':
    case 'h':
      return text(months[at.getUTCMonth()]!.slice(0, 3))
    case 'B':
      return text(months[at.getUTCMonth()]!)
    case 'c':
      return text(inner(american ? '%a %d %b %Y %r %Z' : '%a %b %e %H:%M:%S %Y'))
    case 'C':
      return number(Math.floor(at.getUTCFullYear() / 100), 2)
    case 'd':
      return number(at.getUTCDate(), 2)
    case 'D':
      return text(inner('%m/%d/%y'))
    case 'e':
      return number(at.getUTCDate(), 2, ' ')
    case 'F':
      return text(inner('%Y-%m-%d'))
    case 'g':
      return number(isoWeek(at).year % 100, 2)
    case 'G':
      return number(isoWeek(at).year, 4)
    case 'H':
      return number(hours, 2)
    case 'I':
      return number(hours % 12 || 12, 2)
    case 'j':
      return number(yearDay + 1, 3)
    case 'k':
      return number(hours, 2, ' ')
    case 'l':
      return number(hours % 12 || 12, 2, ' ')
    case 'm':
      return number(at.getUTCMonth() + 1, 2)
    case 'M':
      return number(at.getUTCMinutes(), 2)
    case 'N': {
      // Below a millisecond the clock of this program says nothing: the moment itself makes the digits.
      const below = ms % 1000 === 0 ? 0 : Math.floor(((ms * 2_654_435_761) % 1_000_003) % 1_000_000)
      return [String(Math.floor(((ms % 1000) + 1000) % 1000) * 1_000_000 + below), 9, '0']
    }
    case 'p':
      return text(hours < 12 ? 'AM' : 'PM')
    case 'P':
      return text(hours < 12 ? 'am' : 'pm')
    case 'q':
      return number(Math.floor(at.getUTCMonth() / 3) + 1, 1)
    case 'r':
      return text(inner('%I:%M:%S %p'))
    case 'R':
      return text(inner('%H:%M'))
    case 's':
      return number(Math.floor(ms / 1000), 1)
    case 'S':
      return number(at.getUTCSeconds(), 2)
    case 'T':
      return text(inner('%H:%M:%S'))
    case 'u':
      return number(day || 7, 1)
    case 'U':
      return number(Math.floor((yearDay + 7 - day) / 7), 2)
    case 'V':
      return number(isoWeek(at).week, 2)
    case 'w':
      return number(day, 1)
    case 'W':
      return number(Math.floor((yearDay + 7 - ((day + 6) % 7)) / 7), 2)
    case 'x':
      return text(inner(american ? '%m/%d/%Y' : '%m/%d/%y'))
    case 'X':
      return text(inner(american ? '%r' : '%H:%M:%S'))
    case 'y':
      return number(at.getUTCFullYear() % 100, 2)
    case 'Y':
      return number(at.getUTCFullYear(), 4)
    case 'z': {
      const sign = zone.minutes < 0 ? '-' : '+'
      const ahead = Math.abs(zone.minutes)
      const hh = two(Math.floor(ahead / 60))
      const mm = two(ahead % 60)
      if (colons === '') return text(`${sign}${hh}${mm}`)
      if (colons === ':') return text(`${sign}${hh}:${mm}`)
      return text(colons === '::' ? `${sign}${hh}:${mm}:00` : `${sign}${hh}${mm === '00' ? '' : `:${mm}`}`)
    }
    case 'Z':
      return text(zone.name)
    default:
      return undefined
  }
}

function isoWeek(at: Date): { year: number; week: number } {
  const thursday = new Date(
    Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 4 - (at.getUTCDay() || 7)),
  )
  const year = thursday.getUTCFullYear()
  return { year, week: Math.ceil(((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7) }
}
