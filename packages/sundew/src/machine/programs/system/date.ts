import type { Call } from '../../program.ts'
import { localeOf } from '../common/locale-of.ts'
import { days, months, two } from './times.ts'
import { complain, misused, quoted, documented } from './documented.ts'

export const date = documented('date', async (call, given) => {
  let format: string | undefined
  for (const operand of given.operands) {
    if (operand.startsWith('+') && format === undefined) format = operand.slice(1)
    else if (operand.startsWith('+')) {
      await complain(call, 'multiple output formats specified')
      return 1
    } else if (given.operands.length > 1 && format !== undefined) {
      return misused(call, `extra operand ${quoted(call, operand)}`)
    }
  }
  const iso = given.options.find((one) => one.name === 'iso-8601')
  if (iso !== undefined) format = isoFormats[iso.value ?? 'date']
  if (iso !== undefined && format === undefined) {
    return misused(
      call,
      `invalid argument ${quoted(call, iso.value!)} for ‘--iso-8601’\nValid arguments are:\n  - ‘hours’\n  - ‘minutes’\n  - ‘date’\n  - ‘seconds’\n  - ‘ns’`,
    )
  }
  const rfc3339 = given.value('rfc-3339')
  if (rfc3339 !== undefined) {
    format = { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' }[rfc3339]
    if (format === undefined) {
      return misused(
        call,
        `invalid argument ${quoted(call, rfc3339)} for ‘--rfc-3339’\nValid arguments are:\n  - ‘date’\n  - ‘seconds’\n  - ‘ns’`,
      )
    }
  }
  if (given.has('rfc-email')) format = '%a, %d %b %Y %H:%M:%S %z'
  const now = call.machine.now()
  let moment: number | undefined = now
  const text = given.value('date')
  const settable = given.operands.find((operand) => !operand.startsWith('+'))
  const set = given.value('set') ?? settable
  const reference = given.value('reference')
  if (reference !== undefined) {
    try {
      moment = call.files.stat(call.path(reference)).mtimeMs
    } catch {
      await complain(call, `${reference}: No such file or directory`)
      return 1
    }
  }
  if (text !== undefined) moment = parse(text, now)
  if (moment === undefined) {
    await complain(call, `invalid date ${quoted(call, text ?? '')}`)
    return 1
  }
  let status = 0
  if (set !== undefined) {
    const asked =
      settable !== undefined && given.value('set') === undefined ? posix(settable, now) : parse(set, now)
    if (asked === undefined) {
      await complain(call, `invalid date ${quoted(call, set)}`)
      return 1
    }
    // The clock is the real one: the date is said, and nothing set.
    moment = asked
    if (call.files.credentials.uid !== 0) {
      await complain(call, 'cannot set date: Operation not permitted')
      status = 1
    }
  }
  const american = localeOf(call, 'LC_TIME').startsWith('en_US')
  const utc = given.has('utc') || given.has('universal') || given.has('uct')
  const zone = utc ? { name: 'UTC', minutes: 0 } : zoneOf(call, moment)
  await call.stdout.write(
    `${formatted(format ?? (american ? '%a %b %e %r %Z %Y' : '%a %b %e %H:%M:%S %Z %Y'), moment, zone, american)}\n`,
  )
  return status
})

const isoFormats: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
}

interface Zone {
  readonly name: string
  readonly minutes: number
}

/** TZ, where it names a zone that is known; else UTC, as servers are set. */
function zoneOf(call: Call, ms: number): Zone {
  const name = call.environment.get('TZ')
  if (name === undefined || !/^[A-Za-z_]{2,20}(\/[A-Za-z_+-]{2,24}){1,2}$/.test(name))
    return { name: 'UTC', minutes: 0 }
  try {
    const part = (style: 'short' | 'longOffset'): string =>
      new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: style })
        .formatToParts(ms)
        .find((one) => one.type === 'timeZoneName')?.value ?? ''
    const offset = /GMT([+-])(\d\d):(\d\d)/.exec(part('longOffset'))
    const minutes =
      offset === null ? 0 : (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
    const short = part('short')
    return { name: short.startsWith('GMT') ? `${offset?.[1] ?? '+'}${offset?.[2] ?? '00'}` : short, minutes }
  } catch {
    return { name: name.split('/')[0]!, minutes: 0 }
  }
}

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

