import { join } from 'node:path'
import { z } from 'zod'
import { families, prefixText } from './addresses.ts'
import type { Blocklist } from './blocklist.ts'
import { carriesKinds } from './kinds.ts'
import type { Publisher } from './publisher.ts'
import { inPieces } from './text.ts'

interface IpsetConfig {
  readonly set: string
  readonly maxelem: number
}

const file = 'sundew.ipset'

/**
 * For `ipset restore`: a second set is filled and swapped with the first, so that the first is whole at every moment.
 * `maxelem` is only a limit and costs nothing; it is always the same, since a set of another one would be another set.
 */
export const ipset: Publisher<IpsetConfig> = {
  target: 'ipset',
  summary: 'Sets of addresses for ipset restore, filled aside and swapped.',
  config: z.strictObject({
    set: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/)
      .default('sundew')
      .describe('Sets are called so, and -v4 or -v6 behind it.'),
    maxelem: z
      .int()
      .min(65_536)
      .max(2 ** 32 - 1)
      .default(2 ** 24)
      .describe('Entries that a set may have. Whoever changes it must destroy the sets first.'),
  }),
  render: (list, config, host) => [
    { name: file, pieces: inPieces(lines(list, config, () => host.leaveOut('more than maxelem'))) },
  ],
  check: (folder) => [
    {
      command: 'unshare',
      args: ['-rn', 'ipset', '-file', join(folder, file), 'restore'],
      unable:
        /unshare: (unshare|cannot|failed|write)|failed to execute ipset|Kernel error received: Operation not permitted|Cannot open session to kernel/,
    },
  ],
  carries: carriesKinds('address'),
  entry: (line) => /^add \S+ (\S+)$/.exec(line)?.[1],
}

function* lines(list: Blocklist, { set, maxelem }: IpsetConfig, full: () => void): Generator<string> {
  for (const family of families) {
    const name = `${set}-v${family}`
    const kind = `hash:net family ${family === 4 ? 'inet' : 'inet6'} maxelem ${maxelem} -exist`
    yield `create ${name} ${kind}\ncreate ${name}.next ${kind}\nflush ${name}.next\n`
    let count = 0
    for (const prefix of list.prefixes(family)) {
      // A set of networks takes no length of 0.
      const halves = prefix.length === 0 ? wholeFamily[family] : [prefixText(prefix, family)]
      for (const text of halves) {
        if (count++ < maxelem) yield `add ${name}.next ${text}\n`
        else full()
      }
    }
    yield `swap ${name} ${name}.next\ndestroy ${name}.next\n`
  }
}

const wholeFamily = { 4: ['0.0.0.0/1', '128.0.0.0/1'], 6: ['::/1', '8000::/1'] } as const
