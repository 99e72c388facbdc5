import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Ball } from '../../outputs/logstalgia/line.ts'
import { Hub } from '../client.ts'
import { usage } from '../failure.ts'
import { globals } from '../globals.ts'
import { moment, wholeNumber } from '../options.ts'
import { note } from '../output.ts'
import { plain } from '../plain.ts'
import { countText } from '../text.ts'
import { clockOffsets } from '../plot/firewall-lines.ts'
import { AsOfNow } from './as-of-now.ts'
import { BySecond, slotMs } from './by-second.ts'
import { InOrder } from './in-order.ts'
import { LeftOut } from './left-out.ts'
import { liveBalls } from './live-balls.ts'
import { type LogCounts, type LogOptions, logBalls } from './log-balls.ts'
import { Pace } from './pace.ts'
import { type Kinds, storedBalls } from './stored-balls.ts'
import { writeLines } from './write-lines.ts'

interface Options extends Partial<Kinds> {
  readonly all?: boolean
  readonly follow?: boolean
  readonly from?: string
  readonly to?: string
  readonly speed?: number
  readonly rate: number
  readonly log?: string
  readonly utc?: boolean
  readonly year?: number
}

/** Adds `sundew feed logstalgia`. */
export function feedLogstalgia(feeds: Command): void {
  feeds
    .command('logstalgia')
    .description('what firewalls and decoys see, as Logstalgia draws it: pipe it into logstalgia')
    .option('--firewall', 'what firewalls’ logs tell; this and logins where nothing is asked for')
    .option('--logins', 'who tried to log in: the name flies, the password is seen at the paddle')
    .option('--flows', 'flows')
    .option('--all', 'all of these')
    .option('-f, --follow', 'what happens from now on, until Ctrl-C')
    .option('--from <when>', 'from then on: an age or a time; 24h where not given', moment)
    .option('--to <when>', 'up to then', moment)
    .option('--speed <times>', 'so many times as fast as it was, as if it were now', speed)
    .option('--rate <lines>', 'of one second at most, everybody’s share of more', wholeNumber(1, 10_000), 200)
    .option(
      '-l, --log <file>',
      'out of a log of firewalls or of Cowrie, - for standard input; no Sundew runs',
    )
    .addOption(new Option('--utc', 'times in the log without a zone are UTC; else this machine’s clock'))
    .option('--year <year>', 'of times in the log without one', wholeNumber(1970, 2105))
    .addHelpText(
      'after',
      `
Examples:
  sundew feed logstalgia --follow | logstalgia --sync -
  sundew feed logstalgia --from 2026-11-20 --to 2026-11-21 --speed 4 | logstalgia --sync -
  sundew feed logstalgia --logins --from 7d > logins.txt
  tail -F /var/log/firewall.log | sundew feed logstalgia --log - | logstalgia --sync -
`,
    )
    .action(async (options: Options, command: Command) => {
      const kinds = kindsOf(options)
      check(options, kinds)
      const stop = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
      if (options.log !== undefined) await ofLog(options.log, kinds, options, stop.signal)
      else if (options.follow) await ofNow(command, kinds, options, stop.signal)
      else await ofPast(command, kinds, options, stop.signal)
    })
}

function kindsOf({ all, firewall, logins, flows }: Options): Kinds {
  if (all) return { firewall: true, logins: true, flows: true }
  if (!firewall && !logins && !flows) return { firewall: true, logins: true, flows: false }
  return { firewall: firewall === true, logins: logins === true, flows: flows === true }
}

function check(options: Options, kinds: Kinds): void {
  const { follow, from, to, speed, log, utc, year } = options
  if (follow && (from !== undefined || to !== undefined || speed !== undefined))
    throw usage('--follow tells what happens from now on: it has no --from, --to or --speed.')
  if (from !== undefined && to !== undefined && from >= to) throw usage('--from should be before --to.')
  if (log === undefined && (utc || year !== undefined))
    throw usage('--utc and --year say how times in a --log are read.')
  if (log !== undefined && kinds.flows && !options.all)
    throw usage('--flows come out of the store: a --log has none.')
  if (log !== undefined && log !== '-' && follow)
    throw usage(`--follow --log ${plain(log)}: give it as tail -F FILE | sundew feed logstalgia --log -`)
}

/** What happens from now on. */
async function ofNow(command: Command, kinds: Kinds, { rate }: Options, signal: AbortSignal): Promise<void> {
  let store = 0
  const now = new AsOfNow(rate, writeLines)
  using left = new LeftOut(() => store + now.leftOut, rate)
  const { paths } = globals(command)
  await whileTold(now, signal, (ended) =>
    liveBalls({
      paths,
      kinds,
      rate,
      tell: (ball) => now.add(ball),
      leftOut: (count) => (store += count),
      signal: ended,
    }),
  )
  left.end()
}