/** MMDDhhmm[[CC]YY][.ss] */
function posix(text: string, now: number): number | undefined {
  const found = /^(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)?(\d\d))?(?:\.(\d\d))?$/.exec(text)
  if (found === null) return undefined
  const [month, day, hour, minute] = found.slice(1, 5).map(Number)
  const year =
    found[6] === undefined
      ? new Date(now).getUTCFullYear()
      : Number(found[5] ?? (Number(found[6]) < 69 ? 20 : 19)) * 100 + Number(found[6])
  if (month! < 1 || month! > 12 || day! < 1 || day! > 31 || hour! > 23 || minute! > 59) return undefined
  return Date.UTC(year, month! - 1, day, hour, minute, Number(found[7] ?? 0))
}

/** What is understood of `date -d`: enough for scripts. */
function parse(text: string, now: number): number | undefined {
  const words = text.slice(0, 200).toLowerCase().trim().replace(/,/g, ' ')
  const epoch = /^@(-?\d{1,12})(?:\.\d+)?$/.exec(words)
  if (epoch !== null) return Number(epoch[1]) * 1000
  const at = new Date(now)
  at.setUTCMilliseconds(at.getUTCMilliseconds())
  let timeGiven = false
  let dateGiven = false
  let shifts = 0
  let rest = words.replace(/(\d{4})-(\d\d?)-(\d\d?)(?:t(?=\d))?/, (_all, y: string, m: string, d: string) => {
    at.setUTCFullYear(Number(y), Number(m) - 1, Number(d))
    dateGiven = Number(m) >= 1 && Number(m) <= 12 && Number(d) >= 1 && Number(d) <= 31
    return ' '
  })
  rest = rest.replace(
    /(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(am|pm)?(?:\s*(?:z|utc|gmt|\+00:?00))?/,
    (_all, h: string, m: string, s = '0', half?: string) => {
      const hour = half === undefined ? Number(h) : (Number(h) % 12) + (half === 'pm' ? 12 : 0)
      at.setUTCHours(hour, Number(m), Number(s), 0)
      timeGiven = hour < 24 && Number(m) < 60
      return ' '
    },
  )
  rest = rest.replace(
    /\b(\d\d?)\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*(\d{4})?|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d\d?)(?:\s+(\d{4}))?/,
    (_all, d1?: string, m1?: string, y1?: string, m2?: string, d2?: string, y2?: string) => {
      const month = months.findIndex((one) => one.toLowerCase().startsWith((m1 ?? m2)!))
      at.setUTCFullYear(Number(y1 ?? y2 ?? at.getUTCFullYear()), month, Number(d1 ?? d2))
      dateGiven = true
      return ' '
    },
  )
  const list = rest.split(/\s+/).filter(Boolean)
  for (let i = 0; i < list.length; i++) {
    const word = list[i]!
    if (word === 'now' || word === 'today' || word === 'utc' || word === 'gmt' || word === 'z') continue
    if (
      days.some((one) => one.toLowerCase().slice(0, 3) === word.slice(0, 3)) &&
      word.length >= 3 &&
      /day$|^...$/.test(word)
    ) {
      if (!dateGiven) {
        const target = days.findIndex((one) => one.toLowerCase().startsWith(word.slice(0, 3)))
        shifts += ((target - at.getUTCDay() + 7) % 7) * 86_400_000
        if (!timeGiven) at.setUTCHours(0, 0, 0, 0)
      }
      continue
    }
    if (word === 'yesterday' || word === 'tomorrow') {
      shifts += word === 'tomorrow' ? 86_400_000 : -86_400_000
      continue
    }
    const amount =
      word === 'next' ? 1 : word === 'last' ? -1 : /^[+-]?\d{1,9}$/.test(word) ? Number(word) : undefined
    const joined = amount === undefined ? /^([+-]?\d{1,9})([a-z]+)$/.exec(word) : null
    const count = joined === null ? (amount ?? 1) : Number(joined[1])
    const unit = (joined?.[2] ?? (amount === undefined ? word : (list[++i] ?? ''))).replace(/s$/, '')
    const ago = list[i + 1] === 'ago'
    if (ago) i++
    const signed = ago ? -count : count
    if (unit === 'month') at.setUTCMonth(at.getUTCMonth() + signed)
    else if (unit === 'year') at.setUTCFullYear(at.getUTCFullYear() + signed)
    else if (units.has(unit)) shifts += signed * units.get(unit)!
    else return undefined
  }
  if (dateGiven && !timeGiven) at.setUTCHours(0, 0, 0, 0)
  if (words === '') at.setUTCHours(0, 0, 0, 0)
  const ms = at.getTime() + shifts
  return Number.isFinite(ms) ? ms : undefined
}

const units = new Map([
  ['sec', 1000],
  ['second', 1000],
  ['min', 60_000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
  ['fortnight', 1_209_600_000],
])
