import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { sqlIdentifier, sqlString } from './sql.ts'

/** One numbered file of the folder `schema`. */
export interface Migration {
  readonly version: number
  readonly name: string
  /** Of the file's bytes, lower-case hex: a file that was applied must not change. */
  readonly sha256: string
  readonly text: string
}

/** The files of the folder, in order. */
export function readMigrations(folder: string = join(import.meta.dirname, 'schema')): Migration[] {
  const migrations = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file, index): Migration => {
      const found = /^(\d{3})-([a-z0-9-]+)\.sql$/.exec(file)
      if (!found || Number(found[1]) !== index + 1) {
        throw new Error(
          `${join(folder, file)}: schema files are NNN-name.sql, numbered from 001 without a gap`,
        )
      }
      const text = readFileSync(join(folder, file), 'utf8')
      return {
        version: index + 1,
        name: found[2]!,
        sha256: createHash('sha256').update(text).digest('hex'),
        text,
      }
    })
  return migrations
}

/** Where migrations that were applied are recorded. On a cluster every node has all of it. */
export const recordTable = `-- shard: none
CREATE TABLE IF NOT EXISTS schema_migrations
(
    version UInt32,
    name String,
    sha256 String,
    applied DateTime DEFAULT now()
)
ENGINE = MergeTree
ORDER BY version
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
`

/**
 * The statements of a schema file: for one machine, or for a cluster.
 *
 * For a cluster, `CREATE TABLE x … ENGINE = SomethingMergeTree` becomes a replicated `x_local` on every node and a
 * Distributed `x` over it, by the key that the comment `-- shard:` above it names; `ALTER TABLE x` is said to both, and to
 * `x_local` alone where it is about what only a MergeTree has. A materialised view of `x` is one of each node's `x_local`
 * into its own. `-- shard: none` is one replicated table everywhere.
 *
 * @throws Error for a statement of another form: the files are ours.
 */
export function statementsOf(text: string, cluster?: string): string[] {
  return parts(text).flatMap(({ statement, shard }) => {
    const filled = statement.replace(/\{days:(\d+)\}/g, '$1')
    return cluster === undefined ? [filled] : clustered(filled, shard, cluster)
  })
}

function parts(text: string): { statement: string; shard: string | undefined }[] {
  return text
    .split(/;[ \t]*(?:\n|$)/)
    .map((part) => ({
      statement: part.replace(/^\s*--.*$/gm, '').trim(),
      shard: /^-- shard: (.+)$/m.exec(part)?.[1]?.trim(),
    }))
    .filter(({ statement }) => statement !== '')
}

function clustered(statement: string, shard: string | undefined, cluster: string): string[] {
  const on = `ON CLUSTER ${sqlIdentifier(cluster)}`
  const table = /^CREATE TABLE IF NOT EXISTS (\w+)\n/.exec(statement)
  if (table) {
    const name = table[1]!
    if (shard === undefined) throw new Error(`The table ${name} has no line "-- shard:" above it`)
    if (shard === 'none') return [replicated(statement, name, `/clickhouse/{database}/${name}`, on)]
    const local = `${name}_local`
    return [
      replicated(
        statement.replace(`EXISTS ${name}\n`, `EXISTS ${local}\n`),
        local,
        `/clickhouse/{database}/${local}/{shard}`,
        on,
      ),
      `CREATE TABLE IF NOT EXISTS ${name} ${on} AS ${local}\nENGINE = Distributed(${sqlString(cluster)}, currentDatabase(), ${sqlString(local)}, ${shard})`,
    ]
  }
  const view = /^CREATE VIEW IF NOT EXISTS (\w+)/.exec(statement)
  if (view) return [statement.replace(view[0], `${view[0]} ${on}`)]
  const kept = /^CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+) TO (\w+) AS/.exec(statement)
  if (kept) {
    // Each node sums up its own rows.
    const [head, name, to] = kept as unknown as [string, string, string]
    return [
      statement
        .replace(head, `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name} ${on} TO ${to}_local AS`)
        .replace(/\nFROM (\w+) AS/, '\nFROM $1_local AS'),
    ]
  }
  const alter = /^ALTER TABLE (\w+)\s/.exec(statement)
  if (alter) {
    const said = (name: string): string => statement.replace(/^ALTER TABLE \w+/, `ALTER TABLE ${name} ${on}`)
    const ofTheParts = /\b(TTL|INDEX|SETTING|ORDER BY|PROJECTION|CODEC)\b/.test(statement)
    return ofTheParts ? [said(`${alter[1]!}_local`)] : [said(`${alter[1]!}_local`), said(alter[1]!)]
  }
  throw new Error(
    `Schema statements are CREATE TABLE IF NOT EXISTS, CREATE VIEW IF NOT EXISTS, CREATE MATERIALIZED VIEW IF NOT EXISTS … TO or ALTER TABLE, not: ${statement.slice(0, 60)}`,
  )
}

function replicated(statement: string, name: string, path: string, on: string): string {
  return statement
    .replace(`EXISTS ${name}\n`, `EXISTS ${name} ${on}\n`)
    .replace(/ENGINE = (\w*MergeTree)(?:\(([^)]*)\))?/, (_, engine: string, args: string | undefined) => {
      const more = args === undefined || args === '' ? '' : `, ${args}`
      return `ENGINE = Replicated${engine}(${sqlString(path)}, '{replica}'${more})`
    })
    .replace('non_replicated_deduplication_window', 'replicated_deduplication_window')
}
