import { decimal } from '../../tail/scan.ts'
import { lower } from './number.ts'
import { Names } from './names.ts'
import { readEpoch } from './values.ts'

const [blank, colon, dot] = [0x20, 0x3a, 0x2e]
const months = new Names(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'])
const zones = new Names(['utc', 'gmt', 'z'])

/**
 * ms since 1970 of a CEF time: a number of milliseconds, or `Nov 25 2026 22:37:16[.123] GMT`; 0 of any other, and of times of which
 * the zone is not told.
 */
export function readCefTime(line: Uint8Array, from: number, to: number): number {
  if (from < to && lower(line[from]!) >= 0x61) return calendar(line, from, to)
  return readEpoch(line, from, to)
}

function calendar(line: Uint8Array, from: number, to: number): number {
  // A day of one digit has a blank or nothing before it.
  const dayFrom = line[from + 4] === blank ? from + 5 : from + 4
  const dayTo = line[dayFrom + 1] === blank ? dayFrom + 1 : dayFrom + 2
  const clock = dayTo + 6
  if (to < clock + 9 || line[from + 3] !== blank || line[dayTo] !== blank || line[dayTo + 5] !== blank)
    return 0
  if (line[clock + 2] !== colon || line[clock + 5] !== colon) return 0
  const month = months.find(line, from, from + 3)
  const day = decimal(line, dayFrom, dayTo)
  const year = decimal(line, dayTo + 1, dayTo + 5)
  const hour = decimal(line, clock, clock + 2)
  const minute = decimal(line, clock + 3, clock + 5)
  const second = decimal(line, clock + 6, clock + 8)
  let at = clock + 8
  let fraction = 0
  if (line[at] === dot) {
    fraction = decimal(line, at + 1, Math.min(to, at + 4))
    at += 4
  }
  if (month < 0 || day < 1 || day > 31 || year < 1970 || fraction < 0) return 0
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return 0
  if (at >= to || line[at] !== blank || zones.find(line, at + 1, to) < 0) return 0
  return Date.UTC(year, month, day, hour, minute, second, fraction)
}
