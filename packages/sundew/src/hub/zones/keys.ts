import { readFile } from 'node:fs/promises'
import type { TsigKey } from '../../wire/dns/tsig.ts'
import type { TransferSection } from './section.ts'

/** Shorter secrets are guessed (RFC 8945 §10 wants as many bits as the code has; this is half of the least). */
const leastBytes = 16

/**
 * The keys with their secrets, read from their files.
 *
 * @throws Error that says which file cannot be read or holds no secret
 */
export async function readKeys(keys: TransferSection['keys']): Promise<TsigKey[]> {
  return Promise.all(
    keys.map(async ({ name, algorithm, secret_file }) => {
      const text = await readFile(secret_file, 'utf8').catch((cause: unknown) => {
        throw new Error(`The secret of the key ${name} cannot be read from ${secret_file}`, { cause })
      })
      const base64 = /secret\s+"([^"]*)"/.exec(text)?.[1] ?? text.trim()
      const secret = Buffer.from(base64, 'base64')
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || secret.length < leastBytes)
        throw new Error(
          `${secret_file} holds no secret of ${leastBytes} bytes or more in base64 (tsig-keygen makes one)`,
        )
      return { name, algorithm, secret }
    }),
  )
}
