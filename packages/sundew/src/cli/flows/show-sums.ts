import type { FlowCount, FlowStep, FlowTop, HuntRow, SeenRow } from '../../hub/api/contract.ts'
import { dimensions } from '../../hub/flows/dimensions.ts'
import type { FlowFilter } from '../../hub/flows/filter.ts'
import type { FlowQuestion } from '../../hub/flows/question.ts'
import type { Hub } from '../client.ts'
import { usage } from '../failure.ts'
import { delimited, print } from '../output.ts'
import { table, type Column } from '../table.ts'
import { timeText } from '../text.ts'
import { askHub, passOn, rowsOf } from './answer.ts'
import type { FlowOptions } from './flows.ts'
import { protocolNames } from './values.ts'

/** Characters of the longest bar. */
const barLength = 40

/** Prints what flows add up to, or who met whom. */
export async function showSums(
  hub: Hub,
  mode: Exclude<FlowQuestion['mode'], 'rows'>,
  filter: FlowFilter,
  options: FlowOptions,
): Promise<void> {
  switch (mode) {
    case 'count':
      return show<FlowCount>(hub, { mode, filter }, options, () => countColumns)
    case 'top': {
      const { top, of, by } = options
      const limit = typeof top === 'number' ? top : (options.limit ?? 10)
      return show<FlowTop>(hub, { mode, filter, of, by, limit }, options, () => topColumns(of!))
    }
    case 'histogram':
      return show<FlowStep>(hub, { mode, filter, step_seconds: options.histogram }, options, (rows) =>
        options.format === 'table' ? [...stepColumns, bars(rows, options.by)] : stepColumns,
      )
    case 'seen':
      return show<SeenRow>(hub, { mode, filter, limit: options.limit }, options, () => seenColumns)
    case 'hunt':
      return show<HuntRow>(hub, { mode, filter, limit: options.limit }, options, () =>
        options.format === 'table' ? huntColumns : wholeHunt,
      )
  }
}

async function show<R>(
  hub: Hub,
  question: Parameters<typeof askHub>[1],
  { format, titles }: FlowOptions,
  columnsOf: (rows: readonly R[]) => readonly Column<R>[],
): Promise<void> {
  if (format === 'silk') throw usage('--format silk is for flows themselves; take table, csv or json.')
  const answer = await askHub(hub, question)
  if (format === 'json') return passOn(answer)
  const rows = await Array.fromAsync(rowsOf<R>(answer))
  const columns = columnsOf(rows)
  const text =
    format === 'table'
      ? table(columns, rows)
      : delimited(
          columns.map(({ title }) => title),
          rows.map((row) => columns.map(({ value }) => value(row))),
          false,
        )
  return print(titles ? text : text.replace(/^.*\n/, ''))
}

const sums: readonly Column<FlowCount | FlowTop | FlowStep>[] = [
  { title: 'flows', value: (row) => row.flows },
  { title: 'packets', value: (row) => row.packets },
  { title: 'bytes', value: (row) => row.bytes },
]

const countColumns: readonly Column<FlowCount>[] = [
  ...sums,
  { title: 'first', value: (row) => timeText(row.first) },
  { title: 'last', value: (row) => timeText(row.last) },
]

function topColumns(of: string): readonly Column<FlowTop>[] {
  const { keys } = dimensions.find(({ name }) => name === of)!
  return [
    ...keys.map(({ name }): Column<FlowTop> => ({
      title: name,
      value: (row) => {
        const value = row[name] ?? ''
        return name === 'protocol' ? (protocolNames.get(Number(value)) ?? String(value)) : value
      },
    })),
    ...sums,
    { title: '%', value: (row) => row.percent },
  ]
}

const stepColumns: readonly Column<FlowStep>[] = [
  { title: 'time', value: (row) => timeText(row.time) },
  ...sums,
]

function bars(rows: readonly FlowStep[], by: FlowOptions['by']): Column<FlowStep> {
  const most = rows.reduce((largest, row) => Math.max(largest, row[by]), 1)
  return { title: '', value: (row) => '#'.repeat(Math.ceil((row[by] / most) * barLength)) }
}

const seenColumns: readonly Column<SeenRow>[] = [
  { title: 'address', value: (row) => row.address },
  { title: 'first', value: (row) => timeText(row.first) },
  { title: 'last', value: (row) => timeText(row.last) },
  { title: 'hours', value: (row) => row.hours },
  { title: 'sent_flows', value: (row) => row.sent_flows },
  { title: 'sent_bytes', value: (row) => row.sent_bytes },
  { title: 'received_flows', value: (row) => row.received_flows },
  { title: 'received_bytes', value: (row) => row.received_bytes },
  { title: 'country', value: (row) => row.country },
  { title: 'as', value: (row) => row.as },
]

const wholeHunt: readonly Column<HuntRow>[] = [
  { title: 'host', value: (row) => row.host },
  { title: 'indicator', value: (row) => row.indicator },
  { title: 'list', value: (row) => row.list },
  { title: 'title', value: (row) => row.title },
  { title: 'flows', value: (row) => row.flows },
  { title: 'bytes', value: (row) => row.bytes },
  { title: 'first', value: (row) => timeText(row.first) },
  { title: 'last', value: (row) => timeText(row.last) },
  { title: 'direction', value: (row) => row.direction },
  { title: 'answered', value: (row) => (row.answered ? 'yes' : 'no') },
  { title: 'link', value: (row) => row.link },
]

/** What has room on a terminal: who met what is first, how it is called last. */
const huntColumns: readonly Column<HuntRow>[] = [
  ...wholeHunt.filter(({ title }) => !['title', 'link'].includes(title)),
  { title: 'title', value: (row) => row.title },
]
