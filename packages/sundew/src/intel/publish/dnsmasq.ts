import { join } from 'node:path'
import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { outermostHoles, outermostNames } from './outermost.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces } from './text.ts'

interface DnsmasqConfig {
  readonly action: 'nxdomain' | 'null'
}

const file = 'dnsmasq.conf'

/**
 * Configuration of dnsmasq 2.86 and later, by `conf-file`. `local=/x/` is for a name and all below it; a name alone can only be given an
 * address, which is `0.0.0.0` and `::`. The longest match wins, so exceptions stand beside; `/*.x/` is what is below x.
 */
export const dnsmasq: Publisher<DnsmasqConfig> = {
  target: 'dnsmasq',
  summary: 'Names that dnsmasq answers itself instead of asking.',
  config: z.strictObject({
    action: z
      .enum(['nxdomain', 'null'])
      .default('nxdomain')
      .describe('What is said of a domain: there is no such name; or 0.0.0.0 and ::.'),
  }),
  render: (list, config, host) => [{ name: file, pieces: inPieces(lines(list, config, host)) }],
  check: (folder) => [{ command: 'dnsmasq', args: ['--test', '-C', join(folder, file)] }],
  carries: ({ type }) => type === 'domain' || type === 'hostname',
  entry: (line) => /^(?:local=|address=|host-record=)\/?(?!\*)([a-z0-9_.-]+)/.exec(line)?.[1],
}

function* lines(list: Blocklist, { action }: DnsmasqConfig, host: RenderHost): Generator<string> {
  yield '# What Sundew blocks. Written by it: changes here are lost. In dnsmasq.conf: conf-file=…, and restart it after a change.\n'
  const [before, after] = action === 'nxdomain' ? ['local=/', '/\n'] : ['address=/', '/#\n']
  for (const { name, covers } of outermostNames(list, host))
    yield covers === 'all' ? `${before}${name}${after}` : `host-record=${name},0.0.0.0,::\n`
  for (const { name, covers } of outermostHoles(list, host)) {
    yield `server=/${name}/#\n`
    if (covers === 'itself') yield `${before}*.${name}${after}`
  }
}
