const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const [blank, percent, plus, comma, dash, dot, slash, colon] = [
  0x20, 0x25, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a,
]
const [zero, nine, letterT, letterZ] = [0x30, 0x39, 0x54, 0x5a]
/** Names of months by their three letters as one number, small letters. */
const months = new Map(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, month) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    month,
  ]),
)

/**
 * Reads the time that stands in a line, by its bytes, in each way that firewalls write it:
 *
 * - ISO 8601 and RFC 3339, with `T` or a blank, with or without a fraction and a zone (`Z`, `+02:00`, `+0200`, ` +0200`, ` UTC`);
 * - RFC 3164 §4.1.2: `Nov  5 22:40:12`, one blank or two, with a fraction, the year before or behind the clock, a zone's name with a
 *   colon (`UTC:`, Cisco);
 * - Sophos UTM: `2026:11:25-22:40:12`;
 * - RouterOS 6: `nov/25/2026 22:40:12`, `nov/25 22:40:12`; a clock alone: `22:40:12`;
 * - seconds since 1970, ten digits and a fraction.
 *
 * One object, used again for every line.
 */
export class LineClock {
  /** ms since 1970; where {@link zoned} is false, as if the clock were UTC's. NaN where there is no time. */
  time = Number.NaN
  /** Whether the line says which zone it is told in. */
  zoned = false
  /** Whether it tells parts of a second. */
  fine = false
  /** Whether it tells a date without a year. */
  yearless = false
  /** Where the time ends. */
  end = 0
  /** Bytes of the part of the date that is being read. */
  #at = 0
  #number = 0
  #today = Number.NaN
  #year = 0

  /**
   * Reads the time at `from`.
   *
   * @param now to tell the year by, ms since 1970: the last that puts the time no more than a day ahead
   * @returns false where there is none, or none that a calendar has
   */
  read(line: Uint8Array, from: number, to: number, now: number): boolean {
    this.time = Number.NaN
    this.zoned = this.fine = this.yearless = false
    this.end = from
    if (to - from < 8) return false
    const first = line[from]!
    const digit = first >= zero && first <= nine
    const read = digit ? this.#numeric(line, from, to, now) : this.#named(line, from, to, now)
    if (!read) this.time = Number.NaN
    return read
  }

