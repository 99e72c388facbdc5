import { readFile, rename, stat } from 'node:fs/promises'
import { explain, type Log } from '../../core/log.ts'
import { writeThrough } from '../../core/write-through.ts'

/** A larger file is not ours. */
const maxFileBytes = 256 * 1024 * 1024

/** What decoders remember over restarts: templates and sampling. */
export interface Remembering {
  save(): unknown
  /** Takes what can be; says how many templates that were. */
  restore(saved: unknown): number
}

/** Keeps what a decoder remembers in a file: whole or as it was before, and no worse than nothing where it is damaged. */
export class SavedState {
  readonly #file: string
  readonly #of: Remembering
  readonly #log: Log
  #written = ''

  constructor(file: string, of: Remembering, log: Log) {
    this.#file = file
    this.#of = of
    this.#log = log
  }

  /** Gives the decoder what the file holds. A damaged one is moved aside. */
  async restore(): Promise<number> {
    let text: string
    try {
      if ((await stat(this.#file)).size > maxFileBytes) throw new RangeError('it is too large')
      text = await readFile(this.#file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
      return this.#damaged(error)
    }
    try {
      return this.#of.restore(JSON.parse(text))
    } catch (error) {
      return this.#damaged(error)
    }
  }

  /** Writes what has changed since it was last written. */
  async save(): Promise<void> {
    const text = JSON.stringify(this.#of.save())
    if (text === this.#written) return
    await writeThrough(this.#file, text)
    this.#written = text
  }

  async #damaged(error: unknown): Promise<0> {
    const aside = `${this.#file}.damaged`
    this.#log.warn(
      `${this.#file} cannot be used (${explain(error)}): it is now ${aside}. Data of exporters waits until they tell their templates again`,
    )
    await rename(this.#file, aside).catch(() => {})
    return 0
  }
}
