const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const iso =
  /^(?:<\d{1,3}>)?(?:\d{1,2} )?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/
const bsd =
  /^(?:<\d{1,3}>)?(?:\d+: )?[*.]?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?/
/** Characters of a line that can be its time. */
export const timeLength = 64
const day = 86_400_000

/**
 * When a line was written, by its beginning: RFC 5424 and ISO 8601, or RFC 3164 §4.1.2 with its dialects. A time without a year is the
 * last one that is not more than a day to come.
 *
 * @param offset of the clock that times without a zone are told by, from UTC, milliseconds
 * @returns when, ms since 1970, and how many characters said so; NaN and 0 where there is none, or none that a calendar has
 */
export function lineTime(
  head: string,
  now: number,
  offset: number,
): { readonly at: number; readonly length: number } {
  const found = iso.exec(head) ?? bsd.exec(head)
  if (!found) return { at: Number.NaN, length: 0 }
  const at = momentOf(head, now, offset)
  return { at, length: Number.isNaN(at) ? 0 : found[0].length }
}

function momentOf(head: string, now: number, offset: number): number {
  const full = iso.exec(head)
  if (full) {
    const [, year, month, date, hour, minute, second, fraction = '', zone] = full
    const local = utc(
      Number(year),
      Number(month) - 1,
      Number(date),
      Number(hour),
      Number(minute),
      Number(second),
    )
    const ms = Math.floor(Number(`0.${fraction || '0'}`) * 1000)
    return local + ms - (zone === undefined ? offset : zoneOf(zone))
  }
  const short = bsd.exec(head)
  if (!short) return Number.NaN
  const [, name = '', date, year, hour, minute, second, fraction] = short
  const month = months.indexOf(name.toLowerCase())
  if (month < 0) return Number.NaN
  const at = (one: number) =>
    utc(one, month, Number(date), Number(hour), Number(minute), Number(second)) +
    Number(fraction ?? 0) -
    offset
  if (year !== undefined) return at(Number(year))
  const this_ = new Date(now + offset).getUTCFullYear()
  const [thisYear, before] = [at(this_), at(this_ - 1)]
  return thisYear > now + day || Number.isNaN(thisYear) ? before : thisYear
}

/** NaN for the 30th of February and its like. */
function utc(
  year: number,
  month: number,
  date: number,
  hour: number,
  minute: number,
  second: number,
): number {
  if (hour > 23 || minute > 59 || second > 60) return Number.NaN
  const at = Date.UTC(year, month, date, hour, minute, second)
  const day = new Date(Date.UTC(year, month, date))
  return day.getUTCDate() === date && day.getUTCMonth() === month ? at : Number.NaN
}

function zoneOf(zone: string): number {
  if (zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
