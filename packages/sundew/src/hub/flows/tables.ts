import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../api/store-reader.ts'
import type { FlowFilter } from './filter.ts'
import type { FlowQuestion } from './question.ts'
import type { Asked } from './sql.ts'
import type { FlowWhere } from './where.ts'

/** A table that questions about flows are put to: the flows, or what was added up of them. */
export interface FlowTable {
  readonly name: string
  /** Columns that conditions and keys may name; all of `flows` where undefined. */
  readonly columns: ReadonlySet<string> | undefined
  /** Seconds that a row stands for. */
  readonly stepSeconds: number
  readonly time: string
  /** SQL: how many flows there were, and when the first began and the last ended. */
  readonly flows: string
  readonly first: string
  readonly last: string
  /** SQL on `flows`' columns as SQL on this table's. */
  readonly sql: (sql: string) => string
}

export const rawFlows: FlowTable = {
  name: 'flows',
  columns: undefined,
  stepSeconds: 0,
  time: 'time',
  flows: 'count()',
  first: 'flow_start',
  last: 'flow_end',
  sql: (sql) => sql,
}

/** The table that has what is asked for, the finest first. */
export async function chooseTable(
  _store: ClickHouseClient,
  _question: FlowQuestion,
  _where: FlowWhere,
  _signal: AbortSignal,
): Promise<FlowTable> {
  return rawFlows
}

/** The oldest moment that a table has, milliseconds since 1970. */
export async function keptSince(
  store: ClickHouseClient,
  { name, time }: FlowTable,
  signal: AbortSignal,
): Promise<number | undefined> {
  const [found] = await rows<{ oldest: string | number; any: string | number }>(
    store,
    `SELECT toUnixTimestamp64Milli(toDateTime64(min(${time}), 3, 'UTC')) AS oldest, count() > 0 AS any FROM ${name}`,
    {},
    signal,
  )
  return found && Number(found.any) > 0 ? Number(found.oldest) : undefined
}

/** The addresses seen in a filter's time, each once. */
export function seenSql({ since, before }: Pick<FlowFilter, 'since' | 'before'>): Asked {
  const params: Record<string, number> = {}
  const conditions: string[] = []
  if (since !== undefined) {
    params['seen_since'] = Date.parse(since)
    conditions.push("time >= fromUnixTimestamp64Milli({seen_since:Int64}, 'UTC')")
  }
  if (before !== undefined) {
    params['seen_before'] = Date.parse(before)
    conditions.push("time < fromUnixTimestamp64Milli({seen_before:Int64}, 'UTC')")
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return {
    sql: `SELECT DISTINCT arrayJoin([source_ip, destination_ip]) AS address FROM flows ${where}`,
    params,
  }
}
