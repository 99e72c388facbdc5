import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Passwords of the built-in store's users. */
export interface StorePasswords {
  readonly sundew: string
  readonly reader: string
}

/** Reads the passwords kept in `file`, made at first use, readable by the owner only. */
export async function storePasswords(file: string): Promise<StorePasswords> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as StorePasswords
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const made = {
    sundew: randomBytes(24).toString('base64url'),
    reader: randomBytes(24).toString('base64url'),
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  return made
}
