import type { KindFields } from '../event/event.ts'
import type { AddressSet } from '../match/address-set.ts'

/** Entries told in one event: more lists than this name hardly any address, and pulses may by the thousand. */
const mostTold = 32

/** The fields of `intel.match` that say why an address is listed. */
export type ListedFields = Pick<
  KindFields<'intel.match'>,
  'indicator' | 'list' | 'lists' | 'indicators' | 'titles' | 'links'
>

/** Why the addresses of this node are listed: every entry that names them, the most specific first. */
export function listedFields(set: AddressSet, node: number): ListedFields {
  const entries = set.entries(node, mostTold)
  const lists = entries.map(({ source }) => set.sources[source]?.name ?? '')
  return {
    indicator: entries[0]?.indicator ?? '',
    list: lists[0] ?? '',
    lists,
    indicators: entries.map(({ indicator }) => indicator),
    titles: entries.map(({ title }) => title),
    links: entries.map(({ link }) => link),
  }
}
