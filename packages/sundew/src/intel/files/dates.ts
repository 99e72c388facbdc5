/** Dates before are mistakes: nothing that is listed was seen before (ms since 1970). */
const earliest = Date.UTC(1990, 0, 1)
const latest = Date.UTC(2100, 0, 1)

const numeric =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:\s?(?:Z|UTC|GMT)|\+00:?00)?$/
const monthNames = 'JanFebMarAprMayJunJulAugSepOctNovDec'
/** `Tue Dec 15 15:33:38 2015 UTC`, `Fri Nov 13 17:17:05 UTC 2015`. */
const asctime =
  /^(?:[A-Z][a-z]{2},? )?([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (?:(?:UTC|GMT) )?(\d{4})(?: (?:UTC|GMT))?$/

/**
 * The moment that a publisher writes, ms since 1970: `2026-07-30 11:54:23`, with or without a zone (then UTC), RFC 3339,
 * RFC 9110 §5.6.7, asctime, and seconds or milliseconds since 1970.
 *
 * @returns undefined for other text and for dates that nothing listed can have
 */
export function publishedTime(value: unknown): number | undefined {
  const time = typeof value === 'number' ? unix(value) : typeof value === 'string' ? read(value.trim()) : NaN
  return time >= earliest && time < latest ? time : undefined
}

/** The day that was read last: a list's dates come by the day. */
const day = { text: '', time: 0 }
const [zero, dash, colon, blank, letterT] = [0x30, 0x2d, 0x3a, 0x20, 0x54]

/** `2026-07-30 11:54:23`, as most publishers write it; NaN for other text. */
function readUsual(text: string): number {
  if (text.length !== 19) return NaN
  const between = text.charCodeAt(10)
  if (between !== blank && between !== letterT) return NaN
  if (text.charCodeAt(13) !== colon || text.charCodeAt(16) !== colon) return NaN
  if (day.text === '' || !text.startsWith(day.text)) {
    if (text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash) return NaN
    const time = utc(two(text, 0) * 100 + two(text, 2), two(text, 5) - 1, two(text, 8), 0, 0, 0, 0)
    if (Number.isNaN(time)) return NaN
    day.text = text.slice(0, 10)
    day.time = time
  }
  const hour = two(text, 11)
  const minute = two(text, 14)
  const second = two(text, 17)
  return hour <= 24 && minute <= 59 && second <= 60
    ? day.time + ((hour * 60 + minute) * 60 + second) * 1000
    : NaN
}

/** The number of two digits there; NaN where they are none. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero
  const ones = text.charCodeAt(at + 1) - zero
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}

function read(text: string): number {
  const usual = readUsual(text)
  if (usual === usual) return usual
  if (text.length > 64) return NaN
  const match = numeric.exec(text)
  if (match) {
    const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = ''] = match
    return utc(+year!, +month! - 1, +day!, +hour, +minute, +second, +fraction.padEnd(3, '0').slice(0, 3))
  }
  if (/^\d{9,13}$/.test(text)) return unix(Number(text))
  const named = asctime.exec(text)
  if (named) {
    const [, month, day, hour, minute, second, year] = named
    return utc(+year!, monthNames.indexOf(month!) / 3, +day!, +hour!, +minute!, +second!, 0)
  }
  // What remains has its zone beside it, or is no date: `Wed, 25 Nov 2026 12:00:00 GMT`, `2026-11-25T12:00:00+01:00`.
  return /(?:GMT|UTC|Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : NaN
}

function unix(number: number): number {
  return number > 1e11 ? number : number * 1000
}

/** NaN where there is no such day: Date.UTC would count on. */
function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number {
  if (!Number.isInteger(month) || month < 0 || month > 11 || hour > 24 || minute > 59 || second > 60)
    return NaN
  if (day < 1 || day > 31) return NaN
  return Date.UTC(year, month, day, hour, minute, second, ms)
}
