import { getDomain } from 'tldts'
import type { GeoTable } from '../../collectors/flow/geo-table.ts'
import { formatRange, parseAddress } from '../../match/parse-address.ts'
import { isMapped, prefixFirst, prefixLast } from '../../match/words.ts'
import type { Coarsening } from '../../plots/links/group.ts'

/** The network that an address lies in: a /24, a /48 of IPv6; other names as they are. */
export function networkOf(name: string): string {
  const words = parseAddress(name)
  if (!words) return name
  const bits = isMapped(words) ? 96 + 24 : 48
  return formatRange(prefixFirst(words, bits), prefixLast(words, bits))
}

/** The registered domain of a host name, the network of an address; other names as they are. */
export function domainOf(name: string): string {
  return parseAddress(name) ? networkOf(name) : (getDomain(name, { allowPrivateDomains: true }) ?? name)
}

/** The autonomous system that an address belongs to, by the tables that come with Sundew; its network where none is known. */
export function systemIn({ map, systems }: GeoTable): (name: string) => string {
  return (name) => {
    const words = parseAddress(name)
    if (!words) return name
    const found = isMapped(words) ? map.find4(words[3]) : map.find6(...words)
    const system = found < 0 ? 0 : systems[found]!
    return system === 0 ? networkOf(name) : `AS${system}`
  }
}

const addresses = ['source', 'destination', 'matched']
const hosts = ['target', 'host']

/** How the names of three fields become fewer; `table` is asked for only where they may hold addresses. */
export async function coarsenings(
  fields: readonly string[],
  table: () => Promise<GeoTable>,
): Promise<readonly [Coarsening, Coarsening, Coarsening]> {
  const known = fields.some((field) => addresses.includes(field) || hosts.includes(field))
  const system = known ? systemIn(await table()) : networkOf
  const of = (field: string | undefined): Coarsening => {
    if (addresses.includes(field ?? '')) return [networkOf, system]
    if (hosts.includes(field ?? ''))
      return [domainOf, (name) => (parseAddress(name) ? system(name) : domainOf(name))]
    return []
  }
  return [of(fields[0]), of(fields[1]), of(fields[2])]
}
