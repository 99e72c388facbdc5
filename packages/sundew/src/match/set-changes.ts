import type { AddressSet, ListedEntry } from './address-set.ts'
import type { Words } from './words.ts'

/**
 * Whether the later set has an entry that the former had not: a list's address, prefix or range. Titles and links do not
 * count. Takes about a second for a million entries.
 */
export function hasNewEntries(later: AddressSet, former: AddressSet | undefined): boolean {
  if (!former) return later.size > 0
  for (let node = 0; node < later.nodes; node++) {
    const { first } = later.prefix(node)
    const known = keysOf(former, former.find(first))
    if (later.own(node).some((entry) => !known.has(keyOf(later, entry)))) return true
  }
  return false
}

/** Whether an entry that names the address is new in the later set. */
export function isNewlyListed(later: AddressSet, former: AddressSet | undefined, address: Words): boolean {
  const node = later.find(address)
  if (node < 0) return false
  if (!former) return true
  const known = keysOf(former, former.find(address))
  return later.entries(node, Infinity).some((entry) => !known.has(keyOf(later, entry)))
}

function keysOf(set: AddressSet, node: number): ReadonlySet<string> {
  return new Set(node < 0 ? [] : set.entries(node, Infinity).map((entry) => keyOf(set, entry)))
}

function keyOf(set: AddressSet, { source, indicator }: ListedEntry): string {
  return `${set.sources[source]?.name ?? ''} ${indicator}`
}
