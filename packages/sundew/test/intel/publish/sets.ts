import type { AllowBook } from '../../../src/intel/allow/book.ts'
import type { Indicator } from '../../../src/intel/indicator/indicator.ts'
import { type BlocklistParts, SetBlocklist } from '../../../src/intel/publish/blocklist-of-sets.ts'
import { AddressSet } from '../../../src/match/address-set.ts'
import { AddressSetBuilder } from '../../../src/match/address-set-builder.ts'
import { NameSet } from '../../../src/match/name-set.ts'
import { NameSetBuilder } from '../../../src/match/name-set-builder.ts'
import { parseRange } from '../../../src/match/parse-address.ts'

/** One entry to be listed. */
export interface Listing {
  readonly indicator: Indicator
  readonly source?: string
  readonly title?: string
  readonly link?: string
  readonly action?: 'block' | 'alert'
  readonly confidence?: number
}

/**
 * A blocklist of sets made of these entries as they are, whatever is allowed.
 *
 * @param decided the sets are made as the engine makes them, without what is allowed
 */
export function blocklistOf(
  listings: readonly Listing[],
  allow: AllowBook,
  decided = false,
  more: Partial<BlocklistParts> = {},
): SetBlocklist {
  const addresses = new AddressSetBuilder()
  const names = new NameSetBuilder()
  for (const one of listings) {
    const { indicator, source = 'list', title = '', link = '', action = 'block', confidence = 80 } = one
    const { type, value } = indicator
    if (decided && allow.keepsOut(indicator)) continue
    const to = type === 'address' ? addresses : names
    const label = to.label(to.source(source), title, link, action, confidence)
    if (type === 'address') {
      const { first, last } = parseRange(value)!
      addresses.add(first, last, label)
    } else names.add(type, value, label)
  }
  return new SetBlocklist({
    addresses: AddressSet.from(addresses.toBytes()),
    names: NameSet.from(names.toBytes()),
    allow,
    decided,
    version: 7,
    made: Date.parse('2026-11-25T20:00:00Z'),
    ...more,
  })
}
