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
const [zero, nine, dash, colon, blank, letterT] = [0x30, 0x39, 0x2d, 0x3a, 0x20, 0x54]

/** `2026-07-30 11:54:23`, as most publishers write it; NaN for other text. */
function readUsual(text: string): number {
  if (text.length !== 19) return NaN
  for (let at = 0; at < 19; at++) {
    const code = text.charCodeAt(at)
    if (at === 4 || at === 7) {
      if (code !== dash) return NaN
    } else if (at === 13 || at === 16) {
      if (code !== colon) return NaN
    } else if (at === 10) {
      if (code !== blank && code !== letterT) return NaN
    } else if (code < zero || code > nine) return NaN
  }
  const two = (at: number) => (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero
  const [hour, minute, second] = [two(11), two(14), two(17)]
  if (hour > 24 || minute > 59 || second > 60) return NaN
  if (!text.startsWith(day.text) || day.text === '') {
    const time = utc(two(0) * 100 + two(2), two(5) - 1, two(8), 0, 0, 0, 0)
    if (Number.isNaN(time)) return NaN
    day.text = text.slice(0, 10)
    day.time = time
  }
  return day.time + ((hour * 60 + minute) * 60 + second) * 1000
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
