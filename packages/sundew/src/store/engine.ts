import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { drainPending, Session } from 'chdb'

import { engineConfig, engineUsers } from './engine-config.ts'
import { StoreError } from './error.ts'
import { sqlIdentifier, sqlString } from './sql.ts'

/** What a statement read and wrote, as the engine counted it. */
export interface Ledger {
  readonly rowsRead: number
  readonly bytesRead: number
  readonly rowsWritten: number
  readonly bytesWritten: number
}

/** The one entry of the binding that tells how many rows an INSERT wrote; not part of chDB's typed interface. */
interface Native {
  InsertRawAsyncConnection(
    connection: unknown,
    prefix: string,
    statement: Buffer,
    countLines: boolean,
  ): Promise<{ rowsWritten: number; bytesWritten: number }>
}

function loadNative(): Native {
  const require = createRequire(createRequire(import.meta.url).resolve('chdb'))
  const loader = require('./dist/loader.js') as { loadNative(): Native }
  return loader.loadNative()
}

/**
 * chDB on one directory. Main thread only (worker threads end in a segmentation fault), one process a directory,
 * one directory a process. Needs AVX2 and glibc on Linux.
 */
export class Engine {
  readonly #path: string
  readonly #keeper: Session
  readonly #native: Native

  private constructor(path: string, keeper: Session) {
    this.#path = path
    this.#keeper = keeper
    this.#native = loadNative()
  }

  /**
   * Opens, or makes, the engine's directory under `directory`. `memoryBytes` bounds what the engine may hold.
   *
   * @throws StoreError SUNDEW_STORE_IN_USE when another process has the directory open, SUNDEW_STORE_OPEN otherwise.
   */
  static open(directory: string, memoryBytes: number): Engine {
    const path = join(directory, 'engine')
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const users = join(directory, 'engine-users.xml')
    const config = join(directory, 'engine-config.xml')
    writeFileSync(users, engineUsers(memoryBytes), { mode: 0o600 })
    writeFileSync(config, engineConfig(users, memoryBytes), { mode: 0o600 })
    try {
      return new Engine(path, new Session(path, { connectionArgs: [`--config-file=${config}`] }))
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      const holder = holderOf(path)
      throw new StoreError(
        holder === undefined ? 'SUNDEW_STORE_OPEN' : 'SUNDEW_STORE_IN_USE',
        holder === undefined
          ? `The store at ${directory} cannot be opened: ${message}. Look at the disk and the permissions of ${path}; the processor must have AVX2.`
          : `The store at ${directory} is held by process ${holder}. Stop that one, or give this one another --data.`,
        { cause },
      )
    }
  }

  /** A connection with its own settings, database and parameters; nothing of it outlives it. Costs about 1 ms. */
  connect(): Connection {
    return new Connection(new Session(this.#path), this.#native)
  }

  /** Waits for what still runs, then lets go of the directory. */
  async close(): Promise<void> {
    await drainPending()
    this.#keeper.close()
    await drainPending()
  }
}

/** The living process that the engine's own `status` file names; the engine itself does not say why it will not open. */
function holderOf(path: string): number | undefined {
  let pid: number
  try {
    pid = Number(/^PID: (\d+)/m.exec(readFileSync(join(path, 'status'), 'utf8'))?.[1])
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, as another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  return pid! === process.pid ? undefined : pid!
}

/** One request's use of the engine. Never run two statements at once on it. */
export class Connection {
  readonly #session: Session
  readonly #native: Native

  constructor(session: Session, native: Native) {
    this.#session = session
    this.#native = native
  }

  /** Chooses database, settings and parameters, in this order; `readonly` last, since nothing can be set after it. */
  async prepare(
    database: string | undefined,
    settings: ReadonlyMap<string, string>,
    parameters: ReadonlyMap<string, string>,
  ): Promise<void> {
    const assignments = [...settings]
      .filter(([name]) => name !== 'readonly')
      .map(([name, value]) => `${name} = ${sqlString(value)}`)
    for (const [name, value] of parameters) assignments.push(`param_${name} = ${sqlString(value)}`)
    const statements: string[] = []
    if (database !== undefined) statements.push(`USE ${sqlIdentifier(database)}`)
    if (assignments.length > 0) statements.push(`SET ${assignments.join(', ')}`)
    const readonly = settings.get('readonly')
    if (readonly !== undefined) statements.push(`SET readonly = ${sqlString(readonly)}`)
    if (statements.length > 0) await this.#session.queryAsync(statements.join('; '))
  }

  /** Runs a statement and returns its whole output in `format`: for what is small. */
  async run(sql: string, format: string): Promise<{ bytes: Uint8Array; ledger: Ledger }> {
    const result = await this.#session.queryAsync(sql, { format })
    const { rowsRead, bytesRead } = result
    return { bytes: result.bytes(), ledger: { rowsRead, bytesRead, rowsWritten: 0, bytesWritten: 0 } }
  }

  /** Runs an INSERT … SELECT and tells what it wrote (with what materialised views wrote besides). */
  async write(sql: string): Promise<Ledger> {
    const connection = this.#session.connection
    const done = await this.#native.InsertRawAsyncConnection(connection, '', Buffer.from(sql, 'utf8'), false)
    const { rowsWritten, bytesWritten } = done
    return { rowsRead: rowsWritten, bytesRead: bytesWritten, rowsWritten, bytesWritten }
  }

  /**
   * Runs a SELECT and yields its output in pieces as the engine makes them; the next piece is computed when it is
   * asked for. Breaking off the loop stops the query.
   *
   * @throws with "Streaming query is not supported" for a statement that has no result to stream.
   */
  async *stream(sql: string, format: string): AsyncGenerator<{ bytes: Uint8Array; rows: number }> {
    for await (const chunk of this.#session.queryStream(sql, { format })) {
      yield { bytes: chunk.raw(), rows: chunk.numRows }
    }
  }

  close(): void {
    this.#session.close()
  }
}
