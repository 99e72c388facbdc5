import type { Call } from '../../program.ts'

export interface Zone {
  readonly name: string
  readonly minutes: number
}

/** TZ, where it names a zone that is known; else UTC, as servers are set. */
export function zoneOf(call: Call, ms: number): Zone {
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

/** MMDDhhmm[[CC]YY][.ss] */
export function posix(text: string, now: number): number | undefined {
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
