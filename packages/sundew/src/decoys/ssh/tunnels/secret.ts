import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'

const secretBytes = 32

/** The secret kept in `file`: made at first use, for the owner only, and again where it is not whole. */
export async function keptSecret(file: string): Promise<Uint8Array> {
  const kept = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (kept?.length === secretBytes) return kept
  const made = randomBytes(secretBytes)
  await writeFile(`${file}.new`, made, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return made
}
