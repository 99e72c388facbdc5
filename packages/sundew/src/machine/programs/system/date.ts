import { localeOf } from '../common/locale-of.ts'
import { formatted } from './date-format.ts'
import { parse } from './date-parse.ts'
import { posix, zoneOf } from './date-zone.ts'
import { complain, documented, misused, quoted } from './documented.ts'

export const date = documented('date', async (call, given) => {
  let format: string | undefined
  for (const operand of given.operands) {
    if (operand.startsWith('+') && format === undefined) format = operand.slice(1)
    else if (operand.startsWith('+')) {
      await complain(call, 'multiple output formats specified')
      return 1
    } else if (given.operands.length > 1 && format !== undefined) {
      return misused(call, `extra operand ${quoted(call, operand)}`)
    }
  }
  const iso = given.options.find((one) => one.name === 'iso-8601')
  if (iso !== undefined) format = isoFormats[iso.value ?? 'date']
  if (iso !== undefined && format === undefined) {
    return misused(
      call,
      `invalid argument ${quoted(call, iso.value!)} for ‘--iso-8601’\nValid arguments are:\n  - ‘hours’\n  - ‘minutes’\n  - ‘date’\n  - ‘seconds’\n  - ‘ns’`,
    )
  }
  const rfc3339 = given.value('rfc-3339')
  if (rfc3339 !== undefined) {
    format = { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' }[rfc3339]
    if (format === undefined) {
      return misused(
        call,
        `invalid argument ${quoted(call, rfc3339)} for ‘--rfc-3339’\nValid arguments are:\n  - ‘date’\n  - ‘seconds’\n  - ‘ns’`,
      )
    }
  }
  if (given.has('rfc-email')) format = '%a, %d %b %Y %H:%M:%S %z'
  const now = call.machine.now()
  let moment: number | undefined = now
  const text = given.value('date')
  const settable = given.operands.find((operand) => !operand.startsWith('+'))
  const set = given.value('set') ?? settable
  const reference = given.value('reference')
  if (reference !== undefined) {
    try {
      moment = call.files.stat(call.path(reference)).mtimeMs
    } catch {
      await complain(call, `${reference}: No such file or directory`)
      return 1
    }
  }
  if (text !== undefined) moment = parse(text, now)
  if (moment === undefined) {
    await complain(call, `invalid date ${quoted(call, text ?? '')}`)
    return 1
  }
  let status = 0
  if (set !== undefined) {
    const asked =
      settable !== undefined && given.value('set') === undefined ? posix(settable, now) : parse(set, now)
    if (asked === undefined) {
      await complain(call, `invalid date ${quoted(call, set)}`)
      return 1
    }
    // The clock is the real one: the date is said, and nothing set.
    moment = asked
    if (call.files.credentials.uid !== 0) {
      await complain(call, 'cannot set date: Operation not permitted')
      status = 1
    }
  }
  const american = localeOf(call, 'LC_TIME').startsWith('en_US')
  const utc = given.has('utc') || given.has('universal') || given.has('uct')
  const zone = utc ? { name: 'UTC', minutes: 0 } : zoneOf(call, moment)
  await call.stdout.write(
    `${formatted(format ?? (american ? '%a %b %e %r %Z %Y' : '%a %b %e %H:%M:%S %Z %Y'), moment, zone, american)}\n`,
  )
  return status
})

const isoFormats: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
}
