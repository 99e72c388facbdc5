import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Blocklist } from '../../intel/publish/blocklist.ts'

/** What is remembered of a publication over restarts. */
const publicationState = z.object({
  name: z.string(),
  /** Where it was written, and as what: another path or target is another publication. */
  target: z.string(),
  path: z.string(),
  /** When what lies there was last found to be right, ms since 1970; 0: never. */
  published: z.number(),
  /** When its files last changed. */
  written: z.number(),
  /** Version of the set that it was made of. */
  version: z.number(),
  entries: z.int(),
  /** Files that are ours, by name in its folder; the only one of a publication of one file has its own name here. */
  files: z.array(z.string()).max(100_000),
  /** Since when it is held back, ms since 1970; 0: it is not. */
  held: z.number().default(0),
  /** Entries that it would have by the owner's changes alone, where there were any since it was written: more may not be missing. */
  expected: z.int().min(0).optional(),
  /** The version that has nothing but changes of the owner's beside that, until it is written; 0: none. */
  agreed: z.number().default(0),
  /** Whether others than the owner have changed the list since it was written. */
  others: z.boolean().default(false),
  /** What was last wrong, that it is told once. */
  trouble: z.string().default(''),
})

export type PublicationState = z.output<typeof publicationState>

const stateSchema = z.object({ publications: z.array(publicationState) })

/** `publications.json`; as if nothing were published where it is missing or damaged. */
export class PublicationsFile {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, 'publications.json')
  }

  async read(): Promise<readonly PublicationState[]> {
    try {
      return stateSchema.parse(JSON.parse(await readFile(this.#path, 'utf8'))).publications
    } catch {
      return []
    }
  }

  async write(publications: readonly PublicationState[]): Promise<void> {
    const next = `${this.#path}.next`
    await writeFile(next, `${JSON.stringify({ publications })}\n`, { mode: 0o600 })
    await rename(next, this.#path)
  }
}

/** Of one that was never written. */
export const unpublished = {
  published: 0,
  written: 0,
  version: 0,
  entries: 0,
  files: [],
  held: 0,
  agreed: 0,
  others: false,
  trouble: '',
}

/** What the list kept of the former one, of the kind of which it kept least; kinds of which there were hardly any do not tell. */
export function keptShare(former: Blocklist['counts'] | undefined, now: Blocklist['counts']): number {
  if (!former) return 1
  const telling = (former.addresses + former.names + former.texts) / 20
  const shares = (['addresses', 'names', 'texts'] as const).map((kind) =>
    former[kind] > telling ? now[kind] / former[kind] : 1,
  )
  return Math.min(1, ...shares)
}

/** What a publication should have but for what its sources lose. */
export function expectedOf({ expected, entries }: PublicationState): number {
  return expected ?? entries
}
