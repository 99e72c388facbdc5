import type { ClickHouseClient } from '@clickhouse/client'

export interface Lifetimes {
  readonly eventsDays: number
  readonly mailsDays: number
  readonly filesDays: number
  /** Of each table of flows. */
  readonly flowDays: Readonly<Record<FlowTable, number>>
  /** Of firewalls' lines, and of what they add up to. */
  readonly firewallDays: number
}

/** Tables of flows, those that are wanted least when room is short first. */
export const flowTables = ['flows', 'flows_1m', 'flows_5m', 'flows_1h', 'addresses_1h'] as const
type FlowTable = (typeof flowTables)[number]
/** Tables of firewalls' lines, in the same order. */
export const firewallTables = ['firewall', 'firewall_ports_1h'] as const

/** Rows about what is in the file store outlive it by this much, so that the sweep still knows what to remove. */
const graceDays = 7

/** Sets each table's lifetime where it is another one; a change makes the store look at every part again. */
export async function setLifetimes(
  store: ClickHouseClient,
  { eventsDays, mailsDays, filesDays, flowDays, firewallDays }: Lifetimes,
  cluster?: string,
): Promise<void> {
  const after = (days: number) => `toDateTime(time) + toIntervalDay(${days})`
  const lifetimes = {
    events: after(eventsDays),
    // A long mail is in the file store.
    mails: `${after(mailsDays)} WHERE stored = 'inline', ${after(mailsDays + graceDays)}`,
    files: after(filesDays + graceDays),
    ...Object.fromEntries(flowTables.map((table) => [table, after(flowDays[table])])),
    ...Object.fromEntries(firewallTables.map((table) => [table, after(firewallDays)])),
  }
  for (const [table, lifetime] of Object.entries(lifetimes)) {
    if (await lives(store, cluster === undefined ? table : `${table}_local`, lifetime)) continue
    const where = cluster === undefined ? table : `${table}_local ON CLUSTER \`${cluster}\``
    await store.command({ query: `ALTER TABLE ${where} MODIFY TTL ${lifetime}` })
  }
}

/** SHA-256 of what is in the file store past its lifetime: files, and long mails, last seen too long ago. */
export async function expiredFiles(
  store: ClickHouseClient,
  { filesDays, mailsDays }: Pick<Lifetimes, 'filesDays' | 'mailsDays'>,
): Promise<string[]> {
  const answer = await store.query({
    query: `SELECT sha256 FROM (
        SELECT sha256, time + toIntervalDay({files:UInt32}) AS until FROM files
        UNION ALL
        SELECT raw_sha256 AS sha256, time + toIntervalDay({mails:UInt32}) AS until FROM mails WHERE stored = 'file')
      GROUP BY sha256 HAVING max(until) < now()`,
    query_params: { files: filesDays, mails: mailsDays },
    format: 'JSONEachRow',
  })
  return (await answer.json<{ sha256: string }>()).map(({ sha256 }) => sha256)
}

async function lives(store: ClickHouseClient, table: string, lifetime: string): Promise<boolean> {
  const answer = await store.query({
    query:
      'SELECT create_table_query AS made FROM system.tables WHERE database = currentDatabase() AND name = {table:String}',
    query_params: { table },
    format: 'JSONEachRow',
  })
  const [row] = await answer.json<{ made: string }>()
  // As the store writes it: one lifetime a line, without blanks that nobody misses.
  return packed(row?.made ?? '').includes(packed(`TTL ${lifetime} SETTINGS`))
}

function packed(sql: string): string {
  return sql.replace(/[\s`]+|DELETE/g, '')
}
