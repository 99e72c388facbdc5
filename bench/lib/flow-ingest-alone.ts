// `flow-ingest-alone.ts FOLDER DATA`: inserts the Native files of FOLDER, one INSERT a file, into an engine at DATA; prints what
// flow-ingest.ts tells.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, Engine } from '../../packages/sundew/src/store/engine.ts'
import { readMigrations, statementsOf } from '../../packages/sundew/src/store/schema.ts'
import { sqlString } from '../../packages/sundew/src/store/sql.ts'

const [folder, data] = process.argv.slice(2) as [string, string]
const files = readdirSync(folder).sort()
const engine = Engine.open(data, 2 * 1024 ** 3)
const settings = new Map([
  ['max_insert_threads', '1'],
  ['min_insert_block_size_rows', '100000000'],
  ['min_insert_block_size_bytes', String(512 * 1024 * 1024)],
  ['optimize_on_insert', '0'], // as the hub does: it would be no fair comparison otherwise
])

async function inDatabase<T>(name: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = engine.connect()
  try {
    await connection.run(`CREATE DATABASE IF NOT EXISTS ${name}`, 'Null')
    await connection.prepare(name, settings, new Map())
    return await work(connection)
  } finally {
    connection.close()
  }
}

async function cells(connection: Connection, sql: string): Promise<string[][]> {
  const { bytes } = await connection.run(sql, 'TSV')
  const text = Buffer.from(bytes).toString('utf8').trim()
  return text === '' ? [] : text.split('\n').map((line) => line.split('\t'))
}

async function makeTables(connection: Connection, views: boolean): Promise<void> {
  const { text } = readMigrations().find(({ name }) => name === 'flows')!
  for (const statement of statementsOf(text)) {
    if (views || !statement.startsWith('CREATE MATERIALIZED VIEW')) await connection.run(statement, 'Null')
  }
}

/** Inserts all files; rows and processor seconds. */
async function insertAll(connection: Connection) {
  const columns = (await cells(connection, `DESCRIBE TABLE ${source(files[0]!)}`)).map(([name]) => name)
  const began = performance.now()
  const cpu = process.cpuUsage()
  for (const file of files)
    await connection.write(`INSERT INTO flows (${columns.join(', ')}) SELECT * FROM ${source(file)}`)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const [[rows] = []] = await cells(connection, 'SELECT count() FROM flows')
  return { rows: Number(rows), seconds, cpuSeconds: (user + system) / 1e6 }
}

function source(file: string): string {
  return `file(${sqlString(join(folder, file))}, 'Native')`
}

const bare = await inDatabase('bare', async (connection) => {
  await makeTables(connection, false)
  const done = await insertAll(connection)
  await connection.run('DROP TABLE flows SYNC', 'Null')
  return done
})
const figures = await inDatabase('whole', async (connection) => {
  await makeTables(connection, true)
  const done = await insertAll(connection)
  const tables = await cells(
    connection,
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
  )
  for (const [table] of tables) await connection.run(`OPTIMIZE TABLE ${table} FINAL`, 'Null')
  const sizes = await cells(
    connection,
    'SELECT table, sum(bytes_on_disk) FROM system.parts WHERE database = currentDatabase() AND active GROUP BY table ORDER BY table',
  )
  return {
    rowsPerSecond: Math.round(done.rows / done.seconds),
    withoutViews: Math.round(bare.rows / bare.seconds),
    cpuSecondsPerMillion: Math.round((done.cpuSeconds / done.rows) * 1e8) / 100,
    bytesPerFlow: Object.fromEntries(
      sizes.map(([table, bytes]) => [table, Math.round((Number(bytes) / done.rows) * 100) / 100]),
    ),
    rows: done.rows,
  }
})
await engine.close()
console.log(JSON.stringify(figures))
