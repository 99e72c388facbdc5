import { writeFile } from 'node:fs/promises'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { firewallParsers } from '../../collectors/syslog/parsers/index.ts'
import { parseAddress } from '../../match/parse-address.ts'
import { isMapped, type Words } from '../../match/words.ts'
import { drawFireplot, type FireplotPicture, pictureSize } from '../../plots/fireplot/draw.ts'
import { fireplotPage, mostPageEvents } from '../../plots/fireplot/page.ts'
import { places, placeOf } from '../../plots/fireplot/place.ts'
import { PointCollector } from '../../plots/fireplot/points.ts'
import { raster } from '../../plots/fireplot/raster.ts'
import { rowsOf, without } from '../../plots/fireplot/scale.ts'
import { classes, classOf, schemes } from '../../plots/fireplot/schemes.ts'
import { SvgPen } from '../../plots/pen/svg-pen.ts'
import { pngOf, pngOfPixels } from '../../plots/png.ts'
import { exitCode, Failure, usage } from '../failure.ts'
import { wholeNumber } from '../options.ts'
import { note, print } from '../output.ts'
import { plain } from '../plain.ts'
import { readFirewallLines } from './firewall-lines.ts'
import { Sources } from './sources.ts'

interface Options {
  readonly log: string
  readonly day?: string
  readonly from?: number
  readonly to?: number
  readonly size: { readonly width: number; readonly height: number }
  readonly scheme: keyof typeof schemes
  readonly scale: 'log' | 'linear'
  readonly hideTop?: number
  readonly source?: Words
  readonly utc?: boolean
  readonly answers?: boolean
  readonly output: string
}

const dayMs = 86_400_000
const yearMs = 366 * dayMs
const minuteMs = 60_000
/** TCP flags (RFC 9293 §3.1): what has these answers something. */
const [fin, rst, ack] = [1, 4, 16]

/** Adds `sundew plot fireplot`. */
export function plotFireplot(plots: Command): void {
  plots
    .command('fireplot')
    .description(
      'every packet in a firewall’s log as a dot, time by port: slow scans are lines, fast ones columns',
    )
    .requiredOption(
      '-l, --log <file>',
      'a log of MikroTik, iptables, nftables or UFW …; - for standard input',
    )
    .addOption(
      new Option(
        '-d, --day <day>',
        '2026-11-25, today or yesterday; all that is there where not given',
      ).conflicts(['from', 'to']),
    )
    .option('--from <time>', 'from then on', time)
    .option('--to <time>', 'up to then', time)
    .option('--size <pixels>', 'of the plot itself', size, { width: 1560, height: 800 })
    .addOption(new Option('--scheme <scheme>', 'colours').choices(Object.keys(schemes)).default('classic'))
    .addOption(new Option('--scale <scale>', 'of the ports').choices(['log', 'linear']).default('log'))
    .option('--hide-top <ports>', 'leave out so many of the busiest', wholeNumber(1, 1000))
    .option('--source <address>', 'one source alone', address)
    .option('--utc', 'times without a zone are UTC, and told so; else this machine’s clock')
    .option('--answers', 'also TCP with RST, or with FIN and ACK, which are answers and no probes')
    .addOption(new Option('-o, --output <file>', '.png, .svg or .html').makeOptionMandatory())
    .addHelpText(
      'after',
      '\nExamples:\n  sundew plot fireplot --log /var/log/firewall.log --day yesterday -o yesterday.png\n  zcat firewall.log.*.gz | sundew plot fireplot --log - --hide-top 3 -o month.svg\n  sundew plot fireplot --log firewall.log --source 203.0.113.7 --scheme safe -o one.png\n',
    )
    .action(run)
}

