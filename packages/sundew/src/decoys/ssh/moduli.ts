import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { DhGroup } from '../../wire/ssh/kex/dh.ts'

const file = join(import.meta.dirname, '..', '..', '..', 'assets', 'ssh', 'moduli.json')

const list = z.object({
  groups: z.array(
    z.object({
      bits: z.int(),
      prefix: z.string(),
      primes: z.array(z.templateLiteral([z.enum(['2', '5']), ':', z.string()])),
    }),
  ),
})

/** The groups of Debian 12's /etc/ssh/moduli, of which sshd takes one for each client that asks. */
export async function moduli(): Promise<readonly DhGroup[]> {
  const { groups } = list.parse(JSON.parse(await readFile(file, 'utf8')))
  return groups.flatMap(({ prefix, primes }) =>
    primes.map((entry) => {
      const [generator, end] = entry.split(':') as [string, string]
      return { prime: Buffer.from(prefix + end, 'hex'), generator: Uint8Array.of(Number(generator)) }
    }),
  )
}
