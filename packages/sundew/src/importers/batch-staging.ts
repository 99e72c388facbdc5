import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BatchSpoolWriter, listBatchFiles } from '../core/batch-spool.ts'
import { now, rfc3339 } from '../core/clock.ts'
import type { KnownImports } from './known.ts'

export interface BatchStagingOptions {
  /** Where batches wait for the store (`layout().flows`, `layout().firewall`). */
  readonly folder: string
  readonly format: string
  readonly known: KnownImports
  /** Settles when more may be written; rejects where it should not. */
  readonly room: () => Promise<void>
  /** Settles when another batch may wait for the store. */
  readonly storeRoom: () => Promise<void>
}

/** A block for the store: see `BatchSpoolWriter.write`. */
export interface StagedBatch {
  readonly pieces: readonly Uint8Array[]
  readonly rows: number
  readonly columns: readonly number[]
}

/**
 * Batches of one thing go to the store all or not at all, and once, whatever is killed when: they lie in a folder named
 * after what `imports.jsonl` calls it until it is read to its end, then it is noted as known, then they are handed over.
 * What is left of a folder whose thing is known is handed over by the next import; of another it is thrown away.
 */
export class BatchStaging {
  readonly #options: BatchStagingOptions
  #writer: BatchSpoolWriter | undefined
  #folder = ''
  #rows = 0
  /** Rows that are on their way to the store. */
  durable = 0

  private constructor(options: BatchStagingOptions) {
    this.#options = options
  }

  /** Hands over what a killed import had left. */
  static async open(options: BatchStagingOptions): Promise<BatchStaging> {
    const staging = new BatchStaging(options)
    const root = staging.#root
    await mkdir(root, { recursive: true, mode: 0o700 })
    for (const name of await readdir(root)) {
      const [identity, nth = '1'] = name.split('-')
      if (options.known.has(identity!, Number(nth))) await staging.#handOver(join(root, name))
      await rm(join(root, name), { recursive: true, force: true })
    }
    return staging
  }

  /** Another thing begins, of equal ones the `nth`. */
  async begin(identity: string, nth = 1): Promise<void> {
    this.#folder = join(this.#root, nth === 1 ? identity : `${identity}-${nth}`)
    await rm(this.#folder, { recursive: true, force: true })
    this.#writer = await BatchSpoolWriter.open(this.#folder, Infinity)
    this.#rows = 0
  }

  async write({ pieces, rows, columns }: StagedBatch): Promise<void> {
    await this.#options.room()
    await this.#writer!.write(pieces, rows, columns)
    this.#rows += rows
  }

  /** It was read to its end: from now on `keys` are known, its own among them, and its batches are handed over. */
  async end(keys: readonly string[]): Promise<void> {
    const { known, format } = this.#options
    await known.add(format, rfc3339(now()), keys)
    this.durable += this.#rows
    await this.#handOver(this.#folder)
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** The thing at hand is given up: nothing of it is kept. */
  async drop(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #root(): string {
    return join(this.#options.folder, 'import')
  }

  async #handOver(folder: string): Promise<void> {
    for (const { path } of await listBatchFiles(folder)) {
      await this.#options.storeRoom()
      await rename(path, path.replace(folder, this.#options.folder))
    }
  }
}
