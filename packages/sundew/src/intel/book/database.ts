import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { prepareSchema } from './schema.ts'

/** Pages that SQLite keeps in memory, KiB. */
const cacheKb = 64 * 1024
/** What a large commit leaves of its log on the disk, bytes. */
const logBytes = 64 * 1024 * 1024

export type Value = SQLInputValue
/** A row as an array, in the order of the columns asked for. */
export type Row = readonly (string | number | null)[]

/** The file under the book: statements prepared once, rows as arrays, one transaction at a time. One thread has it open. */
export class BookDatabase {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /** @throws what SQLite says where the file is none of its own, damaged or a later Sundew's */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#database = new DatabaseSync(path)
    try {
      this.#database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${cacheKb};
         PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = ${logBytes};`,
      )
      prepareSchema(this.#database)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes)
  }

  /** For rows by the million: what {@link run} does, without looking the statement up. */
  runner(sql: string): (...values: readonly Value[]) => unknown {
    const statement = this.#prepared(sql)
    return (...values) => statement.run(...values)
  }

  /** The id that the last insert gave. */
  insert(sql: string, ...values: readonly Value[]): number {
    return Number(this.#prepared(sql).run(...values).lastInsertRowid)
  }

  row(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#prepared(sql).get(...values) as unknown as Row | undefined
  }

  rows(sql: string, ...values: readonly Value[]): Row[] {
    return this.#prepared(sql).all(...values) as unknown as Row[]
  }

  /** Rows one by one; nothing else may be asked with the same statement meanwhile. */
  each(sql: string, ...values: readonly Value[]): IterableIterator<Row> {
    return this.#prepared(sql).iterate(...values) as unknown as IterableIterator<Row>
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  /** All of it or nothing. */
  transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    statement.setReturnArrays(true)
    this.#statements.set(sql, statement)
    return statement
  }
}
