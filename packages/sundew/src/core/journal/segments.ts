import { mkdir, open, readdir, writeFile } from 'node:fs/promises'
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

export async function makeJournalFolder(directory: string): Promise<void> {
  await mkdir(spoolFolder(directory), { recursive: true, mode: 0o700 })
  await writeFile(
    join(directory, 'README'),
    'Sundew’s journal: what was caught and is not yet in the store. Do not edit.\n',
  )
  await syncFolder(directory)
}
