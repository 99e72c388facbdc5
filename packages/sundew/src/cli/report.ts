import { Option, type Command } from 'commander'
import type { SpammerRow } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { globals } from './globals.ts'
import { wholeNumber } from './options.ts'
import { delimited, print, printJson } from './output.ts'
import { reportHits } from './report-hits.ts'
import { reportScans } from './report-scans.ts'
import { reportTunnels } from './report-tunnels.ts'
import { table, type Column } from './table.ts'
import { timeText } from './text.ts'

interface ReportOptions {
  readonly days: number
  readonly limit: number
  readonly wide?: boolean
  readonly json?: boolean
  readonly csv?: boolean
  readonly tsv?: boolean
}

const narrow: readonly Column<SpammerRow>[] = [
  { title: 'ip', value: (row) => row.ip },
  { title: 'spam_mails', value: (row) => row.spam_mails },
]
const wide: readonly Column<SpammerRow>[] = [
  ...narrow,
  { title: 'campaigns', value: (row) => row.campaigns },
  { title: 'bytes', value: (row) => row.bytes },
  { title: 'first_seen', value: (row) => timeText(row.first_seen) },
  { title: 'last_seen', value: (row) => timeText(row.last_seen) },
]

/** Adds `sundew report`. */
export function report(program: Command): void {
  const reports = program.command('report').description('tables for people')
  reports
    .command('spammers')
    .description('who brought the most mail')
    .option('-d, --days <days>', 'of so many days', wholeNumber(1, 3650), 14)
    .option('-n, --limit <rows>', 'at most so many', wholeNumber(1, 1000), 10)
    .option('-w, --wide', 'with campaigns, bytes, first and last seen')
    .addOption(new Option('--json', 'as JSON').conflicts(['csv', 'tsv']))
    .addOption(new Option('--csv', 'as CSV').conflicts('tsv'))
    .option('--tsv', 'as TSV')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew report spammers --days 14\n  sundew report spammers --wide --csv > spammers.csv\n',
    )
    .action(async (options: ReportOptions, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const rows = await hub.json<SpammerRow[]>('/reports/spammers', {
        query: { days: options.days, limit: options.limit },
      })
      if (options.json) return printJson(rows)
      const columns = options.wide ? wide : narrow
      if (options.csv || options.tsv) {
        const cells = rows.map((row) => columns.map((column) => column.value(row)))
        return print(
          delimited(
            columns.map((column) => column.title),
            cells,
            options.tsv === true,
          ),
        )
      }
      return print(table(columns, rows))
    })
  reportTunnels(reports)
  reportHits(reports)
  reportScans(reports)
}
