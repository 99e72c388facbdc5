import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AllowBookBuilder } from './book.ts'
import { bogons, type CoreAddresses, publicResolvers, rootServers } from './core-addresses.ts'
import { addAllowed } from './reading.ts'
import { type AllowRule, everywhere } from './rule.ts'

/** What the configuration says of it. */
export interface CoreSettings {
  /** Addresses and prefixes that are ours. */
  readonly networks: readonly string[]
  /** Addresses of our name servers. */
  readonly resolvers: readonly string[]
  /** Our domains, with all below them. */
  readonly domains: readonly string[]
  /** Hosts that feeds are pulled from: names or addresses. */
  readonly feedHosts: readonly string[]
  /** Whether addresses and names that the Internet does not have are in it; laboratories list such. */
  readonly bogons: boolean
}

/**
 * The core: what no feed can list, whoever says so, and no other list can weaken. Public suffixes are in it, too, and asked
 * for by the book itself.
 */
export function addCore(builder: AllowBookBuilder, settings: CoreSettings): void {
  const add = (texts: readonly string[], rule: AllowRule, covers: 'itself' | 'all' = 'itself') => {
    for (const text of texts) addAllowed(builder, text, rule, covers)
  }
  add(settings.networks, core('networks', 'it is yours: `networks`'))
  add(settings.resolvers, core('resolvers', 'it is your name server: `intel.core.resolvers`'))
  add(settings.domains, core('domains', 'it is yours: `intel.core.domains`'), 'all')
  add(settings.feedHosts, core('feeds', 'intelligence is pulled from it'))
  const addresses = (list: string, { reason, addresses }: CoreAddresses) => add(addresses, core(list, reason))
  if (settings.bogons) for (const part of bogons) addresses('bogons', part)
  addresses('root-servers', rootServers)
  addresses('public-resolvers', publicResolvers)
  const status = core(
    'certificate-status',
    'it tells whether certificates are revoked; without it, none can be checked',
  )
  add(dataLines('certificate-status.txt'), status)
  let rule: AllowRule | undefined
  for (const line of dataLines('vital-hosts.txt')) {
    const [, list, reason] = /^\[core\/([a-z-]+)\] (.*)$/.exec(line) ?? []
    if (list !== undefined)
      rule = list === 'local-names' && !settings.bogons ? undefined : core(list, reason!)
    else if (rule) add([line], rule)
  }
}

function core(list: string, reason: string): AllowRule {
  return { action: 'exclude', list: `core/${list}`, reason, scope: everywhere }
}

function dataLines(file: string): string[] {
  return readFileSync(join(import.meta.dirname, 'data', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
}
