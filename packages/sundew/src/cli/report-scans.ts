import { Option, type Command } from 'commander'
import { geoAttribution } from '../core/attribution.ts'
import type { ScanRow } from '../hub/api/contract.ts'
import { patterns } from '../hub/scans/scan.ts'
import { Hub } from './client.ts'
import { globals } from './globals.ts'
import { moment, wholeNumber } from './options.ts'
import { delimited, print, printJson } from './output.ts'
import { table, type Column } from './table.ts'
import { countText, timeText } from './text.ts'

interface Options {
  readonly since?: string
  readonly before?: string
  readonly pattern?: string
  readonly limit: number
  readonly look?: boolean
  readonly json?: boolean
  readonly csv?: boolean
  readonly tsv?: boolean
}

/** Ports named in a table: the evidence has their number. */
const mostPorts = 4

const columns: readonly Column<ScanRow>[] = [
  { title: 'first (UTC)', value: ({ first_seen }) => timeText(first_seen) },
  { title: 'last (UTC)', value: ({ last_seen }) => timeText(last_seen) },
  { title: 'pattern', value: ({ pattern }) => pattern },
  { title: 'who', value: who },
  { title: 'ports', value: portsText },
  { title: 'ports/h', value: ({ per_hour: pace }) => (pace === undefined ? '' : countText(pace)) },
  { title: 'evidence', value: ({ evidence }) => evidence, max: 200 },
]

/** Each field by itself, for programs. */
const fields: readonly Column<ScanRow>[] = [
  { title: 'scan', value: ({ scan }) => scan },
  { title: 'first_seen', value: ({ first_seen }) => first_seen },
  { title: 'last_seen', value: ({ last_seen }) => last_seen },
  { title: 'pattern', value: ({ pattern }) => pattern },
  { title: 'transport', value: ({ transport }) => transport },
  { title: 'source', value: ({ sources }) => sources[0] ?? '' },
  { title: 'sources', value: ({ source_count }) => source_count },
  { title: 'country', value: ({ country }) => country },
  { title: 'as', value: (row) => row.as },
  { title: 'ports', value: ({ port_count }) => port_count },
  { title: 'first_ports', value: ({ ports }) => ports.join(' ') },
  { title: 'targets', value: ({ targets }) => targets },
  { title: 'probes', value: ({ probes }) => probes },
  { title: 'order', value: ({ order = '' }) => order },
  { title: 'per_hour', value: ({ per_hour = '' }) => per_hour },
  { title: 'fit', value: ({ fit = '' }) => fit },
  { title: 'evidence', value: ({ evidence }) => evidence },
]

/** Adds `sundew report scans`. */
export function reportScans(reports: Command): void {
  reports
    .command('scans')
    .description("who looked for open ports, as your firewalls' logs show it")
    .option('-s, --since <when>', 'not over before: 24h, 14d, 2026-11-25; 14d where not given', moment)
    .option('-b, --before <when>', 'begun before', moment)
    .addOption(new Option('-p, --pattern <pattern>', 'of this kind only').choices(patterns))
    .option('-n, --limit <rows>', 'at most so many', wholeNumber(1, 1000), 100)
    .option('--look', 'looks for scans now, and tells then')
    .addOption(new Option('--json', 'as JSON').conflicts(['csv', 'tsv']))
    .addOption(new Option('--csv', 'as CSV').conflicts('tsv'))
    .option('--tsv', 'as TSV')
    .addHelpText(
      'after',
      `\nExamples:\n  sundew report scans --since 14d\n  sundew report scans --pattern synchronised --json\n  sundew report scans --since 24h --csv > scans.csv\n\n${geoAttribution}\n`,
    )
    .action(
      async ({ since = moment('14d'), before, pattern, limit, ...options }: Options, command: Command) => {
        const hub = await Hub.find(globals(command).paths)
        if (options.look) await hub.json('/scans/look', { method: 'POST', body: {}, patient: true })
        const rows = await hub.json<ScanRow[]>('/scans', { query: { from: since, before, pattern, limit } })
        if (options.json) return printJson(rows)
        if (!options.csv && !options.tsv) return print(table(columns, rows))
        return print(
          delimited(
            fields.map(({ title }) => title),
            rows.map((row) => fields.map(({ value }) => value(row))),
            options.tsv === true,
          ),
        )
      },
    )
}

/** `198.51.100.7 (NL, AS64500)`; of many how many, and one of them. */
function who({ sources, source_count: count, country, as }: ScanRow): string {
  const origin = [country, as === 0 ? '' : `AS${as}`].filter((part) => part !== '').join(', ')
  const first = `${sources[0] ?? ''}${origin === '' ? '' : ` (${origin})`}`
  return count > 1 ? `${countText(count)} sources, as ${first}` : first
}

function portsText({ ports, port_count: count, transport }: ScanRow): string {
  const some = ports.slice(0, mostPorts).join(',')
  return `${transport === '' ? '' : `${transport} `}${some}${ports.length > mostPorts ? ` … (${countText(count)})` : ''}`
}
