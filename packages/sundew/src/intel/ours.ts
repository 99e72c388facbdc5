import { AddressSetBuilder } from '../match/address-set-builder.ts'
import type { AddressSet } from '../match/address-set.ts'
import { parseRange } from '../match/parse-address.ts'
import { compareWords } from '../match/words.ts'

/**
 * The configured networks as a set: which addresses are ours.
 *
 * @throws TypeError for a text that is no address, prefix or range
 */
export function networksOf(networks: readonly string[]): AddressSet {
  const builder = new AddressSetBuilder()
  const label = builder.label(builder.source('networks'))
  for (const text of networks) {
    const range = parseRange(text)
    if (!range) throw new TypeError(`networks: ${text} is no address or prefix`)
    builder.add(range.first, range.last, label)
  }
  return builder.build()
}

/**
 * Whether all of a network of ours lies in the listed prefix: a list of unrouted space, which makes no host of ours one that
 * is listed.
 */
export function holdsNetwork(listed: AddressSet, node: number, networks: AddressSet, ours: number): boolean {
  const [prefix, network] = [listed.prefix(node), networks.prefix(ours)]
  return compareWords(prefix.first, network.first) <= 0 && compareWords(prefix.last, network.last) >= 0
}
