import { type FlowField, flowFields, usualFields } from '../../hub/flows/fields.ts'
import type { FlowFilter } from '../../hub/flows/filter.ts'
import type { Hub } from '../client.ts'
import { usage } from '../failure.ts'
import { note, print } from '../output.ts'
import { table, type Column } from '../table.ts'
import { timeText } from '../text.ts'
import { askHub, passOn, rowsOf } from './answer.ts'
import type { FlowOptions } from './flows.ts'
import { type FlowRow, silkColumns, silkFields, SilkLines } from './silk.ts'
import { flagsText, protocolNames } from './values.ts'

/** Rows of a table where no limit is given. */
const tableRows = 1000
/** Lines gathered before they are printed. */
const together = 500

/** Prints the flows themselves. */
export async function showRows(hub: Hub, filter: FlowFilter, options: FlowOptions): Promise<void> {
  switch (options.format) {
    case 'table':
      return showTable(hub, filter, options)
    case 'silk':
      return showSilk(hub, filter, options)
    case 'csv':
    case 'json':
      return pass(hub, filter, options)
  }
}

function question(filter: FlowFilter, { limit, newest }: FlowOptions, fields: readonly FlowField[]) {
  return { mode: 'rows', filter, fields, limit, order: newest ? 'newest' : 'oldest' } as const
}

async function showTable(hub: Hub, filter: FlowFilter, options: FlowOptions): Promise<void> {
  const fields = fieldsOf(options.fields)
  const limit = options.limit ?? tableRows
  const answer = await askHub(hub, { ...question(filter, options, fields), limit, order: 'newest' })
  const rows = await Array.fromAsync(rowsOf<FlowRow>(answer))
  const columns = fields.map((field): Column<FlowRow> => ({
    title: fieldTitles[field] ?? field,
    value: (row) => shown(field, row[field] ?? ''),
  }))
  await print(options.titles ? table(columns, rows) : table(columns, rows).replace(/^.*\n/, ''))
  if (rows.length === limit && options.limit === undefined)
    note(`The newest ${tableRows} flows; --limit says how many, --format csv tells all.`)
}

async function showSilk(hub: Hub, filter: FlowFilter, options: FlowOptions): Promise<void> {
  const columns = silkColumns(options.fields)
  const lines = new SilkLines(columns, filter.version === 6)
  const answer = await askHub(hub, question(filter, options, silkFields(columns)))
  let piece = options.titles ? lines.titles() : ''
  let count = 0
  for await (const row of rowsOf<FlowRow>(answer)) {
    piece += lines.line(row)
    if (++count % together === 0) {
      await print(piece)
      piece = ''
    }
  }
  await print(piece)
}

/** The hub's own CSV or JSON. */
async function pass(hub: Hub, filter: FlowFilter, options: FlowOptions): Promise<void> {
  const { format, titles } = options
  const answer = await askHub(hub, { ...question(filter, options, fieldsOf(options.fields)), format, titles })
  return passOn(answer)
}

/** Names that people know better; every field's own name is taken too. */
const shortNames: Readonly<Record<string, FlowField>> = {
  start: 'flow_start',
  end: 'flow_end',
  duration: 'duration_ms',
  source: 'source_ip',
  destination: 'destination_ip',
  flags: 'tcp_flags',
  exporter: 'exporter_ip',
}

function fieldsOf(text: string | undefined): readonly FlowField[] {
  if (text === undefined) return usualFields
  if (text === 'all') return flowFields
  const names = text.split(',').filter((name) => name !== '')
  return [
    ...new Set(
      names.map((name) => {
        const field = shortNames[name] ?? flowFields.find((known) => known === name)
        if (!field) throw usage(`--fields ${name}: it should be all, or some of ${flowFields.join(', ')}.`)
        return field
      }),
    ),
  ]
}

const fieldTitles: Readonly<Partial<Record<FlowField, string>>> = {
  flow_start: 'start (UTC)',
  flow_end: 'end (UTC)',
  time: 'time (UTC)',
  source_ip: 'source',
  destination_ip: 'destination',
  source_port: 'port',
  destination_port: 'port',
  tcp_flags: 'flags',
  exporter_ip: 'exporter',
}

function shown(field: FlowField, value: string | number): string | number {
  switch (field) {
    case 'time':
    case 'flow_start':
    case 'flow_end':
      return timeText(String(value))
    case 'protocol':
      return protocolNames.get(Number(value)) ?? String(value)
    case 'tcp_flags':
    case 'reverse_tcp_flags':
      return flagsText(Number(value), '.')
    default:
      return value
  }
}
