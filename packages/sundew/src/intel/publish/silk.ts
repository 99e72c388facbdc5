import { join } from 'node:path'
import { z } from 'zod'
import { families, type Family, prefixLines } from './addresses.ts'
import type { Blocklist } from './blocklist.ts'
import { carriesKinds } from './kinds.ts'
import type { Publisher } from './publisher.ts'
import { inPieces } from './text.ts'

const names = { 4: 'v4.txt', 6: 'v6.txt' } as const

/**
 * What `rwsetbuild` reads. IPv4 and IPv6 are files of their own: together they would become one set in which IPv4 addresses
 * are mapped ones.
 */
export const silk: Publisher<Readonly<Record<never, never>>> = {
  target: 'silk',
  summary: 'Addresses for rwsetbuild of SiLK, IPv4 and IPv6 apart.',
  config: z.strictObject({}),
  render: (list) =>
    families.map((family) => ({ name: names[family], pieces: inPieces(lines(list, family)) })),
  check: (folder) =>
    families.map((family) => ({
      command: 'rwsetbuild',
      args: [join(folder, names[family]), join(folder, `${names[family]}.set`)],
    })),
  carries: carriesKinds('address'),
}

function* lines(list: Blocklist, family: Family): Generator<string> {
  yield `# What Sundew blocks, IPv${family}. rwsetbuild ${names[family]} v${family}.set\n`
  yield* prefixLines(list, family)
}
