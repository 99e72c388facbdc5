import type { AddressSet, ListedEntry } from './address-set.ts'
import type { Words } from './words.ts'

/** Nodes looked at before the caller has its turn: some milliseconds. */
const slice = 2_000

/**
 * Whether the later set has an entry that the former had not: a list's address, prefix or range. Titles and links do not
 * count. Yields now and then, as a million entries take seconds.
 */
export function* searchNewEntries(
  later: AddressSet,
  former: AddressSet | undefined,
): Generator<undefined, boolean> {
  if (!former) return later.size > 0
  for (let node = 0; node < later.nodes; node++) {
    if (node % slice === slice - 1) yield
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
