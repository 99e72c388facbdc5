const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
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

/** A moment as `strftime` has it, in UTC and the C locale. */
export function strftime(format: string, ms: number): string {
  const date = new Date(Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? ms : 0)
  const two = (number: number) => String(number).padStart(2, '0')
  const year = date.getUTCFullYear()
  const yearStart = Date.UTC(year, 0, 1)
  const dayOfYear = Math.floor(
    (Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - yearStart) / 86_400_000,
  )
  const values: Readonly<Record<string, () => string>> = {
    a: () => days[date.getUTCDay()]!.slice(0, 3),
    A: () => days[date.getUTCDay()]!,
    b: () => months[date.getUTCMonth()]!.slice(0, 3),
    h: () => months[date.getUTCMonth()]!.slice(0, 3),
    B: () => months[date.getUTCMonth()]!,
    c: () => strftime('%a %b %e %H:%M:%S %Y', ms),
    C: () => two(Math.floor(year / 100)),
    d: () => two(date.getUTCDate()),
    D: () => strftime('%m/%d/%y', ms),
    e: () => String(date.getUTCDate()).padStart(2),
    F: () => strftime('%Y-%m-%d', ms),
    H: () => two(date.getUTCHours()),
    I: () => two(date.getUTCHours() % 12 || 12),
    j: () => String(dayOfYear + 1).padStart(3, '0'),
    k: () => String(date.getUTCHours()).padStart(2),
    l: () => String(date.getUTCHours() % 12 || 12).padStart(2),
    m: () => two(date.getUTCMonth() + 1),
    M: () => two(date.getUTCMinutes()),
    n: () => '\n',
    p: () => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
    r: () => strftime('%I:%M:%S %p', ms),
    R: () => strftime('%H:%M', ms),
    s: () => String(Math.floor(ms / 1000)),
    S: () => two(date.getUTCSeconds()),
    t: () => '\t',
    T: () => strftime('%H:%M:%S', ms),
    u: () => String(date.getUTCDay() || 7),
    w: () => String(date.getUTCDay()),
    U: () => two(Math.floor((dayOfYear + 7 - date.getUTCDay()) / 7)),
    x: () => strftime('%m/%d/%y', ms),
    X: () => strftime('%H:%M:%S', ms),
    y: () => two(year % 100),
    Y: () => String(year),
    z: () => '+0000',
    Z: () => 'UTC',
    '%': () => '%',
  }
  return format.replace(/%(.)/gs, (whole, letter: string) => values[letter]?.() ?? whole)
}
