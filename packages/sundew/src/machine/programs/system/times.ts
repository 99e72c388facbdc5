export const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

export const two = (value: number): string => String(value).padStart(2, '0')

/** `Nov` */
export function monthOf(ms: number): string {
  return months[new Date(ms).getUTCMonth()]!.slice(0, 3)
}

/** `13:36` in UTC, as servers are set. */
export function clock(ms: number): string {
  const date = new Date(ms)
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

/** `13:36:38` */
export function clockWithSeconds(ms: number): string {
  return `${clock(ms)}:${two(new Date(ms).getUTCSeconds())}`
}

/** `Wed Nov 25 13:36:38 2026` as `ctime` has it. */
export function ctime(ms: number): string {
  const date = new Date(ms)
  return `${days[date.getUTCDay()]!.slice(0, 3)} ${monthOf(ms)} ${String(date.getUTCDate()).padStart(2)} ${clockWithSeconds(ms)} ${date.getUTCFullYear()}`
}

/** `2026-11-25` */
export function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
