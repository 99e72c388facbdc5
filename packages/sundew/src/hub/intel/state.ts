import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** What is remembered of a list over restarts. */
const listState = z.object({
  /** Where it was read from, and how; another file or format is another list. */
  key: z.string(),
  /** The file when it was last read: size, time of change in ms. */
  seen: z.string(),
  /** Entries of the copy that is in force. */
  entries: z.int(),
  /** Lines or values of that copy that could not be read. */
  bad: z.int().default(0),
  /** It was not taken as it was then. */
  troubled: z.boolean(),
})

const stateSchema = z.object({
  /** The set in force; 0 before the first. */
  version: z.int(),
  entries: z.int(),
  lists: z.array(listState),
})

export type IntelState = z.output<typeof stateSchema>

export const noState: IntelState = { version: 0, entries: 0, lists: [] }

/** What is known of lists and sets; as if nothing were where the file is missing or damaged: all is read again then. */
export class StateFile {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, 'state.json')
  }

  async read(): Promise<IntelState> {
    try {
      return stateSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')))
    } catch {
      return noState
    }
  }

  async write(state: IntelState): Promise<void> {
    const next = `${this.#path}.next`
    await writeFile(next, `${JSON.stringify(state)}\n`, { mode: 0o600 })
    await rename(next, this.#path)
  }
}
