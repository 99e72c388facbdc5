import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { type AddressRange, parseRange, prefixLength } from '../../match/parse-address.ts'
import { shownMinute } from '../../plots/fireplot/clock.ts'
import type { Gathering } from '../../plots/fireplot/gather.ts'
import { fireplotFile, withoutPorts } from '../../plots/fireplot/picture.ts'
import { type Scheme, type SchemeName, schemeNames } from '../../plots/fireplot/schemes.ts'
import { usage } from '../failure.ts'
import { globals } from '../globals.ts'
import { wholeNumber } from '../options.ts'
import { print } from '../output.ts'
import { clockOf, type SpanOptions, timeOption } from './fireplot-span.ts'

export interface FireplotOptions extends SpanOptions {
  readonly log?: string
  readonly size: { readonly width: number; readonly height: number }
  readonly scheme: SchemeName
  readonly scale: 'log' | 'linear'
  readonly hideTop?: number
  readonly kind?: 'block' | 'allow' | 'all'
  readonly source?: AddressRange
  readonly port?: number
  readonly protocol?: number
  /** Different ports that make a scanner, or as is usual. */
  readonly scanners?: number | true
  readonly answers?: boolean
  readonly output: string
}

/** What is there to be drawn. */
export interface Drawn {
  readonly gathering: Gathering
  readonly from: number
  readonly to: number
  readonly scheme: Scheme
  readonly countries: readonly string[]
  /** Ports that are hidden. */
  readonly hidden: readonly number[]
  /** What else is not in the picture, in words; '' where all is. */
  readonly leftOut: string
}

/** Adds `sundew plot fireplot`. */
export function plotFireplot(plots: Command): void {
  plots
    .command('fireplot')
    .description(
      'every packet that a firewall told of as a dot, time by port: slow scans are lines, fast ones columns',
    )
    .option(
      '-l, --log <file>',
      'of a log of MikroTik, iptables, nftables or UFW …, with no Sundew running; - for standard input',
    )
    .addOption(
      new Option(
        '-d, --day <day>',
        '2026-11-25, today or yesterday; where not given the last 24 hours, or all of a log',
      ).conflicts(['from', 'to']),
    )
    .option('--from <time>', 'from then on', timeOption)
    .option('--to <time>', 'up to then', timeOption)
    .option('--size <pixels>', 'of the plot itself', size, { width: 1560, height: 800 })
    .addOption(new Option('--scheme <scheme>', 'colours').choices(schemeNames).default('usual'))
    .addOption(new Option('--scale <scale>', 'of the ports').choices(['log', 'linear']).default('log'))
    .addOption(
      new Option(
        '-k, --kind <kind>',
        'what the firewall did; blocked, and what rules only logged, where not given',
      ).choices(['block', 'allow', 'all']),
    )
    .option('--source <address>', 'one source alone, or a prefix', range)
    .option('-p, --port <port>', 'one destination port alone', wholeNumber(0, 65_535))
    .option('--protocol <number>', 'one IP protocol alone', wholeNumber(0, 255))
    .option('--hide-top <ports>', 'leave out so many of the busiest', wholeNumber(1, 1000))
    .option(
      '--scanners [ports]',
      'draw who scans over all others; of a log, who asked for so many different ports',
      wholeNumber(2, 65_536),
    )
    .option('--utc', 'days and times are told by UTC, and so is a log’s clock; else by this machine’s')
    .option('--answers', 'also TCP with RST, or with FIN and ACK, which are answers and no probes')
    .addOption(new Option('-o, --output <file>', '.png, .svg or .html').makeOptionMandatory())
    .addHelpText(
      'after',
      '\nExamples:\n  sundew plot fireplot --day yesterday -o yesterday.png\n  sundew plot fireplot --from 2026-11-01 --to 2026-12-01 --hide-top 3 --scheme country -o november.html\n  sundew plot fireplot --log /var/log/firewall.log --source 203.0.113.0/24 --scheme safe -o one.svg\n  zcat firewall.log.*.gz | sundew plot fireplot --log - --scanners -o month.png\n',
    )
    .action(run)
}

async function run(options: FireplotOptions, command: Command): Promise<void> {
  const form = /\.(png|svg|html)$/.exec(options.output)?.[1]
  if (form === undefined) throw usage(`--output ${options.output}: it should end in .png, .svg or .html.`)
  const place = globals(command)
  // What reads logs, and what writes pages, is read when it is needed.
  const { log } = options
  const drawn =
    log === undefined
      ? await (await import('./fireplot-store.ts')).drawnFromStore(options, form === 'html', place)
      : await (
          await import('./fireplot-log.ts')
        ).drawnFromLog(log, options, form === 'html', join(place.paths.collectorState, 'geo.bin'))
  await write(
    options.output,
    form === 'html' ? await pageOf(drawn, options) : pictureOf(drawn, options, form),
  )
}

function pictureOf(drawn: Drawn, options: FireplotOptions, form: string): string | Uint8Array {
  const { gathering, scheme } = drawn
  const telling = {
    about: aboutOf(options),
    clock: clockOf(options, drawn),
    scheme,
    leftOut: leftOutOf(drawn),
  }
  return fireplotFile(gathering.counts, telling, form === 'svg' ? 'svg' : 'png')
}

async function pageOf(drawn: Drawn, options: FireplotOptions): Promise<string> {
  const { fireplotPage } = await import('../../plots/fireplot/page.ts')
  const { gathering, from, to, countries, hidden } = drawn
  const { size: drawnSize, scale, scheme } = options
  const clock = clockOf(options, drawn)
  const title = `Fireplot: ${shownMinute(clock, from)} to ${shownMinute(clock, to)}${aboutOf(options)}`
  const leftOut = leftOutOf(drawn)
  try {
    return fireplotPage({
      title,
      head: { from, to, clock, ...drawnSize, scale, scheme, countries, hidden, leftOut },
      gathered: gathering.page(),
    })
  } catch (error) {
    if (error instanceof RangeError) throw usage(`${error.message}: give a smaller --size.`)
    throw error
  }
}

function leftOutOf({ hidden, leftOut }: Drawn): string {
  return [withoutPorts(hidden), leftOut].filter((part) => part !== '').join(', ')
}

/** What was asked for, in a title. */
function aboutOf({ source, port, protocol, kind }: FireplotOptions): string {
  return [
    ...(source === undefined
      ? []
      : [prefixLength(source.first, source.last) === 128 ? 'one source' : 'one network']),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(protocol === undefined ? [] : [`protocol ${protocol}`]),
    ...(kind === 'allow' ? ['allowed'] : []),
  ]
    .map((part) => `, ${part}`)
    .join('')
}

function size(text: string): { width: number; height: number } {
  const [width = 0, height = 0] = (/^(\d{2,5})x(\d{2,5})$/.exec(text)?.slice(1) ?? []).map(Number)
  if (width < 100 || height < 100 || width * height > 50_000_000)
    throw new InvalidArgumentError(
      'It should be as 1560x800: 100 pixels each at least, 50 million in all at most.',
    )
  return { width, height }
}

function range(text: string): AddressRange {
  const found = parseRange(text)
  // The store is asked by prefix.
  if (!found || prefixLength(found.first, found.last) === undefined)
    throw new InvalidArgumentError('It should be an address or a prefix, such as 203.0.113.0/24.')
  return found
}

async function write(output: string, content: string | Uint8Array): Promise<void> {
  if (output.startsWith('-.')) return print(content)
  await writeFile(output, content)
}
