import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../api/store-reader.ts'
import { dimensions, servicePort } from './dimensions.ts'
import type { FlowFilter } from './filter.ts'
import type { QuestionOf } from './question.ts'
import type { Asked } from './sql.ts'
import type { FlowWhere } from './where.ts'

/** A table that questions about flows are put to: the flows, or what was added up of them. */
export interface FlowTable {
  readonly name: string
  /** Columns of `flows` that it has too; all where undefined. */
  readonly columns: ReadonlySet<string> | undefined
  /** Seconds that a row stands for; 0 for a moment. */
  readonly stepSeconds: number
  /** SQL: how many flows there were, and when the first began and the last ended. */
  readonly flows: string
  readonly first: string
  readonly last: string
  /** SQL of a key on `flows` as SQL on this table. */
  readonly key: (sql: string) => string
}

export const rawFlows: FlowTable = {
  name: 'flows',
  columns: undefined,
  stepSeconds: 0,
  flows: 'count()',
  first: 'flow_start',
  last: 'flow_end',
  key: (sql) => sql,
}

const summedColumns = new Set([
  'exporter_ip',
  'input_interface',
  'output_interface',
  'protocol',
  'source_country',
  'destination_country',
])

function sums(name: string, stepSeconds: number): FlowTable {
  return {
    name,
    columns: summedColumns,
    stepSeconds,
    flows: 'sum(flows)',
    first: 'time',
    last: `time + ${stepSeconds}`,
    // Sums have the service's port and 0 where none of the two is one.
    key: (sql) => (sql === servicePort ? 'service_port' : sql),
  }
}

/** The finest first; each is kept longer than the one before. */
const summed: readonly FlowTable[] = [sums('flows_1m', 60), sums('flows_5m', 300), sums('flows_1h', 3600)]

/** Sums are asked where flows reach less far back by this at least, milliseconds. */
const worthwhileMs = 3_600_000

/** Flows where they reach as far back as asked, or only they have what is asked for; else the finest sums that do. */
export async function chooseTable(
  store: ClickHouseClient,
  question: QuestionOf<'count' | 'top' | 'histogram'>,
  { columns }: FlowWhere,
  signal: AbortSignal,
): Promise<FlowTable> {
  const { since } = question.filter
  if (since === undefined || ![...columns, ...keyColumns(question)].every((name) => summedColumns.has(name)))
    return rawFlows
  const step = question.mode === 'histogram' ? question.step_seconds : 0
  let best = rawFlows
  let bestSince = (await keptSince(store, rawFlows, signal)) ?? Infinity
  for (const table of summed) {
    if (bestSince <= Date.parse(since)) break
    if (step % table.stepSeconds !== 0) continue
    const kept = (await keptSince(store, table, signal)) ?? Infinity
    if (kept > bestSince - worthwhileMs) continue
    best = table
    bestSince = kept
  }
  return best
}

function keyColumns(question: QuestionOf<'count' | 'top' | 'histogram'>): readonly string[] {
  if (question.mode !== 'top') return []
  const { columns, keys } = dimensions.find(({ name }) => name === question.of)!
  return keys.some(({ sql }) => sql === servicePort) ? ['protocol'] : columns
}

/** The oldest moment that a table has, milliseconds since 1970; undefined where it is empty. */
export async function keptSince(
  store: ClickHouseClient,
  { name }: Pick<FlowTable, 'name'>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const [found] = await rows<{ oldest: string | number; rows: string | number }>(
    store,
    `SELECT toUnixTimestamp64Milli(toDateTime64(min(time), 3, 'UTC')) AS oldest, count() AS rows FROM ${name}`,
    {},
    signal,
  )
  return found && Number(found.rows) > 0 ? Number(found.oldest) : undefined
}

/** The addresses seen in the hours of a filter's time, each once. */
export function seenSql({ since, before }: Pick<FlowFilter, 'since' | 'before'>): Asked {
  const params: Record<string, number> = {}
  const conditions: string[] = []
  if (since !== undefined) {
    params['seen_since'] = Math.max(0, Math.floor(Date.parse(since) / 3_600_000) * 3600)
    conditions.push('time >= toDateTime({seen_since:UInt32})')
  }
  if (before !== undefined) {
    params['seen_before'] = Math.max(0, Math.ceil(Date.parse(before) / 1000))
    conditions.push('time < toDateTime({seen_before:UInt32})')
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return { sql: `SELECT address FROM addresses_1h ${where} GROUP BY address`, params }
}
