import { Option, type Command } from 'commander'
import { geoAttribution } from '../../core/attribution.ts'
import { dimensions } from '../../hub/flows/dimensions.ts'
import type { FlowFilter } from '../../hub/flows/filter.ts'
import { amounts, type FlowQuestion } from '../../hub/flows/question.ts'
import { Hub } from '../client.ts'
import { usage } from '../failure.ts'
import { globals } from '../globals.ts'
import { wholeNumber } from '../options.ts'
import { step } from './values.ts'
import { filterOf, withFlowFilter } from './filter-options.ts'
import { showRows } from './show-rows.ts'
import { showSums } from './show-sums.ts'

const formats = ['table', 'csv', 'json', 'silk'] as const

export interface FlowOptions {
  readonly fields?: string
  readonly count?: boolean
  readonly top?: number | boolean
  readonly of?: string
  readonly by: (typeof amounts)[number]
  readonly histogram?: number
  readonly seen?: boolean
  readonly hunt?: boolean
  readonly format: (typeof formats)[number]
  readonly limit?: number
  readonly newest?: boolean
  readonly titles: boolean
}

/** Adds `sundew flows`. */
export function flows(program: Command): void {
  const command = program
    .command('flows')
    .description(
      'which flows there were: themselves, counted, the most of something, over time, who was seen, or who met what is listed',
    )
  withFlowFilter(command)
    .option('-f, --fields <fields>', 'what is told of each, by name; --format silk: 1-12 or rwcut’s names')
    .addOption(
      new Option('-c, --count', 'only how many, and their sums').conflicts([
        'top',
        'histogram',
        'seen',
        'hunt',
      ]),
    )
    .addOption(
      new Option('-t, --top [rows]', 'the most of something')
        .argParser(wholeNumber(1, 1_000_000))
        .preset(10)
        .conflicts(['histogram', 'seen', 'hunt']),
    )
    .addOption(new Option('--of <what>', 'of what').choices(dimensions.map(({ name }) => name)))
    .addOption(new Option('--by <amount>', 'the most what').choices(amounts).default('bytes'))
    .addOption(new Option('--histogram <step>', 'over time: 5m').argParser(step).conflicts(['seen', 'hunt']))
    .addOption(
      new Option('--seen', 'which addresses were seen and when, by the hour; kept for years').conflicts(
        'hunt',
      ),
    )
    .option('--hunt', 'who met whom that is listed now; so with --intel where nothing else is asked for')
    .addOption(new Option('--format <format>', 'how it is printed').choices(formats).default('table'))
    .option(
      '-n, --limit <rows>',
      'at most so many; a table has 1,000 otherwise',
      wholeNumber(1, 1_000_000_000),
    )
    .option('--newest', 'newest first; so in a table')
    .option('--no-titles', 'without the line of titles')
    .addHelpText(
      'after',
      `
Examples:
  sundew flows --since 1h --address 192.0.2.7
  sundew flows --intel all --since 90d
  sundew flows --seen --address 198.51.100.0/24 --since 1000d
  sundew flows --set bad.set --since 30d --format silk -f 1-5
  sundew flows --since 24h --direction outbound --top 20 --of destination --by bytes
  sundew flows --protocol tcp --flags S/SA --port 22 --histogram 5m --format csv > probes.csv

${geoAttribution}
`,
    )
    .action(async (options: FlowOptions & Record<string, unknown>, own: Command) => {
      const filter = await filterOf(options)
      const hub = await Hub.find(globals(own).paths)
      const mode = modeOf(options, filter)
      return mode === 'rows' ? showRows(hub, filter, options) : showSums(hub, mode, filter, options)
    })
}

function modeOf(options: FlowOptions, filter: FlowFilter): FlowQuestion['mode'] {
  const { count, top, of, histogram, seen, hunt, fields, format } = options
  if (count) return 'count'
  if (seen) return 'seen'
  if (histogram !== undefined) return 'histogram'
  if (top !== undefined || of !== undefined) {
    if (of === undefined)
      throw usage(`--top: say of what, with --of ${dimensions.map(({ name }) => name).join('|')}.`)
    return 'top'
  }
  if (hunt || (filter.intel !== undefined && fields === undefined && format !== 'silk')) return 'hunt'
  return 'rows'
}
