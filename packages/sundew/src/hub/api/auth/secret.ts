import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'

/** 256 random bits, for sessions and tokens. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret of 256 random bits: nothing can be guessed from it, so one plain hash is enough. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

/** Whether two digests are the same, in a time that tells nothing of where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a, 'latin1')
  const right = Buffer.from(b, 'latin1')
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Replaces `file` whole and durably; readable by its owner only. */
export async function writeSecretFile(file: string, content: string): Promise<void> {
  const next = `${file}.${randomBytes(6).toString('hex')}.next`
  const handle = await open(next, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(next, file)
}

/** The file's text; undefined where there is none. */
export async function readSecretFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
