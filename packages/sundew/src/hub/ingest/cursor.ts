import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { journalStart, type JournalPosition } from '../../core/journal/reader.ts'

interface CursorState {
  /** Everything before it is in the store. */
  readonly taken: JournalPosition
  /** Everything up to it was about to be inserted; after a crash exactly this batch is made again, so that the store knows it. */
  readonly intended?: JournalPosition
}

/** How far one journal has been put in the store; on disk before and after every insert. */
export class Cursor {
  readonly #file: string
  #state: CursorState

  private constructor(file: string, state: CursorState) {
    this.#file = file
    this.#state = state
  }

  /** Reads the cursor kept in `file`; at the start of the journal where there is none. */
  static async open(file: string): Promise<Cursor> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    let state: CursorState = { taken: journalStart }
    try {
      state = JSON.parse(await readFile(file, 'utf8')) as CursorState
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw new Error(
          `SUNDEW_CURSOR_UNREADABLE: ${file} should say how far the journal was stored, and cannot be read`,
          {
            cause: error,
          },
        )
      }
    }
    return new Cursor(file, state)
  }

  get taken(): JournalPosition {
    return this.#state.taken
  }

  get intended(): JournalPosition | undefined {
    return this.#state.intended
  }

  /** A batch up to `position` is about to be inserted. */
  async intend(position: JournalPosition): Promise<void> {
    await this.#save({ taken: this.#state.taken, intended: position })
  }

  /** It is in the store. */
  async take(position: JournalPosition): Promise<void> {
    await this.#save({ taken: position })
  }

  async #save(state: CursorState): Promise<void> {
    const next = `${this.#file}.next`
    const handle = await open(next, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify(state))
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(next, this.#file)
    await syncFolder(dirname(this.#file))
    this.#state = state
  }
}

/** Makes a name just given in the folder durable. */
export async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
