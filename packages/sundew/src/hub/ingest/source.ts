import { readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { EntryBytes } from '../../core/journal/entry.ts'
import { JournalReader, type JournalBatch, type JournalPosition } from '../../core/journal/reader.ts'
import { journalId, spoolFolder } from '../../core/journal/segments.ts'
import { Cursor } from './cursor.ts'

/** Unpacked bytes that one batch may hold; with what is made of them the hub stays well under a gigabyte. */
const batchBytes = 32 * 1024 * 1024
/** A finished spool file that no entry names after this long was left by a killed process: nobody was told it is kept. */
const orphanMs = 10 * 60_000

/** One batch of a journal, and the token under which the store knows it. */
export interface SourceBatch extends JournalBatch {
  readonly token: string
}

/** One journal on its way into the store: each entry once, whatever is killed when. */
export class JournalSource {
  readonly directory: string
  readonly #id: string
  readonly #reader: JournalReader
  readonly #cursor: Cursor

  private constructor(directory: string, id: string, reader: JournalReader, cursor: Cursor) {
    this.directory = directory
    this.#id = id
    this.#reader = reader
    this.#cursor = cursor
  }

  /** Undefined where the folder holds no journal yet. */
  static async open(directory: string, cursorFolder: string): Promise<JournalSource | undefined> {
    const id = await journalId(directory)
    if (id === undefined) return undefined
    const cursor = await Cursor.open(join(cursorFolder, `${basename(directory)}-${id}.json`))
    return new JournalSource(directory, id, new JournalReader(directory), cursor)
  }

  /**
   * The next batch, after `before` where that one is still on its way. One that an earlier run meant to insert comes
   * back exactly as it was, so that its token tells the store whether it has it.
   */
  async next(before?: SourceBatch): Promise<SourceBatch | undefined> {
    const { taken, intended } = this.#cursor
    const from = before?.to ?? taken
    const batch =
      intended && !before
        ? await this.#reader.read(from, Infinity, intended)
        : await this.#reader.read(from, batchBytes)
    if (batch.to.segment === from.segment && batch.to.offset === from.offset) return undefined
    const { to } = batch
    return { ...batch, token: `${this.#id}:${from.segment}.${from.offset}-${to.segment}.${to.offset}` }
  }

  /** The batch is about to be inserted, and the one before it has been. */
  async intend(batch: SourceBatch): Promise<void> {
    if (!this.#cursor.intended) await this.#cursor.intend(batch.to)
  }

  /** The batch is in the store: what only the journal kept of it may go, but for what another reader of it has yet to read. */
  async taken(batch: SourceBatch, other?: JournalPosition): Promise<void> {
    await this.#cursor.take(batch.to)
    await this.#reader.forget(other && other.segment < batch.to.segment ? other : batch.to)
    for (const { spool } of [...batch.entries, ...batch.unreadable]) {
      if (spool !== undefined) await rm(join(spoolFolder(this.directory), spool), { force: true })
    }
  }

  /** Path of the file that holds an entry's body; undefined where the body is in the entry. */
  spoolFile(entry: EntryBytes): string | undefined {
    return entry.spool === undefined ? undefined : join(spoolFolder(this.directory), basename(entry.spool))
  }

  /** What it is called among journals. */
  get name(): string {
    return basename(this.directory)
  }

  waitingBytes(): Promise<number> {
    return this.#reader.waitingBytes(this.#cursor.taken)
  }

  /** Removes bodies that no entry names. Call when nothing waits. */
  async sweep(): Promise<void> {
    const folder = spoolFolder(this.directory)
    for (const name of await readdir(folder)) {
      const file = join(folder, name)
      const found = await stat(file).catch(() => undefined)
      if (found && Date.now() - found.mtimeMs > orphanMs) await rm(file, { force: true })
    }
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }
}
