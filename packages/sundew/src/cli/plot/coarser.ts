import { getDomain } from 'tldts'
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

/** How the names of a field become fewer. */
export const coarser: Readonly<Record<string, Coarsening>> = {
  source: [networkOf],
  destination: [networkOf],
  matched: [networkOf],
  target: [domainOf],
  host: [domainOf],
}
