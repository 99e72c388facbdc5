import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { uuidv7 } from './id.ts'
import { now } from './clock.ts'

/**
 * Batches of rows wait as files between the collectors, which write them, and the hub, which inserts them: one folder a table
 * (`layout().flows`, `layout().firewall`), one file a batch, whole or not there (written under a name ending in `.part`, renamed).
 *
 * A file is a block of ClickHouse's Native format for that table, with the columns that the batch carries; files on
 * end are a Native stream. Its name says what the hub needs without reading it: `<uuidv7>-<rows>-<columns>.native`, where
 * files of equal `<columns>` carry the same ones. Names sort by time.
 *
 * While the hub keeps up, a file lives for a second or two in the page cache and never reaches the disk; while it does not,
 * they gather up to a limit, and what does not fit is dropped by the writer, who counts it. Nothing is synced: nobody was
 * told that a flow, or a line, is kept.
 */
export interface BatchFile {
  readonly path: string
  /** UUIDv7: of this batch alone, also after a restart. */
  readonly id: string
  readonly rows: number
  /** Tells which columns it has: a key to group by. */
  readonly columns: string
}

const name = /^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})-(\d{1,9})-([0-9a-z]+)\.native$/

export class BatchSpoolWriter {
  readonly #folder: string
  readonly #maxBytes: number
  #waitingBytes = 0
  #waitingFiles = 0

  private constructor(folder: string, maxBytes: number) {
    this.#folder = folder
    this.#maxBytes = maxBytes
  }

  /** Removes what a killed writer left half written. `maxBytes` may wait at once. */
  static async open(folder: string, maxBytes: number): Promise<BatchSpoolWriter> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const file of await readdir(folder)) {
      if (file.endsWith('.part')) await rm(join(folder, file), { force: true })
    }
    const writer = new BatchSpoolWriter(folder, maxBytes)
    await writer.measure()
    return writer
  }

  /** What waits for the hub, as last measured and with what was written since. */
  get waiting(): { files: number; bytes: number } {
    return { files: this.#waitingFiles, bytes: this.#waitingBytes }
  }

  /** Looks at what the hub has taken. Call once a second. */
  async measure(): Promise<void> {
    let bytes = 0
    let files = 0
    for (const file of await listBatchFiles(this.#folder)) {
      try {
        bytes += (await stat(file.path)).size
        files++
      } catch {
        // The hub took it meanwhile.
      }
    }
    this.#waitingBytes = bytes
    this.#waitingFiles = files
  }

  /**
   * Writes a batch; the pieces may be used again when it settles. False where too much waits: it is not kept then.
   *
   * @throws Error where the disk refuses; nothing of the batch is left.
   */
  async write(pieces: readonly Uint8Array[], rows: number, columns: readonly number[]): Promise<boolean> {
    const size = pieces.reduce((sum, { length }) => sum + length, 0)
    if (this.#waitingBytes + size > this.#maxBytes) return false
    const path = join(this.#folder, `${uuidv7(now())}-${rows}-${columnsKey(columns)}.native`)
    const part = `${path}.part`
    try {
      const handle = await open(part, 'wx', 0o600)
      try {
        await writeWhole(handle, pieces)
      } finally {
        await handle.close()
      }
      await rename(part, path)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
    this.#waitingBytes += size
    this.#waitingFiles++
    return true
  }
}

/** The whole files in the folder, the oldest first; none where there is no folder. */
export async function listBatchFiles(folder: string): Promise<BatchFile[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return names.sort().flatMap((file) => {
    const [, id, rows, columns] = name.exec(file) ?? []
    return id === undefined ? [] : [{ path: join(folder, file), id, rows: Number(rows), columns: columns! }]
  })
}

/** Column indices as a short word: their bits, in base 36. */
function columnsKey(columns: readonly number[]): string {
  return columns.reduce((bits, index) => bits | (1n << BigInt(index)), 0n).toString(36)
}

async function writeWhole(
  handle: Awaited<ReturnType<typeof open>>,
  pieces: readonly Uint8Array[],
): Promise<void> {
  let rest = [...pieces]
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest)
    const left: Uint8Array[] = []
    for (const piece of rest) {
      if (bytesWritten >= piece.length) bytesWritten -= piece.length
      else {
        left.push(piece.subarray(bytesWritten))
        bytesWritten = 0
      }
    }
    rest = left
  }
}
