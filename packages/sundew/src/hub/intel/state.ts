import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWhole } from './set-files.ts'

/** What is remembered of a list over restarts. */
const listState = z.object({
  /** Where it was read from, and how; another file or format is another list. */
  key: z.string(),
  /** Entries of it that are known. */
  entries: z.int(),
  /** Lines or values that could not be read. */
  bad: z.int().default(0),
  /** It was not taken as it was then. */
  troubled: z.boolean(),
})

const stateSchema = z.object({
  /** The sets in force; 0 before the first. */
  version: z.int(),
  entries: z.int(),
  /** There is a set of names, URLs and so on, too. */
  names: z.boolean().default(false),
  /** When they were made, ms since 1970. */
  made: z.number().default(0),
  /** When something in them ends, ms since 1970; null where nothing does. */
  until: z.number().nullable().default(null),
  /** What they were made of: other than it is now, they are made anew. */
  basis: z.string().default(''),
  lists: z.array(listState),
})

export type IntelState = z.output<typeof stateSchema>

export const noState: IntelState = {
  version: 0,
  entries: 0,
  names: false,
  made: 0,
  until: null,
  basis: '',
  lists: [],
}

/** What is known of lists and sets; as if nothing were where the file is missing or damaged: all is made again then. */
export class StateFile {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, 'state.json')
  }

  async read(): Promise<IntelState> {
    try {
      return stateOf(await readFile(this.#path, 'utf8'))
    } catch {
      return noState
    }
  }

  readSync(): IntelState {
    try {
      return stateOf(readFileSync(this.#path, 'utf8'))
    } catch {
      return noState
    }
  }

  write(state: IntelState): void {
    writeWhole(this.#path, Buffer.from(`${JSON.stringify(state)}\n`))
  }
}

function stateOf(text: string): IntelState {
  return stateSchema.parse(JSON.parse(text))
}
