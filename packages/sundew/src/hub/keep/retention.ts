import type { ClickHouseClient } from '@clickhouse/client'

export interface Lifetimes {
  readonly eventsDays: number
  readonly mailsDays: number
  readonly filesDays: number
}

/** Rows about files outlive the files by this much, so that the sweep still knows which to remove. */
const graceDays = 7

/** Sets each table's lifetime where it is another one; a change makes the store look at every part again. */
export async function setLifetimes(
  store: ClickHouseClient,
  { eventsDays, mailsDays, filesDays }: Lifetimes,
  cluster?: string,
): Promise<void> {
  const days = { events: eventsDays, mails: mailsDays, files: filesDays + graceDays }
  for (const [table, n] of Object.entries(days)) {
    if (await lives(store, cluster === undefined ? table : `${table}_local`, n)) continue
    const where = cluster === undefined ? table : `${table}_local ON CLUSTER \`${cluster}\``
    await store.command({ query: `ALTER TABLE ${where} MODIFY TTL toDateTime(time) + INTERVAL ${n} DAY` })
  }
}

/** Files last seen before their lifetime. */
export async function expiredFiles(store: ClickHouseClient, days: number): Promise<string[]> {
  const answer = await store.query({
    query: 'SELECT sha256 FROM files GROUP BY sha256 HAVING max(time) < now() - toIntervalDay({days:UInt32})',
    query_params: { days },
    format: 'JSONEachRow',
  })
  return (await answer.json<{ sha256: string }>()).map(({ sha256 }) => sha256)
}

async function lives(store: ClickHouseClient, table: string, days: number): Promise<boolean> {
  const answer = await store.query({
    query:
      'SELECT create_table_query AS made FROM system.tables WHERE database = currentDatabase() AND name = {table:String}',
    query_params: { table },
    format: 'JSONEachRow',
  })
  const [row] = await answer.json<{ made: string }>()
  return row?.made.includes(`toIntervalDay(${days})`) ?? false
}