async function run(options: Options): Promise<void> {
  const form = /\.(png|svg|html)$/.exec(options.output)?.[1]
  if (form === undefined) throw usage(`--output ${options.output}: it should end in .png, .svg or .html.`)
  const now = Date.now()
  const offset = options.utc ? 0 : -new Date(now).getTimezoneOffset() * 60_000
  const span = spanOf(options, now, offset)
  let collector = span && new PointCollector(span.from, span.to)
  let [timeless, answers, elsewhere] = [0, 0, 0]
  let [first, last] = [Infinity, -Infinity]
  const byPlace = new Uint32Array(places)
  // Who sent what is told by pages alone.
  const sources = form === 'html' ? new Sources(mostPageEvents) : undefined
  const read = await readFirewallLines(
    { path: options.log, parsers: firewallParsers, now, offset },
    (row, at) => {
      if (Number.isNaN(at)) return void timeless++
      if (!options.answers && row.protocol === 6 && isAnswer(row.tcpFlags)) return void answers++
      const { source } = row
      if (options.source && options.source.some((word, index) => word !== source[index]))
        return void elsewhere++
      const version = isMapped([source[0]!, source[1]!, source[2]!, source[3]!]) ? 4 : 6
      const place = placeOf(row.protocol, row.destinationPort)
      first = Math.min(first, at)
      last = Math.max(last, at)
      // Without a span it is known only at the end: a year to either side of the first is taken.
      collector ??= new PointCollector(at - yearMs, at + yearMs)
      const { leftOut } = collector
      collector.add(at, place, classOf(row.protocol, version))
      if (collector.leftOut !== leftOut) return
      byPlace[place]!++
      sources?.add(source)
    },
  )
  tell({ ...read, timeless, answers, elsewhere })
  const points = collector?.points
  if (!points || points.length === 0)
    throw new Failure(
      'SUNDEW_NOTHING_TO_DRAW',
      exitCode.finding,
      `${options.log} tells of no packet that would be drawn.`,
    )
  const { from, to } = span ?? wholeMinutes(first, last)
  const { width, height } = options.size
  const scheme = schemes[options.scheme]
  const top = options.hideTop === undefined ? [] : busiest(byPlace, options.hideTop)
  const rows = without(rowsOf(height, options.scale), top)
  const leftOut = top.length === 0 ? '' : `without ports ${top.join(', ')}`
  if (sources) {
    if (points.length > mostPageEvents)
      throw usage(
        `A page holds ${mostPageEvents.toLocaleString('en-US')} packets at most, and these are ${points.length.toLocaleString('en-US')}: name a shorter time, or draw them as .png.`,
      )
    const head = {
      events: points.length,
      origin: points.origin,
      stepMs: points.stepMs,
      from,
      to,
      offset,
      width,
      height,
      scale: options.scale,
      scheme: options.scheme,
      hidden: top,
      leftOut,
    }
    const title = `Fireplot: ${clock(from, offset)} to ${clock(to, offset)}`
    const { indices, names } = sources
    return write(options.output, fireplotPage({ title, head, points, sources: indices, names }))
  }
  const drawn = raster([{ points }], {
    width,
    height,
    from,
    to,
    rows,
    colours: scheme.colours,
    ground: scheme.ground,
  })
  const counts = classes.map(() => 0)
  for (const colour of points.colour) counts[colour]!++
  const picture: FireplotPicture = {
    title: `${clock(from, offset)} to ${clock(to, offset)}${options.source ? ', one source' : ''}: ${drawn.drawn.toLocaleString('en-US')} packets`,
    from,
    to,
    offset,
    raster: drawn,
    rows,
    scheme,
    counts,
    leftOut,
  }
  const whole = pictureSize(width, height)
  await write(
    options.output,
    form === 'png' ? pngOf(whole.width, whole.height, (pen) => drawFireplot(pen, picture)) : svgOf(picture),
  )
}

function svgOf(picture: FireplotPicture): string {
  const { width, height } = pictureSize(picture.raster.width, picture.raster.height)
  const pen = new SvgPen(width, height, pngOfPixels)
  drawFireplot(pen, picture)
  return pen.toString()
}

function isAnswer(flags: number): boolean {
  return (flags & rst) !== 0 || (flags & (fin | ack)) === (fin | ack)
}

/** The ports with the most packets. */
function busiest(byPlace: Uint32Array, most: number): number[] {
  const ports = [...byPlace.subarray(0, 65_536).entries()].filter(([, count]) => count > 0)
  return ports
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([port]) => port)
}

function spanOf(
  { day, from, to }: Options,
  now: number,
  offset: number,
): { from: number; to: number } | undefined {
  if (day !== undefined) {
    const today = Math.floor((now + offset) / dayMs) * dayMs
    const start =
      day === 'today'
        ? today
        : day === 'yesterday'
          ? today - dayMs
          : /^\d{4}-\d\d-\d\d$/.test(day)
            ? Date.parse(day)
            : Number.NaN
    if (Number.isNaN(start))
      throw usage(`--day ${plain(day)}: it should be today, yesterday or a date as 2026-11-25.`)
    return { from: start - offset, to: start - offset + dayMs }
  }
  if (from === undefined && to === undefined) return undefined
  const span = { from: from ?? 0, to: to ?? now }
  if (span.from >= span.to) throw usage('--from should be before --to.')
  return span
}

/** From the minute of the first to past that of the last. */
function wholeMinutes(first: number, last: number): { from: number; to: number } {
  return {
    from: Math.floor(first / minuteMs) * minuteMs,
    to: (Math.floor(last / minuteMs) + 1) * minuteMs,
  }
}

function tell(read: {
  readonly told: number
  readonly other: number
  readonly unread: number
  readonly sample: string
  readonly formats: readonly string[]
  readonly timeless: number
  readonly answers: number
  readonly elsewhere: number
}): void {
  const parts = [
    `${read.told.toLocaleString('en-US')} packets (${read.formats.join(', ') || 'no format known'})`,
    ...(read.answers > 0 ? [`${read.answers} answers left out`] : []),
    ...(read.elsewhere > 0 ? [`${read.elsewhere} of other sources`] : []),
    ...(read.other > 0 ? [`${read.other} lines of other things`] : []),
    ...(read.timeless > 0 ? [`${read.timeless} lines without a time`] : []),
    ...(read.unread > 0 ? [`${read.unread} lines could not be read, the first: ${plain(read.sample)}`] : []),
  ]
  note(parts.join('; '))
}

function clock(at: number, offset: number): string {
  return new Date(at + offset).toISOString().slice(0, 16).replace('T', ' ')
}

function time(text: string): number {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new InvalidArgumentError('It should be a date (2026-11-25) or a time (2026-11-25T08:00).')
  return at
}

function size(text: string): { width: number; height: number } {
  const [width = 0, height = 0] = (/^(\d{2,5})x(\d{2,5})$/.exec(text)?.slice(1) ?? []).map(Number)
  if (width < 100 || height < 100 || width * height > 50_000_000)
    throw new InvalidArgumentError(
      'It should be as 1560x800: 100 pixels each at least, 50 million in all at most.',
    )
  return { width, height }
}

function address(text: string): Words {
  const words = parseAddress(text)
  if (!words) throw new InvalidArgumentError('It should be an address.')
  return words
}

async function write(output: string, content: string | Uint8Array): Promise<void> {
  if (output.startsWith('-.')) return print(content)
  await writeFile(output, content)
}