/** What the store has. */
async function ofPast(command: Command, kinds: Kinds, options: Options, signal: AbortSignal): Promise<void> {
  const { rate, speed: times, from = moment('24h'), to = new Date().toISOString() } = options
  const hub = await Hub.find(globals(command).paths)
  let store = 0
  const balls = storedBalls(kinds, {
    hub,
    since: from,
    before: to,
    share: { window_ms: Math.max(1, Math.round(1000 * (times ?? 1))), most: rate },
    leftOut: (count) => (store += count),
    signal,
  })
  if (times === undefined) {
    const told = new BySecond(rate)
    using left = new LeftOut(() => store + told.leftOut, rate)
    let lines = ''
    for await (const ball of balls) {
      lines += told.add(ball)
      if (lines.length < manyCharacters) continue
      await writeLines(lines)
      lines = ''
    }
    await writeLines(lines + told.end())
    left.end()
    return
  }
  const now = new AsOfNow(rate, writeLines)
  using left = new LeftOut(() => store + now.leftOut, rate)
  const pace = new Pace(times)
  await whileTold(now, signal, async (ended) => {
    for await (const ball of balls) {
      await pace.wait(ball, ended)
      if (ended.aborted) return
      now.add(ball)
    }
  })
  left.end()
}

/** A log, and what of it is told. */
type LogSource = Omit<LogOptions, 'between' | 'signal'>

/** Written at once. */
const manyCharacters = 65_536

/** What a log tells, or standard input. */
async function ofLog(path: string, kinds: Kinds, options: Options, signal: AbortSignal): Promise<void> {
  const { rate, speed: times, follow, utc, year, from, to } = options
  const asOf = year === undefined ? Date.now() : Date.UTC(year, 11, 31, 23, 59, 59)
  const log = {
    path,
    kinds,
    asOf,
    offset: clockOffsets(utc),
    from: from === undefined ? -Infinity : Date.parse(from),
    to: to === undefined ? Infinity : Date.parse(to),
  }
  if (follow || times !== undefined) {
    const now = new AsOfNow(rate, writeLines)
    using left = new LeftOut(() => now.leftOut, rate)
    if (times === undefined)
      await whileTold(now, signal, async (ended) => {
        const between = () => Promise.resolve()
        tellLog(await logBalls({ ...log, between, signal: ended }, (ball) => now.add(ball)))
      })
    else await whileTold(now, signal, (ended) => paced(log, new Pace(times), now, ended))
    return left.end()
  }
  const told = new BySecond(rate)
  using left = new LeftOut(() => told.leftOut, rate)
  let lines = ''
  const write = async (more: string) => {
    const all = lines + more
    lines = ''
    await writeLines(all)
  }
  const later = path === '-' ? setInterval(() => void write(told.some()).catch(() => {}), slotMs) : undefined
  try {
    const between = () => write(path === '-' ? told.some() : '')
    const counts = await logBalls({ ...log, between, signal }, (ball) => (lines += told.add(ball)))
    await write(told.end())
    tellLog(counts)
  } finally {
    clearInterval(later)
  }
  left.end()
}

/** Tells a log as fast as it was, or so many times faster. */
async function paced(log: LogSource, pace: Pace, now: AsOfNow, signal: AbortSignal): Promise<void> {
  const order = new InOrder()
  let waiting: Ball[] = []
  const tell = async (ball: Ball | undefined) => {
    if (!ball) return
    await pace.wait(ball, signal)
    now.add(ball)
  }
  const between = async () => {
    for (const ball of waiting) await tell(order.add(ball))
    waiting = []
  }
  const counts = await logBalls({ ...log, between, signal }, (ball) => waiting.push(ball))
  for (let ball = order.next(); ball && !signal.aborted; ball = order.next()) await tell(ball)
  tellLog(counts)
}

/** Tells lines as of now while something finds what to tell, then what is left. Ends where nobody reads any more. */
async function whileTold(
  now: AsOfNow,
  signal: AbortSignal,
  find: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ended = new AbortController()
  const both = AbortSignal.any([signal, ended.signal])
  const found = find(both).finally(() => ended.abort())
  await Promise.all([now.run(both).finally(() => ended.abort()), found])
  if (!signal.aborted) await now.end()
}

function tellLog(counts: LogCounts | undefined): void {
  if (!counts) return
  const { elsewhen, future, other, unread, sample } = counts
  const parts = [
    ...(elsewhen > 0 ? [`${countText(elsewhen)} lines of another time`] : []),
    ...(future > 0 ? [`${countText(future)} lines of a time to come`] : []),
    ...(other > 0 ? [`${countText(other)} lines of other things`] : []),
    ...(unread > 0 ? [`${countText(unread)} lines could not be read, the first: ${plain(sample)}`] : []),
  ]
  if (parts.length > 0) note(`sundew feed: ${parts.join('; ')}`)
}

function speed(text: string): number {
  const value = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= 0.1 && value <= 10_000)) throw new InvalidArgumentError('It should be from 0.1 to 10000.')
  return value
}
