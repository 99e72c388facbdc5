import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Failure } from './failure.ts'
import { makeFolder } from './folder.ts'
import { alive } from './running.ts'

/**
 * Does something as the only process of its sort on a data directory.
 * @param file holds the process id of whoever is the one
 * @param taken what to throw where another one lives
 */
export async function claim(
  file: string,
  taken: (pid: number) => Failure,
  work: () => Promise<void>,
): Promise<void> {
  await makeFolder(dirname(file))
  for (;;) {
    const before = await claimedBy(file)
    if (before !== undefined && before !== process.pid) throw taken(before)
    await rm(file, { force: true })
    try {
      await writeFile(file, `${process.pid}\n`, { mode: 0o600, flag: 'wx' })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  try {
    await work()
  } finally {
    await rm(file, { force: true })
  }
}

/** The living process that the file names. */
export async function claimedBy(file: string): Promise<number | undefined> {
  const pid = Number(await readFile(file, 'utf8').catch(() => '0'))
  return pid > 0 && alive(pid) ? pid : undefined
}
