const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Nov  3 14:05`, or `Nov  3  2024` for what is older than half a year or lies ahead. The machine's clock is UTC. */
export function listedTime(ms: number, now: number): string {
  const d = new Date(ms)
  const day = `${months[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)}`
  const halfYear = 31_556_952_000 / 2
  if (ms > now || ms < now - halfYear) return `${day}  ${d.getUTCFullYear()}`
  return `${day} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
}

/** `2024-11-03 14:05:09.123000000 +0000` */
export function fullTime(ms: number): string {
  const whole = Math.floor(ms)
  const iso = new Date(whole).toISOString()
  const nanoseconds = Math.round((ms - Math.floor(ms / 1000) * 1000) * 1e6)
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}.${String(nanoseconds).padStart(9, '0')} +0000`
}

/** `2024-11-03 14:05` */
export function isoTime(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}

/** What `touch -d` and `date -d` understand of times; undefined where it is something else. */
export function parseTime(text: string, now: number): number | undefined {
  const t = text.trim()
  if (/^@-?\d+(\.\d+)?$/.test(t)) return Number(t.slice(1)) * 1000
  if (t === 'now' || t === '') return now
  const midnight = Math.floor(now / 86_400_000) * 86_400_000
  if (t === 'today') return now
  if (t === 'yesterday') return now - 86_400_000
  if (t === 'tomorrow') return now + 86_400_000
  const ago = /^([+-]?\d+) *(sec|second|min|minute|hour|day|week|month|year)s?( ago)?$/.exec(t)
  if (ago !== null) return now + Number(ago[1]) * units[ago[2]!]! * (ago[3] === undefined ? 1 : -1)
  const time = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(t)
  if (time !== null)
    return midnight + ((Number(time[1]) * 60 + Number(time[2])) * 60 + Number(time[3] ?? 0)) * 1000
  const iso =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)? *(?:Z|UTC|GMT|\+0000)?$/.exec(
      t,
    )
  if (iso !== null) {
    const [, y, mo, d, h, mi, s, f] = iso
    if (Number(mo) < 1 || Number(mo) > 12 || Number(d) < 1 || Number(d) > 31 || Number(h ?? 0) > 23)
      return undefined
    return (
      Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h ?? 0), Number(mi ?? 0), Number(s ?? 0)) +
      Number(`0.${f ?? 0}`) * 1000
    )
  }
  if (
    /^[A-Za-z]{3,9},? +\d{1,2},? +\d{4}|^\d{1,2} +[A-Za-z]{3,9} +\d{4}|^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d/.test(
      t,
    )
  ) {
    const ms = Date.parse(/[A-Z]{3,4}$|[+-]\d{4}$/.test(t) ? t : `${t} UTC`)
    return Number.isNaN(ms) ? undefined : ms
  }
  return undefined
}

const units: Record<string, number> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_629_746_000,
  year: 31_556_952_000,
}
