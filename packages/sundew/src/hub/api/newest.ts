import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from './store-reader.ts'
import type { Where } from './where.ts'

/** How far back is looked, step by step, until there are rows enough: tables are cut by day, and most asks are for now. */
const hours = [2, 48, 30 * 24] as const

export interface NewestQuery {
  readonly table: 'events' | 'mails'
  /** SQL of what to select. */
  readonly columns: string
  /** Conditions but those of time. */
  readonly where: Where
  /** Nanoseconds since the epoch, in decimal. */
  readonly since: string | undefined
  readonly before: string | undefined
  readonly limit: number
}

/** The newest rows that fit, newest first. */
export async function newest<T>(
  store: ClickHouseClient,
  { table, columns, where, since, before, limit }: NewestQuery,
  signal: AbortSignal,
): Promise<T[]> {
  const from = before === undefined ? BigInt(Date.now()) * 1_000_000n : BigInt(before)
  for (const back of hours) {
    const start = String(from - BigInt(back) * 3_600_000_000_000n)
    if (since !== undefined && BigInt(start) <= BigInt(since)) break
    const found = await within(start)
    if (found.length >= limit) return found
  }
  return within(since)

  function within(start: string | undefined): Promise<T[]> {
    const { sql, params } = where.copy().between('time', start, before)
    return rows<T>(
      store,
      `SELECT ${columns} FROM ${table} ${sql} ORDER BY time DESC, id DESC LIMIT {limit:UInt32}`,
      { ...params, limit },
      signal,
    )
  }
}
