import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A journal is a folder: numbered segments `000000000001.sdj`, a `spool` folder for large bodies, and its `name`. */
export function segmentFile(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(12, '0')}.sdj`)
}

export function spoolFolder(directory: string): string {
  return join(directory, 'spool')
}

/** Numbers of the segments in the folder, ascending. */
export async function listSegments(directory: string): Promise<number[]> {
  const names = await readdir(directory)
  return names
    .filter((name) => /^\d{12}\.sdj$/.test(name))
    .map((name) => Number(name.slice(0, 12)))
    .sort((a, b) => a - b)
}

/** Makes names created in the folder durable. */
export async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes the folder where it is not there yet, and gives the journal its id: positions count from zero in each journal,
 * so only id and position together say which entries are meant.
 */
export async function makeJournalFolder(directory: string): Promise<void> {
  await mkdir(spoolFolder(directory), { recursive: true, mode: 0o700 })
  if ((await journalId(directory)) !== undefined) return
  const made = join(directory, `id.${process.pid}`)
  await writeFile(made, `${randomUUID()}\n`, { mode: 0o600, flush: true })
  await rename(made, join(directory, 'id'))
  await syncFolder(directory)
}

/** The journal's id; undefined where the folder holds no journal yet. */
export async function journalId(directory: string): Promise<string | undefined> {
  try {
    return (await readFile(join(directory, 'id'), 'utf8')).trim()
  } catch {
    return undefined
  }
}