  #numeric(line: Uint8Array, from: number, to: number, now: number): boolean {
    if (line[from + 2] === colon) return this.#clock(line, from, to, this.#dayOf(now)) && this.#near(now)
    const length = this.#digits(line, from, to)
    if (length === 10) return this.#epoch(line, to)
    if (length !== 4) return false
    const year = this.#number
    if (line[this.#at] === blank) {
      // `2026 Nov 25 22:40:12`.
      const month = monthAt(line, from + 5)
      if (month < 0 || !this.#day(line, from + 8, to)) return false
      return this.#dated(line, to, year, month, this.#number)
    }
    const separator = line[this.#at]
    if (separator !== dash && separator !== slash && separator !== colon) return false
    if (this.#digits(line, from + 5, to) !== 2 || line[this.#at] !== separator) return false
    const month = this.#number - 1
    if (this.#digits(line, from + 8, to) !== 2) return false
    const between = line[this.#at]
    if (separator === colon ? between !== dash : between !== letterT && between !== blank) return false
    return this.#dated(line, to, year, month, this.#number)
  }

  #named(line: Uint8Array, from: number, to: number, now: number): boolean {
    const month = monthAt(line, from)
    if (month < 0) return false
    if (line[from + 3] === slash) return this.#routerOs(line, from, to, month, now)
    if (!this.#day(line, from + 3, to)) return false
    const day = this.#number
    const length = this.#digits(line, this.#at + 1, to)
    if (length === 4) return this.#dated(line, to, this.#number, month, day)
    if (length !== 2 || line[this.#at] !== colon) return false
    const start = this.#at - 2
    if (!this.#clock(line, start, to, 0)) return false
    if (line[this.end] === blank && this.#digits(line, this.end + 1, to) === 4 && this.#isYear(line, to)) {
      this.end = this.#at
      return this.#ofYear(this.#number, month, day)
    }
    return this.#yearless(month, day, now) && this.#zone(line, to)
  }

  /** `nov/25/2026 22:40:12`, `nov/25 22:40:12`. */
  #routerOs(line: Uint8Array, from: number, to: number, month: number, now: number): boolean {
    if (this.#digits(line, from + 4, to) !== 2) return false
    const day = this.#number
    if (line[this.#at] === slash) {
      if (this.#digits(line, this.#at + 1, to) !== 4) return false
      return this.#dated(line, to, this.#number, month, day)
    }
    if (line[this.#at] !== blank || !this.#clock(line, this.#at + 1, to, 0)) return false
    return this.#yearless(month, day, now)
  }

  /** The clock behind a whole date: a character between. */
  #dated(line: Uint8Array, to: number, year: number, month: number, day: number): boolean {
    const date = daysOf(year, month, day)
    return date !== undefined && this.#clock(line, this.#at + 1, to, date * dayMs) && this.#zone(line, to)
  }

  #ofYear(year: number, month: number, day: number): boolean {
    const date = daysOf(year, month, day)
    if (date === undefined) return false
    this.time += date * dayMs
    return true
  }

  #isYear(line: Uint8Array, to: number): boolean {
    if (this.#number < 1990 || this.#number > 2100) return false
    const next = this.#at < to ? line[this.#at] : blank
    return next === blank || (next === colon && line[this.#at + 1] === blank)
  }

  #yearless(month: number, day: number, now: number): boolean {
    this.yearless = true
    const clock = this.time
    const today = this.#dayOf(now)
    if (today !== this.#today) {
      this.#today = today
      this.#year = new Date(today).getUTCFullYear()
    }
    for (let year = this.#year + 1; year >= this.#year - 1; year--) {
      const date = daysOf(year, month, day)
      if (date === undefined || date * dayMs + clock > now + dayMs) continue
      this.time = date * dayMs + clock
      return true
    }
    return false
  }

  /** A clock without a date is the one nearest to now. */
  #near(now: number): boolean {
    if (this.time > now + dayMs / 2) this.time -= dayMs
    else if (this.time < now - dayMs / 2) this.time += dayMs
    return true
  }

  #dayOf(now: number): number {
    return Math.floor(now / dayMs) * dayMs
  }

  /** `22:40:12` with a fraction or without, added to a day. */
  #clock(line: Uint8Array, from: number, to: number, day: number): boolean {
    if (to - from < 8 || line[from + 2] !== colon || line[from + 5] !== colon) return false
    const [hour, minute, second] = [pair(line, from), pair(line, from + 3), pair(line, from + 6)]
    // 60 is a leap second.
    if (!(hour <= 23 && minute <= 59 && second <= 60)) return false
    let at = from + 8
    let ms = 0
    if (at + 1 < to && (line[at] === dot || line[at] === comma) && isDigit(line[at + 1]!)) {
      this.fine = true
      let unit = 100
      for (at++; at < to && isDigit(line[at]!); at++) {
        ms += (line[at]! - zero) * unit
        unit /= 10
      }
      ms = Math.floor(ms)
    }
    this.end = at
    this.time = day + hour * hourMs + minute * minuteMs + second * 1_000 + ms
    return true
  }

  /** What says the zone behind the clock, where something does. */
  #zone(line: Uint8Array, to: number): boolean {
    let at = this.end
    if (at >= to) return true
    if (line[at] === letterZ) {
      this.zoned = true
      this.end = at + 1
      return true
    }
    const apart = line[at] === blank
    if (apart) at++
    const sign = line[at]
    if (sign === plus || sign === dash) {
      const long = line[at + 3] === colon
      if (to - at < (long ? 6 : 5)) return true
      const [hours, minutes] = [pair(line, at + 1), pair(line, at + (long ? 4 : 3))]
      if (!(hours <= 15 && minutes <= 59)) return true
      this.zoned = true
      this.end = at + (long ? 6 : 5)
      this.time -= (sign === plus ? 1 : -1) * (hours * hourMs + minutes * minuteMs)
      return true
    }
    if (apart) this.#zoneName(line, at, to)
    return true
  }

  /** ` UTC`, and any other name where Cisco's message is behind it; which zone CST is only its owner knows. */
  #zoneName(line: Uint8Array, at: number, to: number): void {
    let end = at
    while (end < to && end - at < 6 && line[end]! >= 0x41 && line[end]! <= 0x5a) end++
    if (end - at < 3 || end - at > 5) return
    const utc =
      end - at === 3 &&
      ((line[at] === 0x55 && line[at + 1] === 0x54 && line[at + 2] === 0x43) ||
        (line[at] === 0x47 && line[at + 1] === 0x4d && line[at + 2] === 0x54))
    const cisco = line[end] === colon && line[end + 1] === blank && line[end + 2] === percent
    if (!cisco && !(utc && (line[end] === blank || line[end] === colon))) return
    this.zoned = utc
    this.end = end
  }

  #epoch(line: Uint8Array, to: number): boolean {
    const seconds = this.#number
    let at = this.#at
    let ms = 0
    if (line[at] === dot) {
      this.fine = true
      let unit = 100
      for (at++; at < to && isDigit(line[at]!); at++) {
        ms += (line[at]! - zero) * unit
        unit /= 10
      }
    }
    if (at < to && line[at] !== blank && line[at] !== colon) return false
    this.end = at
    this.zoned = true
    this.time = seconds * 1_000 + Math.floor(ms)
    return true
  }

  /** A day of the month behind one blank or two. */
  #day(line: Uint8Array, at: number, to: number): boolean {
    if (line[at] !== blank) return false
    const start = line[at + 1] === blank ? at + 2 : at + 1
    const length = this.#digits(line, start, to)
    return (length === 1 || length === 2) && line[this.#at] === blank
  }

  /** Reads digits into `#number`, at most ten; returns how many there are. */
  #digits(line: Uint8Array, from: number, to: number): number {
    let at = from
    let value = 0
    while (at < to && at - from < 10) {
      const digit = line[at]! - zero
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      at++
    }
    this.#at = at
    this.#number = value
    return at - from
  }
}

function monthAt(line: Uint8Array, at: number): number {
  const letters = ((line[at]! | 0x20) << 16) | ((line[at + 1]! | 0x20) << 8) | (line[at + 2]! | 0x20)
  return months.get(letters) ?? -1
}

/** Two digits; NaN where they are none. */
function pair(line: Uint8Array, at: number): number {
  const [high, low] = [line[at]! - zero, line[at + 1]! - zero]
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine
}

/** Days since 1970 of a date; undefined where the calendar has none such. */
function daysOf(year: number, month: number, day: number): number | undefined {
  if (month < 0 || month > 11 || day < 1 || day > daysIn(year, month)) return undefined
  // Years that begin in March, so that the leap day is the last; eras of 400 of them.
  const from = month < 2 ? year - 1 : year
  const era = Math.floor(from / 400)
  const ofEra = from - era * 400
  const ofYear = Math.floor((153 * (month < 2 ? month + 10 : month - 2) + 2) / 5) + day - 1
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}

function daysIn(year: number, month: number): number {
  if (month === 1) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 3 || month === 5 || month === 8 || month === 10 ? 30 : 31
}
