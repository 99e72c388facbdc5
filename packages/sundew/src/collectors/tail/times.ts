import { decimal, isDigit, latin1 } from './scan.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const hourMs = 3_600_000
/** A date without a year that lies this far ahead was last year's. */
const aheadMs = 24 * hourMs

/**
 * Times as logs write them, in this machine's time zone where they name none. What comes before the minutes is remembered,
 * since it is the same for thousands of lines on end.
 */
export class Times {
  /** The bytes before the minutes that `#hour` belongs to. */
  readonly #known = new Uint8Array(20)
  #knownLength = 0
  #hour = NaN
  /** Where the time that was read last ends. */
  end = 0

  /** A time at `at`, in one of the forms below; NaN where there is none. */
  read(line: Uint8Array, at: number, to: number): number {
    const third = line[at + 2]
    if (isDigit(line[at])) {
      if (third === dash) return this.#bind(line, at, to)
      return this.#iso(line, at, to)
    }
    return this.#syslog(line, at, to)
  }

  /** `25-Nov-2026 19:49:48.159` (BIND). */
  #bind(line: Uint8Array, at: number, to: number): number {
    if (to - at < 20 || line[at + 6] !== dash || line[at + 11] !== blank) return NaN
    return this.#clock(line, at, at + 14, to, () => {
      const [day, hour] = [decimal(line, at, at + 2), decimal(line, at + 12, at + 14)]
      const month = months.indexOf(latin1(line, at + 3, at + 6))
      return localHour(decimal(line, at + 7, at + 11), month, day, hour)
    })
  }

  /** `2026-11-25T19:49:48.159`, with or without `Z` or an offset (RFC 3339); a space for the `T`. */
  #iso(line: Uint8Array, at: number, to: number): number {
    if (to - at < 19 || line[at + 4] !== dash || line[at + 7] !== dash) return NaN
    if (line[at + 10] !== letterT && line[at + 10] !== blank) return NaN
    const local = this.#clock(line, at, at + 13, to, () => {
      const hour = decimal(line, at + 11, at + 13)
      const month = decimal(line, at + 5, at + 7) - 1
      const day = decimal(line, at + 8, at + 10)
      return localHour(decimal(line, at, at + 4), month, day, hour)
    })
    const sign = line[this.end]
    const utc = () =>
      local -
      this.#hour +
      Date.UTC(
        decimal(line, at, at + 4),
        decimal(line, at + 5, at + 7) - 1,
        decimal(line, at + 8, at + 10),
        decimal(line, at + 11, at + 13),
      )
    if (sign === letterZ) {
      this.end++
      return utc()
    }
    if ((sign === plus || sign === dash) && to - this.end >= 6) {
      const hours = decimal(line, this.end + 1, this.end + 3)
      const minutes = decimal(line, this.end + 4, this.end + 6)
      if (line[this.end + 3] !== colon || hours < 0 || minutes < 0) return NaN
      this.end += 6
      return utc() - (sign === plus ? 1 : -1) * (hours * hourMs + minutes * 60_000)
    }
    return local
  }

  /** `Nov  5 19:49:48` (RFC 3164): of the last twelve months. */
  #syslog(line: Uint8Array, at: number, to: number): number {
    if (to - at < 15 || line[at + 3] !== blank || line[at + 6] !== blank) return NaN
    return this.#clock(line, at, at + 9, to, () => {
      const month = months.indexOf(latin1(line, at, at + 3))
      const day = decimal(line, line[at + 4] === blank ? at + 5 : at + 4, at + 6)
      const hour = decimal(line, at + 7, at + 9)
      const now = new Date()
      const time = localHour(now.getFullYear(), month, day, hour)
      return time > now.getTime() + aheadMs ? localHour(now.getFullYear() - 1, month, day, hour) : time
    })
  }

  /** Minutes, seconds and fraction behind line[from, hourEnd), whose time `hour` tells where it is another than last time. */
  #clock(line: Uint8Array, from: number, hourEnd: number, to: number, hour: () => number): number {
    if (!this.#isKnown(line, from, hourEnd)) {
      this.#hour = hour()
      this.#knownLength = hourEnd - from
      for (let at = from; at < hourEnd; at++) this.#known[at - from] = line[at]!
    }
    if (line[hourEnd] !== colon || line[hourEnd + 3] !== colon || to - hourEnd < 6) return NaN
    const minutes = decimal(line, hourEnd + 1, hourEnd + 3)
    const seconds = decimal(line, hourEnd + 4, hourEnd + 6)
    if (minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) return NaN
    let at = hourEnd + 6
    let ms = 0
    if (line[at] === dot || line[at] === comma) {
      let unit = 100
      for (at++; at < to && isDigit(line[at]); at++) {
        ms += (line[at]! - 0x30) * unit
        unit /= 10
      }
      ms = Math.floor(ms)
    }
    this.end = at
    return this.#hour + minutes * 60_000 + seconds * 1_000 + ms
  }

  #isKnown(line: Uint8Array, from: number, to: number): boolean {
    if (to - from !== this.#knownLength) return false
    for (let at = from; at < to; at++) if (line[at] !== this.#known[at - from]) return false
    return true
  }
}

const blank = 0x20
const plus = 0x2b
const comma = 0x2c
const dash = 0x2d
const dot = 0x2e
const colon = 0x3a
const letterT = 0x54
const letterZ = 0x5a

function localHour(year: number, month: number, day: number, hour: number): number {
  if (year < 1970 || month < 0 || month > 11 || day < 1 || day > 31 || hour < 0 || hour > 23) return NaN
  return new Date(year, month, day, hour).getTime()
}
