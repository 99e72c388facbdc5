import { type ClickHouseClient, ClickHouseError, createClient } from '@clickhouse/client'

import { StoreError } from './error.ts'
import { type Migration, readMigrations, recordTable, statementsOf } from './schema.ts'
import { sqlIdentifier } from './sql.ts'

export interface MigrateOptions {
  readonly url: string
  readonly database: string
  readonly user: string
  readonly password: string
  /** Name of the cluster as ClickHouse's configuration has it; absent on one machine. */
  readonly cluster?: string | undefined
  /** Ends the waiting. */
  readonly signal?: AbortSignal
  /** Hears why the store does not answer yet, once. */
  readonly waiting?: (error: unknown) => void
  /** For tests. */
  readonly migrations?: readonly Migration[]
}

/** Milliseconds between two attempts to reach the store, from the first to the longest. */
const retryMs = { first: 100, longest: 5000 } as const

/**
 * Makes the store's tables, or brings them up to date, through ClickHouse's HTTP interface: the same against our own store
 * and a cluster. Waits until the store answers. Every file is applied once, in order; one that broke off is applied again.
 *
 * @throws StoreError SUNDEW_STORE_NEWER where the store knows files that this version does not, SUNDEW_STORE_CHANGED where
 *   a file differs from what was applied. @throws ClickHouseError where a statement fails.
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: readonly Migration[] }> {
  const { url, database, user, password, cluster } = options
  const open = (where: string): ClickHouseClient =>
    createClient({ url, username: user, password, database: where, log: { level: 127 } })
  const outside = open('default')
  const client = open(database)
  try {
    const on = cluster === undefined ? '' : ` ON CLUSTER ${sqlIdentifier(cluster)}`
    const query = `CREATE DATABASE IF NOT EXISTS ${sqlIdentifier(database)}${on}`
    await onceReached(options, () => outside.command({ query }))
    for (const statement of statementsOf(recordTable, cluster)) await client.command({ query: statement })
    return { applied: await applyMissing(client, options.migrations ?? readMigrations(), url, cluster) }
  } finally {
    await Promise.all([outside.close(), client.close()])
  }
}

async function applyMissing(
  client: ClickHouseClient,
  migrations: readonly Migration[],
  url: string,
  cluster: string | undefined,
): Promise<Migration[]> {
  const answer = await client.query({
    query:
      'SELECT version, any(name) AS name, any(sha256) AS sha256 FROM schema_migrations GROUP BY version ORDER BY version',
    format: 'JSONEachRow',
  })
  const recorded = await answer.json<{ version: number; name: string; sha256: string }>()
  checkRecorded(recorded, migrations, url)
  const known = new Set(recorded.map(({ version }) => version))
  const applied: Migration[] = []
  for (const migration of migrations.filter(({ version }) => !known.has(version))) {
    for (const query of statementsOf(migration.text, cluster)) await client.command({ query })
    const { version, name, sha256 } = migration
    await client.insert({
      table: 'schema_migrations',
      values: [{ version, name, sha256 }],
      columns: ['version', 'name', 'sha256'],
      format: 'JSONEachRow',
      clickhouse_settings: { insert_deduplication_token: `schema-${version}` },
    })
    applied.push(migration)
  }
  return applied
}

function checkRecorded(
  recorded: readonly { version: number; name: string; sha256: string }[],
  migrations: readonly Migration[],
  url: string,
): void {
  const byVersion = new Map(migrations.map((migration) => [migration.version, migration]))
  for (const { version, name, sha256 } of recorded) {
    const ours = byVersion.get(version)
    if (!ours) {
      throw new StoreError(
        'SUNDEW_STORE_NEWER',
        `The store at ${url} was made by a newer Sundew: it has schema ${version} (${name}), this version knows ${migrations.length}. Install the newer version, or start with an empty --data.`,
      )
    }
    if (ours.sha256 !== sha256) {
      throw new StoreError(
        'SUNDEW_STORE_CHANGED',
        `Schema ${version} (${ours.name}) of the store at ${url} was applied from another file than this version has (SHA-256 ${sha256.slice(0, 12)}… there, ${ours.sha256.slice(0, 12)}… here). Use the version that made the store, or start with an empty --data.`,
      )
    }
  }
}

/** Repeats what fails for want of a connection; what ClickHouse itself refuses is thrown at once. */
async function onceReached(options: MigrateOptions, work: () => Promise<unknown>): Promise<void> {
  const { signal, waiting } = options
  for (let wait: number = retryMs.first, told = false; ; wait = Math.min(wait * 2, retryMs.longest)) {
    signal?.throwIfAborted()
    try {
      await work()
      return
    } catch (error) {
      if (error instanceof ClickHouseError) throw error
      if (!told && wait >= retryMs.first * 8) {
        waiting?.(error)
        told = true
      }
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, wait)
      function done(): void {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      signal?.addEventListener('abort', done, { once: true })
    })
  }
}
