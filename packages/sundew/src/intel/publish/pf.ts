import { join } from 'node:path'
import { z } from 'zod'
import { families, prefixLines } from './addresses.ts'
import type { Blocklist } from './blocklist.ts'
import { carriesKinds } from './kinds.ts'
import type { Publisher } from './publisher.ts'
import { inPieces } from './text.ts'

const file = 'sundew.pf'

/** A table of pf, as `table <sundew> persist file "…"` and `pfctl -t sundew -T replace -f …` read it. */
export const pf: Publisher<Readonly<Record<never, never>>> = {
  target: 'pf',
  summary: 'Addresses for a table of pf (OpenBSD, FreeBSD).',
  config: z.strictObject({}),
  render: (list) => [{ name: file, pieces: inPieces(lines(list)) }],
  check: (folder) => [
    {
      command: 'pfctl',
      args: ['-n', '-t', 'sundew', '-T', 'replace', '-f', join(folder, file)],
      unable: /permission denied|Operation not permitted/i,
    },
  ],
  carries: carriesKinds('address'),
}

function* lines(list: Blocklist): Generator<string> {
  yield '# What Sundew blocks. Written by it: changes here are lost.\n'
  // pf takes 200,000 entries in all tables where it is not told otherwise.
  yield '# With many entries, in pf.conf: set limit table-entries 2000000\n'
  for (const family of families) yield* prefixLines(list, family)
}
