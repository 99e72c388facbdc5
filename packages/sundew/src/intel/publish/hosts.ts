import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { singleNames } from './names.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces } from './text.ts'

interface HostsConfig {
  readonly addresses: readonly string[]
}

/** The hosts file (hosts(5)): names alone, as it knows nothing of what is below them. */
export const hosts: Publisher<HostsConfig> = {
  target: 'hosts',
  summary: 'A hosts file that gives names an address where nobody is.',
  config: z.strictObject({
    addresses: z
      .array(z.union([z.ipv4(), z.ipv6()]))
      .min(1)
      .max(2)
      .default(['0.0.0.0'])
      .describe('The address, or one of each family.'),
  }),
  render: (list, config, host) => [{ name: 'hosts', pieces: inPieces(lines(list, config, host)) }],
  carries: ({ type }) => type === 'domain' || type === 'hostname',
  entry: (line) => /^[0-9a-f.:]+ (\S+)$/i.exec(line)?.[1],
}

function* lines(list: Blocklist, { addresses }: HostsConfig, host: RenderHost): Generator<string> {
  yield '# What Sundew blocks. Written by it: changes here are lost.\n'
  for (const { name, covers } of singleNames(list, host)) {
    for (const address of addresses) yield `${address} ${name}\n`
    if (covers === 'all') host.leaveOut('what is below a domain')
  }
}
