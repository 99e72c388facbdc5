import { createReadStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client'
import { listBatchFiles, type BatchFile } from '../../core/batch-spool.ts'
import { pause, untilDone } from '../connection.ts'
import { InsertPlan, tokenOf } from './plan.ts'
import type { BatchTable } from './tables.ts'
import type { InsertTurn } from './turn.ts'

export interface BatchIngestOptions {
  readonly table: BatchTable
  /** Where collectors leave batches (`core/batch-spool.ts`). */
  readonly folder: string
  readonly planFile: string
  readonly store: ClickHouseClient
  /** Shared by the tables of one store. */
  readonly turn: InsertTurn
  readonly trouble: (code: string, message: string, cause?: unknown) => void
}

/**
 * What one INSERT brings at most: larger ones are cheaper a row, and dearer in memory. The engine takes some 800 bytes a row
 * to sort and to add up, 320 MB here; where `store.memory_mb` leaves it less, batches are inserted one by one.
 */
const most = { rows: 400_000, bytes: 96 * 1024 * 1024 } as const
/** How often the engine may be out of memory with several batches before they are inserted one by one. */
const memoryTries = 6
/** How often an empty folder is looked at, milliseconds. */
const lookEveryMs = 100
/** Between two inserts while little waits, milliseconds: each makes parts that the store must merge. */
const restMs = 500
const chunkBytes = 1024 * 1024
/** What the engine says of bytes that are no Native block: the batch is damaged, and will be tomorrow. */
const damaged = new Set([
  'CANNOT_READ_ALL_DATA',
  'INCORRECT_DATA',
  'UNKNOWN_TYPE',
  'ATTEMPT_TO_READ_AFTER_EOF',
  'NO_SUCH_COLUMN_IN_TABLE',
])

const memory = new Set(['MEMORY_LIMIT_EXCEEDED'])

/**
 * Takes batches of one table into the store, each once whatever is killed when: a plan is on disk before the insert, the insert
 * carries a token made of the batches' names, and they are removed only when the store has them.
 */
export class BatchIngest {
  readonly #options: BatchIngestOptions
  readonly #plan: InsertPlan
  /** Rows put in the store since the start. */
  stored = 0

  constructor(options: BatchIngestOptions) {
    this.#options = options
    this.#plan = new InsertPlan(options.planFile)
  }

  /** What waits for the store. */
  async waiting(): Promise<{ files: number; bytes: number }> {
    const files = await listBatchFiles(this.#options.folder)
    let bytes = 0
    for (const { path } of files) bytes += await sizeOf(path)
    return { files: files.length, bytes }
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#resume(signal)
    while (!signal.aborted) {
      const files = await listBatchFiles(this.#options.folder)
      const together = await fitting(files)
      if (together.length > 0) await this.#take(together, signal)
      const more = files.length > together.length
      if (!more) await pause(together.length > 0 ? restMs : lookEveryMs, signal)
    }
  }

  /** Finishes what a former hub was inserting. */
  async #resume(signal: AbortSignal): Promise<void> {
    const names = await this.#plan.read()
    if (names.length === 0) return
    const there = (await listBatchFiles(this.#options.folder)).filter(({ path }) =>
      names.includes(basename(path)),
    )
    // They are removed only when the store has all of them.
    if (there.length === names.length) await this.#take(there, signal)
    else await this.#forget(there)
  }

  async #take(files: readonly BatchFile[], signal: AbortSignal): Promise<void> {
    const { table, trouble, store, turn } = this.#options
    const names = files.map(({ path }) => basename(path))
    const token = tokenOf(names)
    await this.#plan.write(names)
    // Others' queries may have the memory at the moment. The token stays the same, so that trying again doubles nothing.
    let memoryless = 0
    const hopeless = (error: unknown) =>
      isDamaged(error) || (isOf(memory, error) && files.length > 1 && ++memoryless >= memoryTries)
    try {
      await untilDone(
        () => turn.take(() => insert(store, table, files, token)),
        signal,
        (error) =>
          trouble('SUNDEW_STORE_AWAY', `the store does not take ${table.what}; they wait on disk`, error),
        hopeless,
      )
    } catch (error) {
      if (!isDamaged(error) && memoryless < memoryTries) throw error
      if (files.length > 1) {
        await this.#plan.done()
        for (const file of files) await this.#take([file], signal)
        return
      }
      await this.#putAside(files[0]!, error)
      return
    }
    this.stored += files.reduce((sum, { rows }) => sum + rows, 0)
    await this.#forget(files)
  }

  async #forget(files: readonly BatchFile[]): Promise<void> {
    for (const { path } of files) await rm(path, { force: true })
    await this.#plan.done()
  }

  /** A batch that the store can't read must not hold up the others. */
  async #putAside({ path, rows }: BatchFile, cause: unknown): Promise<void> {
    const folder = join(this.#options.folder, 'damaged')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await rename(path, join(folder, basename(path)))
    await this.#plan.done()
    this.#options.trouble(
      'SUNDEW_FLOWS_DAMAGED',
      `a batch of ${rows} ${this.#options.table.what} cannot be read by the store and was put into ${folder}`,
      cause,
    )
  }
}

/** The first files that have the same columns and together are not too much. */
async function fitting(files: readonly BatchFile[]): Promise<BatchFile[]> {
  const together: BatchFile[] = []
  let rows = 0
  let bytes = 0
  for (const file of files) {
    if (file.columns !== files[0]!.columns) continue
    rows += file.rows
    bytes += await sizeOf(file.path)
    if (together.length > 0 && (rows > most.rows || bytes > most.bytes)) break
    together.push(file)
  }
  return together
}

async function insert(
  store: ClickHouseClient,
  { name, columns }: BatchTable,
  files: readonly BatchFile[],
  token: string,
): Promise<void> {
  const { stream } = await store.exec({
    query: `INSERT INTO ${name} (${columnsOf(columns, files[0]!.columns).join(', ')}) FORMAT Native`,
    values: Readable.from(contents(files), { objectMode: false, highWaterMark: chunkBytes }),
    clickhouse_settings: {
      // An imported capture or log may be of any number of days, each a partition.
      throw_on_max_partitions_per_insert_block: 0,
      insert_deduplicate: 1,
      insert_deduplication_token: token,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      // The views add up before they write; doing so again a block costs a sixth of the whole insert.
      optimize_on_insert: 0,
    },
  })
  stream.resume() // an answer not read to its end keeps its connection
  await finished(stream)
}

async function* contents(files: readonly BatchFile[]): AsyncGenerator<Uint8Array> {
  for (const { path } of files) {
    yield* createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Uint8Array>
  }
}

/** The names behind a file name's key, in the block's order. */
function columnsOf(columns: BatchTable['columns'], key: string): string[] {
  let bits = 0n
  for (const digit of key) bits = bits * 36n + BigInt(Number.parseInt(digit, 36))
  return columns.filter((_, index) => (bits & (1n << BigInt(index))) !== 0n).map(({ name }) => name)
}

function isDamaged(error: unknown): boolean {
  return isOf(damaged, error)
}

function isOf(types: ReadonlySet<string>, error: unknown): boolean {
  return error instanceof ClickHouseError && types.has(error.type ?? '')
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
