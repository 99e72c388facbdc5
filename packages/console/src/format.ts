const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']

/** Bytes in units of a thousand, three digits: `1.54 MB`. */
export function bytes(count: number): string {
  let value = count
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return unit === 0 ? `${count} B` : `${value.toPrecision(3)} ${units[unit]}`
}

const whole = new Intl.NumberFormat('en')

/** 12,345 */
export function count(value: number): string {
  return whole.format(value)
}

/** How long, in the one unit that says most: `45 s`, `12 min`, `3 h`, `9 d`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1000))} ms`
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' })
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric' })

/** Local time; with the day where it is not today's. The text itself where it is no time. */
export function moment(rfc3339: string, now: Date = new Date()): string {
  const date = new Date(rfc3339)
  if (Number.isNaN(date.getTime())) return rfc3339
  if (date.toDateString() === now.toDateString()) return clock.format(date)
  const format = date.getFullYear() === now.getFullYear() ? day : dayOfYear
  return `${format.format(date)} ${clock.format(date)}`
}

/** The first characters of a text and whether there are more; never half of a character. */
export function cut(text: string, length: number): { readonly shown: string; readonly more: boolean } {
  if (text.length <= length) return { shown: text, more: false }
  const last = text.charCodeAt(length - 1)
  return { shown: text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length), more: true }
}
