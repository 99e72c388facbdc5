import type { Command } from 'commander'
import { geoAttribution } from '../core/attribution.ts'
import { firewallFields } from '../hub/firewall/fields.ts'
import type { FirewallQuestion } from '../hub/firewall/question.ts'
import type { FirewallColumnName } from '../wire/firewall/layout.ts'
import { Hub } from './client.ts'
import { usage } from './failure.ts'
import { passOn, rowsOf } from './flows/answer.ts'
import { countries, flagsText, protocolNames, protocols, spans, when } from './flows/values.ts'
import { globals } from './globals.ts'
import { list, wholeNumber } from './options.ts'
import { note, print } from './output.ts'
import { table, type Column } from './table.ts'
import { timeText } from './text.ts'

type Spans = [number, number][]

interface Options {
  readonly since?: string
  readonly before?: string
  readonly source?: readonly string[]
  readonly destination?: readonly string[]
  readonly port?: Spans
  readonly protocol?: Spans
  readonly kind?: readonly string[]
  readonly country?: readonly string[]
  readonly device?: readonly string[]
  readonly listed?: true
  readonly fields?: string
  readonly oldest?: boolean
  readonly limit?: number
  readonly json?: boolean
}

type Row = Readonly<Partial<Record<FirewallColumnName, string | number>>>

/** Protocols with ports: of others the column has something else, as the type and code of ICMP. */
const ported: Spans = [6, 17, 33, 132, 136].map((protocol) => [protocol, protocol])
/** Rows of a table where no limit is given. */
const tableRows = 1000
const kinds = ['block', 'allow', 'other'] as const
const usual: readonly FirewallColumnName[] = [
  'time',
  'kind',
  'protocol',
  'source_ip',
  'source_country',
  'source_port',
  'destination_ip',
  'destination_port',
  'tcp_flags',
  'device',
  'rule',
]
const titles: Readonly<Partial<Record<FirewallColumnName, string>>> = {
  time: 'time (UTC)',
  received: 'received (UTC)',
  source_ip: 'source',
  source_country: 'from',
  source_port: 'port',
  destination_ip: 'destination',
  destination_port: 'port',
  tcp_flags: 'flags',
}

/** Adds `sundew firewall`. */
export function firewall(program: Command): void {
  program
    .command('firewall')
    .description('what your firewalls told, line by line')
    .option('--since <when>', 'not older: 24h, 14d, 2026-11-25', when)
    .option('--before <when>', 'only older', when)
    .option('-s, --source <address>', 'the sender: addresses, prefixes, ranges; a,b or given again', list)
    .option('-d, --destination <address>', 'the receiver', list)
    .option('-p, --port <ports>', "the receiver's port: 22,8000-8999", spans(65_535))
    .option('--protocol <protocols>', 'tcp, udp, icmp … or numbers', protocols)
    .option('-k, --kind <kinds>', `what the firewall did: ${kinds.join(', ')}`, list)
    .option('--country <code>', "the sender's country: DE,US", countries)
    .option('--device <name>', 'the firewall, as its lines name it', list)
    .option('--listed', 'only where an end was on a list of bad addresses')
    .option('-f, --fields <fields>', 'what is told of each, by name, or all')
    .option('--oldest', 'oldest first')
    .option(
      '-n, --limit <rows>',
      'at most so many; a table has 1,000 otherwise',
      wholeNumber(1, 1_000_000_000),
    )
    .option('--json', 'as JSON, one object a line')
    .addHelpText(
      'after',
      `\nExamples:\n  sundew firewall --since 24h --source 203.0.113.0/24\n  sundew firewall --kind block --port 23,2323 --limit 50\n  sundew firewall --since 90d --source 198.51.100.7 --fields all --json\n\n${geoAttribution}\n`,
    )
    .action(async (options: Options, command: Command) => {
      const fields = fieldsOf(options.fields)
      const limit = options.limit ?? (options.json ? undefined : tableRows)
      const question: Partial<FirewallQuestion> = {
        filter: filterOf(options),
        fields,
        order: options.oldest ? 'oldest' : 'newest',
        ...(limit !== undefined && { limit }),
      }
      const hub = await Hub.find(globals(command).paths)
      const answer = await hub.open('/firewall/rows', { method: 'POST', body: question, patient: true })
      if (options.json) return passOn(answer)
      const rows = await Array.fromAsync(rowsOf<Row>(answer, 'firewalls'))
      const columns = fields.map((field): Column<Row> => ({
        title: titles[field] ?? field,
        value: (row) => shown(field, row),
      }))
      await print(table(columns, rows))
      if (rows.length === tableRows && options.limit === undefined)
        note(`${tableRows} lines; --limit says how many, --json tells all.`)
    })
}

function filterOf(options: Options): FirewallQuestion['filter'] {
  const { since, before, source, destination, port, protocol, kind, country, device, listed } = options
  for (const one of kind ?? [])
    if (!kinds.some((known) => known === one))
      throw usage(`--kind ${one}: it should be one of ${kinds.join(', ')}.`)
  const given = {
    since,
    before,
    source,
    destination,
    destination_port: port,
    protocol: protocol ?? (port && ported),
    kind: kind?.map((one) => `firewall.${one}`),
    source_country: country,
    device,
    listed,
  }
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as FirewallQuestion['filter']
}

function fieldsOf(text: string | undefined): FirewallColumnName[] {
  if (text === undefined) return [...usual]
  if (text === 'all') return [...firewallFields]
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const field = firewallFields.find((known) => known === name)
      if (!field) throw usage(`--fields ${name}: it should be all, or some of ${firewallFields.join(', ')}.`)
      return field
    })
}

function shown(field: FirewallColumnName, row: Row): string | number {
  const value = row[field] ?? ''
  switch (field) {
    case 'time':
    case 'received':
      return timeText(String(value))
    case 'kind':
      return String(value).replace('firewall.', '')
    case 'protocol':
      return protocolNames.get(Number(value)) ?? String(value)
    case 'tcp_flags':
      return Number(value) === 0 ? '' : flagsText(Number(value), '.')
    case 'destination_port':
      // Of ICMP it is type and code.
      return row.protocol === 1 || row.protocol === 58
        ? `${Number(value) >> 8}/${Number(value) & 255}`
        : value
    default:
      return value
  }
}
