import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from './store-reader.ts'
import type { Where } from './where.ts'

/** A span of time, ms since 1970, its end left out. */
export interface Span {
  readonly from: number
  readonly before: number
}

/**
 * The time that has such rows in spans of some `most` rows, from minute to minute, the oldest first: each can be put in order in
 * memory, however many there are in all.
 *
 * @param column of the time
 */
export async function spansOf(
  store: ClickHouseClient,
  { table, column, where }: { readonly table: string; readonly column: string; readonly where: Where },
  most: number,
  signal: AbortSignal,
): Promise<Span[]> {
  const minutes = await rows<{ minute: number; count: number }>(
    store,
    `SELECT toUnixTimestamp(toStartOfMinute(${column})) AS minute, count() AS count FROM ${table} ${where.sql} GROUP BY minute ORDER BY minute`,
    where.params,
    signal,
  )
  const spans: { from: number; before: number; count: number }[] = []
  for (const { minute, count } of minutes) {
    const last = spans.at(-1)
    const [from, before] = [Number(minute) * 1000, (Number(minute) + 60) * 1000]
    if (last && last.count + Number(count) <= most) {
      last.count += Number(count)
      last.before = before
    } else spans.push({ from, before, count: Number(count) })
  }
  return spans
}
