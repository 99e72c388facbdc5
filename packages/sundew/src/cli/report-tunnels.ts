import { Option, type Command } from 'commander'
import type { TunnelReport } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { globals } from './globals.ts'
import { wholeNumber } from './options.ts'
import { delimited, print, printJson } from './output.ts'
import { table, type Column } from './table.ts'
import { timeText } from './text.ts'

type Part = keyof TunnelReport
type Row<P extends Part> = TunnelReport[P][number]

interface Options {
  readonly days: number
  readonly limit: number
  readonly by?: Part
  readonly json?: boolean
  readonly csv?: boolean
  readonly tsv?: boolean
}

const columns: { readonly [P in Part]: readonly Column<Row<P>>[] } = {
  sources: [
    { title: 'ip', value: (row) => row.ip },
    { title: 'attempts', value: (row) => row.attempts },
    { title: 'opened', value: (row) => row.opened },
    { title: 'targets', value: (row) => row.targets },
    { title: 'first_seen', value: (row) => timeText(row.first_seen) },
    { title: 'last_seen', value: (row) => timeText(row.last_seen) },
  ],
  targets: [
    { title: 'target', value: (row) => row.host },
    { title: 'port', value: (row) => row.port },
    { title: 'attempts', value: (row) => row.attempts },
    { title: 'sources', value: (row) => row.sources },
  ],
  ports: [
    { title: 'port', value: (row) => row.port },
    { title: 'attempts', value: (row) => row.attempts },
    { title: 'percent', value: (row) => row.percent },
    { title: 'sources', value: (row) => row.sources },
  ],
  helos: [
    { title: 'helo', value: (row) => row.helo },
    { title: 'mails', value: (row) => row.mails },
    { title: 'sources', value: (row) => row.sources },
  ],
  requests: [
    { title: 'method', value: (row) => row.method },
    { title: 'host', value: (row) => row.host },
    { title: 'url', value: (row) => row.url },
    { title: 'requests', value: (row) => row.requests },
    { title: 'sources', value: (row) => row.sources },
  ],
}
const parts = Object.keys(columns) as Part[]
const titles: Readonly<Record<Part, string>> = {
  sources: 'Who asked for tunnels',
  targets: 'Where they were to lead',
  ports: 'To which ports',
  helos: 'Names that mail through them was announced with',
  requests: 'HTTP requests through them',
}

/** Adds `sundew report tunnels`. */
export function reportTunnels(reports: Command): void {
  reports
    .command('tunnels')
    .description('who wanted to be connected where through the SSH decoy')
    .option('-d, --days <days>', 'of so many days', wholeNumber(1, 3650), 14)
    .option('-n, --limit <rows>', 'at most so many in a table', wholeNumber(1, 1000), 10)
    .addOption(new Option('-b, --by <table>', 'only this table; --csv and --tsv: sources').choices(parts))
    .addOption(new Option('--json', 'as JSON').conflicts(['csv', 'tsv']))
    .addOption(new Option('--csv', 'as CSV').conflicts('tsv'))
    .option('--tsv', 'as TSV')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew report tunnels --days 14\n  sundew report tunnels --by targets --limit 100 --csv > targets.csv\n',
    )
    .action(async (options: Options, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const report = await hub.json<TunnelReport>('/reports/tunnels', {
        query: { days: options.days, limit: options.limit },
      })
      if (options.json) return printJson(options.by ? report[options.by] : report)
      if (options.csv || options.tsv)
        return print(separated(report, options.by ?? 'sources', options.tsv === true))
      if (options.by) return print(shown(report, options.by))
      return print(parts.map((part) => `${titles[part]}\n${shown(report, part)}`).join('\n'))
    })
}

function separated<P extends Part>(report: TunnelReport, part: P, tabs: boolean): string {
  const own: readonly Column<Row<P>>[] = columns[part]
  const rows: readonly Row<P>[] = report[part]
  return delimited(
    own.map(({ title }) => title),
    rows.map((row) => own.map((column) => column.value(row))),
    tabs,
  )
}

function shown<P extends Part>(report: TunnelReport, part: P): string {
  const own: readonly Column<Row<P>>[] = columns[part]
  const rows: readonly Row<P>[] = report[part]
  return table(own, rows)
}
