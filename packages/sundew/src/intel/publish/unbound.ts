import { join, posix } from 'node:path'
import { z } from 'zod'
import { allowBody, blockBody } from './bind-rpz/body.ts'
import { continued } from './bind-rpz/continued.ts'
import { zoneFile } from './bind-rpz/named-conf.ts'
import { families, lengthText } from './addresses.ts'
import { entryOf } from './bind-rpz/records.ts'
import { rpzSettings, type RpzSettings } from './bind-rpz/settings.ts'
import type { Blocklist } from './blocklist.ts'
import { outermostHoles, outermostNames } from './outermost.ts'
import type { Publisher, RenderedFile, RenderHost } from './publisher.ts'
import { inPieces } from './text.ts'

const actions = {
  nxdomain: 'always_nxdomain',
  nodata: 'always_nodata',
  drop: 'always_deny',
  null: 'always_null',
} as const
/** The same for answers that hold a listed address, of which Unbound has fewer. */
const responses = {
  nxdomain: 'always_nxdomain',
  nodata: 'always_nxdomain',
  drop: 'deny',
  null: 'always_nxdomain',
} as const

interface UnboundConfig {
  readonly form: 'rpz' | 'local-zone'
  readonly action: keyof typeof actions
  readonly addresses: boolean
}

const file = 'unbound.conf'
/** The same for files that lie in the current folder: what is checked before it is where it belongs. */
const checkFile = 'check.conf'
const zones = { allow: 'allow.rpz.sundew', block: 'block.rpz.sundew' } as const

/**
 * For Unbound: response policy zones (1.14 and later), which it loads without stopping and which are exact; or `local-zone` statements. Of
 * these a name alone gets the address 0.0.0.0, and an allowed name lets pass what is below it.
 */
export const unbound: Publisher<UnboundConfig> = {
  target: 'unbound',
  summary: 'Names and addresses for Unbound: policy zones, or local-zone statements.',
  config: z.strictObject({
    form: z.enum(['rpz', 'local-zone']).default('rpz').describe('Policy zones, or statements.'),
    action: z
      .enum(['nxdomain', 'nodata', 'drop', 'null'])
      .default('nxdomain')
      .describe('What is done; null: the address 0.0.0.0 and ::.'),
    addresses: z
      .boolean()
      .default(true)
      .describe('Also answers that hold listed addresses; needs the module respip.'),
  }),
  render: (list, config, host) =>
    config.form === 'rpz' ? policy(list, config, host) : statements(list, config, host),
  check: (folder, { form }) => [
    {
      command: 'unbound-checkconf',
      args: [join(folder, form === 'rpz' ? checkFile : file)],
      unable: /cannot open zonefile/,
    },
  ],
  carries: ({ type }, { addresses }) =>
    type === 'address' ? addresses : type === 'domain' || type === 'hostname',
  entry: (line, name) =>
    name.endsWith('.zone')
      ? entryOf(line)
      : /^ +(?:local-zone: "([^"]+)\." (?!always_transparent)|response-ip: (\S+))/
          .exec(line)
          ?.slice(1)
          .find(Boolean),
}

function* policy(list: Blocklist, config: UnboundConfig, host: RenderHost): Generator<RenderedFile> {
  const settings = settingsOf(config)
  const leaveOut = host.leaveOut.bind(host)
  for (const [zone, body] of [
    [zones.allow, allowBody(list, settings, leaveOut)],
    [zones.block, blockBody(list, settings, 0, leaveOut)],
  ] as const)
    yield {
      name: zoneFile(zone),
      pieces: continued(body, () => host.former(zoneFile(zone)), {
        zone,
        ttl: settings.ttl,
        madeMs: list.made,
      }),
    }
  const folder = host.folder ?? '/etc/unbound/sundew'
  yield { name: file, pieces: policyConf(folder) }
  yield { name: checkFile, pieces: policyConf('', 'server:\n    chroot: ""\n') }
}

function settingsOf({ action, addresses }: UnboundConfig): RpzSettings {
  return rpzSettings.parse({
    allow_zone: zones.allow,
    zones: [{ name: zones.block, action: action === 'null' ? 'garden' : action }],
    garden: action === 'null' ? { a: ['0.0.0.0'], aaaa: ['::'] } : undefined,
    triggers: addresses ? ['name', 'address'] : ['name'],
  })
}

function* policyConf(folder: string, more = ''): Generator<string> {
  yield '# Written by Sundew. In unbound.conf: include: …, at its end. The first zone is what is allowed.\n'
  yield more
  // Policy zones need respip, whatever they look at.
  yield `server:\n    module-config: "respip validator iterator"\n`
  for (const zone of Object.values(zones))
    yield `rpz:
    name: "${zone}."
    zonefile: "${posix.join(folder, zoneFile(zone)).replace(/["\n\r]/g, ' ')}"
    rpz-log: yes
    rpz-log-name: "${zone}"
`
}

function statements(list: Blocklist, config: UnboundConfig, host: RenderHost): RenderedFile[] {
  return [{ name: file, pieces: inPieces(statementLines(list, config, host)) }]
}

function* statementLines(
  list: Blocklist,
  { action, addresses }: UnboundConfig,
  host: RenderHost,
): Generator<string> {
  const type = actions[action]
  yield '# Written by Sundew. In unbound.conf: include: …\nserver:\n'
  if (addresses) yield '    module-config: "respip validator iterator"\n'
  for (const { name, covers } of outermostNames(list, host)) {
    if (covers === 'all') yield `    local-zone: "${name}." ${type}\n`
    else
      yield `    local-zone: "${name}." transparent\n    local-data: "${name}. 60 A 0.0.0.0"\n    local-data: "${name}. 60 AAAA ::"\n`
  }
  for (const { name, covers } of outermostHoles(list, host)) {
    yield `    local-zone: "${name}." always_transparent\n`
    if (covers === 'itself') host.leaveOut('what is below an allowed name')
  }
  if (!addresses) return
  for (const family of families)
    for (const prefix of list.prefixes(family))
      yield `    response-ip: ${lengthText(prefix, family)} ${responses[action]}\n`
}
