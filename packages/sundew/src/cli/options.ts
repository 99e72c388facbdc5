import { InvalidArgumentError } from 'commander'

/** A whole number within bounds, for commander. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It should be a whole number from ${least} to ${most}.`)
    }
    return value
  }
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** A moment as RFC 3339: given so, as a date, or as an age such as `90m`, `24h`, `14d`. */
export function moment(text: string): string {
  const age = /^(\d{1,6})([smhdw])$/.exec(text)
  const ms = age ? Date.now() - Number(age[1]) * unitMs[age[2] as keyof typeof unitMs] : Date.parse(text)
  if (!Number.isFinite(ms) || !(age || /^\d{4}-\d{2}-\d{2}/.test(text))) {
    throw new InvalidArgumentError(
      'It should be an age (90m, 24h, 14d), a date (2026-11-25) or an RFC 3339 time.',
    )
  }
  return new Date(ms).toISOString()
}

/** Gathers an option that may be given more than once, or as `a,b`. */
export function list(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',').filter((item) => item !== '')]
}
