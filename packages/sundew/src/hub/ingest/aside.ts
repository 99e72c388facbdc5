import { createHash } from 'node:crypto'
import { copyFile, link, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EntryBytes } from '../../core/journal/entry.ts'
import { writeThrough } from '../../core/write-through.ts'
import { syncFolder } from './cursor.ts'

/** Bytes kept in the folder; what is set aside past that is told of, and gone. */
const mostBytes = 256 * 1024 * 1024

/** What became of an entry: it was kept now or by an earlier try, or there is no room for it. */
export interface SetAside {
  readonly became: 'kept' | 'known' | 'left out'
  /** Where the event's JSON lies; the bytes that belong to it, where there are any, beside it as `.body`. */
  readonly file: string
}

/**
 * Entries that no row can hold, whole and byte for byte as they stood in the journal. Each goes by what it is, so that one that is
 * refused again, after a kill, is the same file.
 */
export class Aside {
  readonly #folder: string
  readonly #mostBytes: number
  #bytes: number | undefined

  constructor(folder: string, most: number = mostBytes) {
    this.#folder = folder
    this.#mostBytes = most
  }

  /** `spoolFile` is where the body lies where the entry does not hold it itself; it may go once this settles. */
  async keep(journal: string, entry: EntryBytes, spoolFile: string | undefined): Promise<SetAside> {
    const { json, body, spool = '' } = entry
    const hash = createHash('sha256').update(json).update(`\0${spool}\0`).update(body).digest('hex')
    const file = join(this.#folder, `${journal}-${hash.slice(0, 32)}.json`)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    if ((await sizeOf(file)) !== undefined) return { became: 'known', file }
    const bodyBytes = spoolFile === undefined ? body.length : ((await sizeOf(spoolFile)) ?? 0)
    const bytes = json.length + bodyBytes
    this.#bytes ??= await this.#held()
    if (this.#bytes + bytes > this.#mostBytes) return { became: 'left out', file }
    // The JSON last: where it is, all is.
    const beside = file.replace(/json$/, 'body')
    if (spoolFile !== undefined) await secondName(spoolFile, beside)
    else if (body.length > 0) await writeThrough(beside, body)
    await writeThrough(file, json)
    await syncFolder(this.#folder)
    this.#bytes += bytes
    return { became: 'kept', file }
  }

  async #held(): Promise<number> {
    let bytes = 0
    for (const name of await readdir(this.#folder)) bytes += (await sizeOf(join(this.#folder, name))) ?? 0
    return bytes
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The same file under another name; a copy of it on another file system. A body that is gone was told of by whoever looked for it. */
async function secondName(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EXDEV') await copyFile(from, to)
    else if (code !== 'EEXIST' && code !== 'ENOENT') throw error
  }
}
