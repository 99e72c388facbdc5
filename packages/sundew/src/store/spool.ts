import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { statfs, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { ClickHouseException } from './exception.ts'

/** Bytes of rows one INSERT may bring, uncompressed. */
export const MAX_INSERT_BYTES = 1024 * 1024 * 1024

/** Room that memory-backed storage must have left over; below it the rows go to the data directory. */
const ROOM_LEFT = 256 * 1024 * 1024

const sharedMemory = '/dev/shm'

/**
 * Where the rows of an INSERT lie while the engine reads them: chDB corrupts binary rows that come inside the statement.
 * In memory (/dev/shm) where there is room, else beside the data. Whatever an earlier process left is removed.
 */
export class Spool {
  readonly #fast: string | undefined
  readonly #slow: string

  constructor(directory: string, tmpDirectory?: string) {
    this.#slow = makeEmpty(join(directory, 'spool'))
    const wanted = tmpDirectory ?? (existsSync(sharedMemory) ? sharedMemory : undefined)
    this.#fast = wanted === undefined ? undefined : ours(wanted, directory)
  }

  /**
   * Writes `rows` to a file of its own.
   *
   * @throws ClickHouseException TOO_LARGE… above {@link MAX_INSERT_BYTES}; NOT_ENOUGH_SPACE when the disk is full.
   */
  async write(rows: Readable): Promise<SpooledRows> {
    const path = join(await this.#roomy(), randomUUID())
    const counter = new Counter()
    try {
      await pipeline(rows, counter, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
    } catch (cause) {
      await rm(path, { force: true })
      if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') {
        const message = `No room for the rows of an INSERT at ${path}.`
        throw new ClickHouseException(243, 'NOT_ENOUGH_SPACE', message, { cause })
      }
      throw cause
    }
    return { path, size: counter.size, [Symbol.asyncDispose]: () => rm(path, { force: true }) }
  }

  async #roomy(): Promise<string> {
    if (this.#fast === undefined) return this.#slow
    const { bavail, bsize } = await statfs(this.#fast)
    return bavail * bsize > ROOM_LEFT ? this.#fast : this.#slow
  }

  close(): void {
    rmSync(this.#slow, { recursive: true, force: true })
    if (this.#fast !== undefined) rmSync(this.#fast, { recursive: true, force: true })
  }
}

export interface SpooledRows extends AsyncDisposable {
  readonly path: string
  readonly size: number
}

class Counter extends Transform {
  size = 0

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.size += chunk.length
    if (this.size <= MAX_INSERT_BYTES) return done(null, chunk)
    done(
      new ClickHouseException(
        307,
        'TOO_MANY_BYTES',
        `The rows of an INSERT exceed ${MAX_INSERT_BYTES} bytes; send smaller batches.`,
      ),
    )
  }
}

/** A directory in a place that others may write to: only taken where it is ours alone. Its name is of the data's place. */
function ours(parent: string, directory: string): string | undefined {
  const uid = process.getuid?.() ?? 0
  const name = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 16)
  const path = join(parent, `sundew-store-${uid}-${name}`)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return undefined
  }
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) return undefined
  return makeEmpty(path)
}

function makeEmpty(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true })
  return path
}
