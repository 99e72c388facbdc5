import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { exitCode, Failure } from './failure.ts'

/**
 * Makes a folder, and those above it, for its owner alone; one that is there stays as it is. Node's own recursive mkdir
 * never ends where a folder that is there answers ENOENT, as all of /proc does.
 *
 * @throws Failure SUNDEW_FOLDER_IMPOSSIBLE where no folder can be there: the one above takes none, or a file has the name
 */
export async function makeFolder(path: string): Promise<void> {
  const whole = resolve(path)
  if (await made(whole)) return
  const parent = dirname(whole)
  if (parent !== whole) await makeFolder(parent)
  if (await made(whole)) return
  throw impossible(whole, `no folder can be made in ${parent}`)
}

/** False where the folder above is missing, or says that it is. */
async function made(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    if (code !== 'EEXIST') throw error
    if ((await stat(path)).isDirectory()) return true
    throw impossible(path, 'a file of that name is there')
  }
}

function impossible(path: string, why: string): Failure {
  return new Failure(
    'SUNDEW_FOLDER_IMPOSSIBLE',
    exitCode.usage,
    `tried to make the folder ${path}, and ${why}. Name another folder, on a disk.`,
  )
}
