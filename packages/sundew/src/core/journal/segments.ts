import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { markBytes } from './frame.ts'

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

/**
 * Makes a file whose writes are on the disk when they return (O_DSYNC): the confined process may not call fsync (see
 * docs/decisions/002). The first such write of a new file takes its name along on ext4, XFS and Btrfs.
 */
export function createDurable(file: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_DSYNC } = constants
  return open(file, O_WRONLY | O_CREAT | O_EXCL | O_DSYNC, 0o600)
}

/**
 * Makes the folder where it is not there yet, and gives the journal its id: positions count from zero in each journal,
 * so only id and position together say which entries are meant. One process makes a journal.
 */
export async function makeJournalFolder(directory: string): Promise<void> {
  await mkdir(spoolFolder(directory), { recursive: true, mode: 0o700 })
  if ((await journalId(directory)) !== undefined) return
  await rm(join(directory, 'id'), { force: true }) // empty: killed before it was written
  const handle = await createDurable(join(directory, 'id'))
  await handle.writeFile(`${randomUUID()}\n`)
  await handle.close()
}

/** The journal's id; undefined where the folder holds no journal yet. */
export async function journalId(directory: string): Promise<string | undefined> {
  try {
    const id = (await readFile(join(directory, 'id'), 'utf8')).trim()
    return id === '' ? undefined : id
  } catch {
    return undefined
  }
}

/** What stands in every frame of the journal with this id. */
export function markOf(id: string): Buffer {
  return createHash('sha256').update(`sundew journal ${id}`).digest().subarray(0, markBytes)
}
