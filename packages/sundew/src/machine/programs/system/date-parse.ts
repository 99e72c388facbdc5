import { days, months } from './times.ts'

/** What is understood of `date -d`: enough for scripts. */
export function parse(text: string, now: number): number | undefined {
  const words = text.slice(0, 200).toLowerCase().trim().replace(/,/g, ' ')
  const epoch = /^@(-?\d{1,12})(?:\.\d+)?$/.exec(words)
  if (epoch !== null) return Number(epoch[1]) * 1000
  const at = new Date(now)
  at.setUTCMilliseconds(at.getUTCMilliseconds())
  let timeGiven = false
  let dateGiven = false
  let shifts = 0
  let rest = words.replace(/(\d{4})-(\d\d?)-(\d\d?)(?:t(?=\d))?/, (_all, y: string, m: string, d: string) => {
    at.setUTCFullYear(Number(y), Number(m) - 1, Number(d))
    dateGiven = Number(m) >= 1 && Number(m) <= 12 && Number(d) >= 1 && Number(d) <= 31
    return ' '
  })
  rest = rest.replace(
    /(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(am|pm)?(?:\s*(?:z|utc|gmt|\+00:?00))?/,
    (_all, h: string, m: string, s = '0', half?: string) => {
      const hour = half === undefined ? Number(h) : (Number(h) % 12) + (half === 'pm' ? 12 : 0)
      at.setUTCHours(hour, Number(m), Number(s), 0)
      timeGiven = hour < 24 && Number(m) < 60
      return ' '
    },
  )
  rest = rest.replace(
    /\b(\d\d?)\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*(\d{4})?|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d\d?)(?:\s+(\d{4}))?/,
    (_all, d1?: string, m1?: string, y1?: string, m2?: string, d2?: string, y2?: string) => {
      const month = months.findIndex((one) => one.toLowerCase().startsWith((m1 ?? m2)!))
      at.setUTCFullYear(Number(y1 ?? y2 ?? at.getUTCFullYear()), month, Number(d1 ?? d2))
      dateGiven = true
      return ' '
    },
  )
  const list = rest.split(/\s+/).filter(Boolean)
  for (let i = 0; i < list.length; i++) {
    const word = list[i]!
    if (word === 'now' || word === 'today' || word === 'utc' || word === 'gmt' || word === 'z') continue
    if (
      days.some((one) => one.toLowerCase().slice(0, 3) === word.slice(0, 3)) &&
      word.length >= 3 &&
      /day$|^...$/.test(word)
    ) {
      if (!dateGiven) {
        const target = days.findIndex((one) => one.toLowerCase().startsWith(word.slice(0, 3)))
        shifts += ((target - at.getUTCDay() + 7) % 7) * 86_400_000
        if (!timeGiven) at.setUTCHours(0, 0, 0, 0)
      }
      continue
    }
    if (word === 'yesterday' || word === 'tomorrow') {
      shifts += word === 'tomorrow' ? 86_400_000 : -86_400_000
      continue
    }
    const amount =
      word === 'next' ? 1 : word === 'last' ? -1 : /^[+-]?\d{1,9}$/.test(word) ? Number(word) : undefined
    const joined = amount === undefined ? /^([+-]?\d{1,9})([a-z]+)$/.exec(word) : null
    const count = joined === null ? (amount ?? 1) : Number(joined[1])
    const unit = (joined?.[2] ?? (amount === undefined ? word : (list[++i] ?? ''))).replace(/s$/, '')
    const ago = list[i + 1] === 'ago'
    if (ago) i++
    const signed = ago ? -count : count
    if (unit === 'month') at.setUTCMonth(at.getUTCMonth() + signed)
    else if (unit === 'year') at.setUTCFullYear(at.getUTCFullYear() + signed)
    else if (units.has(unit)) shifts += signed * units.get(unit)!
    else return undefined
  }
  if (dateGiven && !timeGiven) at.setUTCHours(0, 0, 0, 0)
  if (words === '') at.setUTCHours(0, 0, 0, 0)
  const ms = at.getTime() + shifts
  return Number.isFinite(ms) ? ms : undefined
}

const units = new Map([
  ['sec', 1000],
  ['second', 1000],
  ['min', 60_000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
  ['fortnight', 1_209_600_000],
])
