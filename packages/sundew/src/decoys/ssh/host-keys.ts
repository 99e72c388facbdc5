import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hostKeyFrom, type HostKey } from '../../wire/ssh/key/host-key.ts'

const generate = promisify(generateKeyPair)

/** Bits of an RSA key, as Debian's ssh-keygen makes it. */
const rsaBits = 3072

/** Made in libuv's threads: the loop goes on. */
const makers: Readonly<Record<string, () => Promise<{ privateKey: KeyObject }>>> = {
  'ssh-ed25519': () => generate('ed25519'),
  'ecdsa-sha2-nistp256': () => generate('ec', { namedCurve: 'P-256' }),
  'ssh-rsa': () => generate('rsa', { modulusLength: rsaBits }),
}

/** The host keys of these types, in their order: made at first use and kept in `folder`, so that who comes back meets the same host. */
export function hostKeys(folder: string, types: readonly string[]): Promise<HostKey[]> {
  return Promise.all(
    types.map(async (type) => hostKeyFrom(await kept(join(folder, `${type}.pem`), makers[type]!))),
  )
}

async function kept(file: string, make: () => Promise<{ privateKey: KeyObject }>): Promise<KeyObject> {
  const pem = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (pem !== undefined) return createPrivateKey(pem)
  const { privateKey } = await make()
  // Whole or not at all: a key that was cut off would keep the decoy from starting.
  await writeFile(`${file}.new`, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await rename(`${file}.new`, file)
  return privateKey
}
