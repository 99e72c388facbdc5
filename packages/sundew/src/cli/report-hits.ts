import { Option, type Command } from 'commander'
import type { HitRow } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { globals } from './globals.ts'
import { wholeNumber } from './options.ts'
import { delimited, print, printJson } from './output.ts'
import { table, type Column } from './table.ts'
import { bytesText, timeText } from './text.ts'

interface Options {
  readonly days: number
  readonly limit: number
  readonly by: (typeof keys)[number]
  readonly json?: boolean
  readonly csv?: boolean
  readonly tsv?: boolean
}

const keys = ['day', 'list', 'host', 'direction', 'indicator'] as const

function columns(by: Options['by'], bytes: (row: HitRow) => string | number): readonly Column<HitRow>[] {
  return [
    { title: by, value: (row) => row.key },
    { title: 'matches', value: (row) => row.matches },
    { title: 'high', value: (row) => row.high },
    { title: 'hosts', value: (row) => row.hosts },
    { title: 'indicators', value: (row) => row.indicators },
    { title: 'flows', value: (row) => row.flows },
    { title: 'bytes', value: bytes },
    { title: 'first_seen', value: (row) => timeText(row.first_seen) },
    { title: 'last_seen', value: (row) => timeText(row.last_seen) },
  ]
}

/** Adds `sundew report hits`. */
export function reportHits(reports: Command): void {
  reports
    .command('hits')
    .description('how often your hosts met addresses that are listed')
    .option('-d, --days <days>', 'of so many days', wholeNumber(1, 3650), 14)
    .option('-n, --limit <rows>', 'at most so many', wholeNumber(1, 1000), 100)
    .addOption(new Option('-b, --by <key>', 'counted by').choices(keys).default('day'))
    .addOption(new Option('--json', 'as JSON').conflicts(['csv', 'tsv']))
    .addOption(new Option('--csv', 'as CSV').conflicts('tsv'))
    .option('--tsv', 'as TSV')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew report hits --days 30\n  sundew report hits --by host --limit 20\n  sundew report hits --by list --csv > hits.csv\n',
    )
    .action(async ({ days, limit, by, json, csv, tsv }: Options, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const rows = await hub.json<HitRow[]>('/reports/hits', { query: { days, by, limit } })
      if (json) return printJson(rows)
      if (!csv && !tsv)
        return print(
          table(
            columns(by, (row) => bytesText(row.bytes)),
            rows,
          ),
        )
      const own = columns(by, (row) => row.bytes)
      return print(
        delimited(
          own.map(({ title }) => title),
          rows.map((row) => own.map(({ value }) => value(row))),
          tsv === true,
        ),
      )
    })
}
