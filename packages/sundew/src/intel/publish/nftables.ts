import { join } from 'node:path'
import { z } from 'zod'
import { families, type Family, rangeLines } from './addresses.ts'
import type { Blocklist } from './blocklist.ts'
import { carriesKinds } from './kinds.ts'
import type { Publisher } from './publisher.ts'
import { inPieces } from './text.ts'

/** What nftables takes as a name: a letter first. Set names have 15 to spare for what we add. */
const nftName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,15}$/)

interface NftablesConfig {
  readonly table: string
  readonly set: string
  readonly rules: 'none' | 'drop' | 'reject' | 'count'
  readonly priority: number
}

/** Elements in one statement: after a set was flushed, a thousand small ones take the kernel many times as long as twenty large. */
const elementsEach = 50_000

const file = 'sundew.nft'

/**
 * A network namespace of its own: nothing of this machine's is touched. Whoever is not root needs a namespace of users too, in which the kernel
 * takes no message as long as 100,000 elements make: then nothing is checked.
 */
const isRoot = process.getuid?.() === 0

/**
 * A script for `nft -f`, which takes all of it or nothing: sets of addresses in a table of their own, emptied and filled
 * anew. Merged ranges do not overlap, so the sets need no auto-merge, which goes wrong together with timeouts.
 */
export const nftables: Publisher<NftablesConfig> = {
  target: 'nftables',
  summary: 'Sets of addresses for nft -f, in a table of their own, with rules if asked for.',
  config: z.strictObject({
    table: nftName.default('sundew').describe('The table, of family inet.'),
    set: nftName.default('blocked').describe('Sets are called so, and 4 or 6 behind it.'),
    rules: z
      .enum(['none', 'drop', 'reject', 'count'])
      .default('none')
      .describe(
        'What chains of the table do with packets from and to them; none: sets only, and your own rules.',
      ),
    priority: z.int().min(-400).max(400).default(-10).describe('Of those chains.'),
  }),
  render: (list, config) => [{ name: file, pieces: inPieces(lines(list, config)) }],
  check: (folder) => [
    {
      command: 'unshare',
      args: [isRoot ? '-n' : '-rn', 'nft', '-c', '-f', join(folder, file)],
      unable: /unshare: (unshare|cannot|failed|write)|failed to execute nft|Message too long/,
    },
  ],
  carries: carriesKinds('address'),
  entry: (line) => /^\t([0-9a-f:.][^,]*),$/.exec(line)?.[1],
}

function* lines(list: Blocklist, { table, set, rules, priority }: NftablesConfig): Generator<string> {
  yield `#!/usr/sbin/nft -f\n# What Sundew blocks. Written by it: changes here are lost. All of it is taken, or nothing.\n`
  yield `add table inet ${table}\n`
  for (const family of families) {
    yield `add set inet ${table} ${set}${family} { type ipv${family}_addr; flags interval; }\n`
    yield `flush set inet ${table} ${set}${family}\n`
  }
  for (const family of families) yield* elements(list, family, `inet ${table} ${set}${family}`)
  if (rules === 'none') return
  const verdict = rules === 'count' ? 'counter' : `counter ${rules}`
  for (const [chain, ends] of [
    ['input', ['saddr']],
    ['forward', ['saddr', 'daddr']],
    ['output', ['daddr']],
  ] as const) {
    yield `add chain inet ${table} ${chain} { type filter hook ${chain} priority ${priority}; policy accept; }\n`
    yield `flush chain inet ${table} ${chain}\n`
    // What leaves is answered with an error, what comes in with silence: who is listed learns nothing.
    for (const end of ends)
      for (const family of families)
        yield `add rule inet ${table} ${chain} ${family === 4 ? 'ip' : 'ip6'} ${end} @${set}${family} ${
          end === 'saddr' && rules === 'reject' ? 'counter drop' : verdict
        }\n`
  }
}

function* elements(list: Blocklist, family: Family, set: string): Generator<string> {
  let count = 0
  for (const range of rangeLines(list, family, '')) {
    if (count % elementsEach === 0) yield `${count === 0 ? '' : '}\n'}add element ${set} {\n`
    yield `\t${range},\n`
    count++
  }
  if (count > 0) yield '}\n'
}
