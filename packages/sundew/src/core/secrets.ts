import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Passwords of the built-in store's users. */
export interface StorePasswords {
  readonly sundew: string
  readonly reader: string
}

/** Reads the passwords kept in `file`, made at first use, readable by the owner only. */
export function storePasswords(file: string): Promise<StorePasswords> {
  return kept(file, () => ({ sundew: random(), reader: random() }))
}

/** What each make-believe machine's looks follow from, so that nobody can tell them beforehand. */
export async function machineSecret(file: string): Promise<string> {
  return (await kept(file, () => ({ secret: random() }))).secret
}

function random(): string {
  return randomBytes(24).toString('base64url')
}

async function kept<T>(file: string, make: () => T): Promise<T> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const made = make()
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  return made
}
