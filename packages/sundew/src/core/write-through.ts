import { constants } from 'node:fs'
import { open, rename } from 'node:fs/promises'

/**
 * Puts a file into place whole: written through to the disk under another name (docs/decisions/002: a process without rights may not
 * sync), then renamed, so that the name never comes before the bytes.
 */
export async function writeThrough(path: string, text: string | Uint8Array): Promise<void> {
  const part = `${path}.part`
  const { O_WRONLY, O_CREAT, O_TRUNC, O_DSYNC } = constants
  const handle = await open(part, O_WRONLY | O_CREAT | O_TRUNC | O_DSYNC, 0o600)
  try {
    await handle.writeFile(text)
  } finally {
    await handle.close()
  }
  await rename(part, path)
}
