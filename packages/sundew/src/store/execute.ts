import { checkStatement, settingsFor, type User } from './access.ts'
import type { Connection, Engine, Ledger } from './engine.ts'
import type { RequestHead, Statement } from './request.ts'
import { canonicalQuery, readCanonical, sqlString, type InsertWithData } from './sql.ts'
import type { Spool } from './spool.ts'

/** A result to come, piece by piece. `ledger` is complete once the pieces are read. */
export interface Answer {
  readonly format: string
  readonly pieces: AsyncIterable<{ bytes: Uint8Array; rows: number }>
  readonly ledger: Ledger | undefined
}

/**
 * What an INSERT runs with unless the request says otherwise: the whole batch becomes one block, hence one part a
 * partition. Above 512 MiB it is cut, always at the same rows; each block is deduplicated under the batch's token.
 */
const insertSettings: ReadonlyMap<string, string> = new Map([
  ['max_insert_threads', '1'],
  ['min_insert_block_size_rows', '100000000'],
  ['min_insert_block_size_bytes', String(512 * 1024 * 1024)],
  ['throw_on_max_partitions_per_insert_block', '0'],
])

export interface ExecuteContext {
  readonly engine: Engine
  readonly spool: Spool
  readonly memoryBytes: number
}

/** Runs a statement for `user` and hands its result to `use`; the connection is gone when `use` is done. */
export async function execute(
  context: ExecuteContext,
  user: User,
  head: RequestHead,
  statement: Statement,
  use: (answer: Answer) => Promise<void>,
): Promise<void> {
  const settings = settingsFor(user, head.settings, context.memoryBytes)
  settings.set('log_comment', logComment(head.queryId, head.settings.get('log_comment')))
  if (statement.kind === 'insert' && user !== 'reader') {
    for (const [name, value] of insertSettings) if (!settings.has(name)) settings.set(name, value)
    await using rows = await context.spool.write(statement.rows)
    await withConnection(context.engine, head, settings, async (connection) => {
      const ledger =
        rows.size === 0 ? nothing : await connection.write(insertFrom(statement.insert, rows.path))
      await use({ format: head.defaultFormat, pieces: none(), ledger })
    })
    return
  }
  const sql = statement.kind === 'insert' ? `${statement.insert.head} VALUES` : statement.sql
  await withConnection(context.engine, head, settings, async (connection) => {
    const { bytes } = await connection.run(canonicalQuery(sql), 'RawBLOB')
    const canonical = readCanonical(Buffer.from(bytes).toString('utf8'))
    checkStatement(user, canonical, head.parameters)
    if (canonical.words[0] === 'insert') {
      await use({ format: head.defaultFormat, pieces: none(), ledger: await connection.write(sql) })
      return
    }
    await use(await start(connection, sql, canonical.format, head.defaultFormat))
  })
}

/** Stops what runs under a query id. The engine has no ids of the caller's, so the id is in `log_comment`. */
export async function kill(engine: Engine, queryId: string): Promise<void> {
  const connection = engine.connect()
  try {
    const id = sqlString(`${queryId} `)
    await connection.run(
      `KILL QUERY WHERE startsWith(Settings['log_comment'], ${id}) ASYNC FORMAT Null`,
      'Null',
    )
  } finally {
    connection.close()
  }
}

function logComment(queryId: string, comment: string | undefined): string {
  return `${queryId} ${comment ?? ''}`
}

async function withConnection(
  engine: Engine,
  head: RequestHead,
  settings: ReadonlyMap<string, string>,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = engine.connect()
  try {
    await connection.prepare(head.database, settings, head.parameters)
    await work(connection)
  } finally {
    connection.close()
  }
}

function insertFrom(insert: InsertWithData, path: string): string {
  return `${insert.head} SELECT * FROM file(${sqlString(path)}, ${sqlString(insert.format)})`
}

/**
 * The first piece is computed before this returns, so that a statement that fails at once fails with a proper status.
 * What cannot be streamed (SHOW, CREATE …) is small and comes whole.
 */
async function start(
  connection: Connection,
  sql: string,
  named: string | undefined,
  defaultFormat: string,
): Promise<Answer> {
  const format = named ?? defaultFormat
  const stream = connection.stream(sql, defaultFormat)
  try {
    const first = await stream.next()
    return { format, pieces: resumed(first, stream), ledger: undefined }
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('Streaming query is not supported')) throw error
  }
  const { bytes, ledger } = await connection.run(sql, defaultFormat)
  return { format, pieces: one(bytes), ledger }
}

type Piece = { bytes: Uint8Array; rows: number }

async function* resumed(first: IteratorResult<Piece>, rest: AsyncGenerator<Piece>): AsyncGenerator<Piece> {
  try {
    if (first.done === true) return
    yield first.value
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Piece> {
  if (bytes.length > 0) yield { bytes, rows: 0 }
}

async function* none(): AsyncGenerator<Piece> {}

const nothing: Ledger = { rowsRead: 0, bytesRead: 0, rowsWritten: 0, bytesWritten: 0 }
