import type { AddressSet } from '../match/address-set.ts'
import type { NameLookup } from '../match/named.ts'

/** Entries told in one event: more lists than this name hardly anything, and pulses may by the thousand. */
const mostTold = 32
/** Listings remembered; more are made again when they are met again. */
const mostKept = 16_384

/** Why something is listed: every entry that names it, the most specific first, the texts in the order of the entries. */
export interface Listing {
  readonly indicator: string
  /** address, domain, hostname, url … */
  readonly type: string
  /** The gravest of the entries: `block` where one of them is. */
  readonly action: 'block' | 'alert'
  readonly list: string
  readonly lists: readonly string[]
  readonly indicators: readonly string[]
  readonly titles: readonly string[]
  readonly links: readonly string[]
}

interface Entry {
  readonly indicator: string
  readonly type?: string
  readonly source: number
  readonly title: string
  readonly link: string
  readonly action?: 'block' | 'alert'
}

/** The listings of a set's nodes: made when they are met first. */
export class Listings {
  readonly #set: AddressSet | NameLookup
  readonly #known = new Map<number, Listing>()

  constructor(set: AddressSet | NameLookup) {
    this.#set = set
  }

  of(node: number): Listing {
    let listing = this.#known.get(node)
    if (!listing) {
      listing = listingOf(this.#set.entries(node, mostTold), this.#set.sources)
      if (this.#known.size < mostKept) this.#known.set(node, listing)
    }
    return listing
  }
}

function listingOf(entries: readonly Entry[], sources: readonly { readonly name: string }[]): Listing {
  const lists = entries.map(({ source }) => sources[source]?.name ?? '')
  return {
    indicator: entries[0]?.indicator ?? '',
    type: entries[0]?.type ?? 'address',
    action: entries.some(({ action = 'block' }) => action === 'block') ? 'block' : 'alert',
    list: lists[0] ?? '',
    lists,
    indicators: entries.map(({ indicator }) => indicator),
    titles: entries.map(({ title }) => title),
    links: entries.map(({ link }) => link),
  }
}
