import type { AddressSet, ListedEntry } from '../../match/address-set.ts'
import { formatAddress, parseAddress, parseRange } from '../../match/parse-address.ts'
import { RangeSet } from '../../match/ranges.ts'
import type { Words } from '../../match/words.ts'
import type { HuntRow } from '../api/contract.ts'

/** What passed from one address to another. */
export interface Pair {
  readonly source: string
  readonly destination: string
  readonly flows: number
  readonly bytes: number
  readonly packets: number
  /** Milliseconds since 1970. */
  readonly first: number
  readonly last: number
}

interface Met {
  readonly host: string
  readonly hostIsOurs: boolean
  readonly entries: readonly ListedEntry[]
  readonly addresses: Set<string>
  /** What the host sent, and what it was sent. */
  readonly sent: Sum
  readonly received: Sum
}

interface Sum {
  flows: number
  bytes: number
  packets: number
  first: number
  last: number
}

/** Listed addresses told of one entry, as a prefix may have many. */
const mostAddresses = 8

/** Gathers who met whom: one row a host and the most specific entry that names whom it met. */
export class Hunt {
  readonly #set: AddressSet
  readonly #ours: RangeSet
  readonly #chosen: ((entry: ListedEntry) => boolean) | undefined
  readonly #most: number
  readonly #met = new Map<string, Met>()
  /** Rows beyond the limit were left out. */
  cut = false

  /**
   * @param lists only entries of these, by name
   * @param most rows kept at most
   */
  constructor(options: {
    readonly set: AddressSet
    readonly networks: readonly string[]
    readonly lists: 'all' | readonly string[]
    readonly most: number
  }) {
    const { set, networks, lists } = options
    this.#set = set
    this.#most = options.most
    this.#ours = RangeSet.of(networks.map((text) => parseRange(text)).filter((range) => range !== undefined))
    this.#chosen =
      lists === 'all' ? undefined : ({ source }) => lists.includes(set.sources[source]?.name ?? '')
  }

  add(pair: Pair): void {
    const source = parseAddress(pair.source)
    const destination = parseAddress(pair.destination)
    if (!source || !destination) return
    this.#end(destination, source, pair, 'sent')
    this.#end(source, destination, pair, 'received')
  }

  /** Most bytes first. */
  rows(): HuntRow[] {
    return [...this.#met.values()].map((met) => this.#row(met)).sort((a, b) => b.bytes - a.bytes)
  }

  #end(listed: Words, host: Words, pair: Pair, way: 'sent' | 'received'): void {
    const entries = this.#entries(listed)
    const [entry] = entries
    if (!entry) return
    const text = formatAddress(host)
    const key = `${text} ${entry.indicator}`
    let met = this.#met.get(key)
    if (!met) {
      if (this.#met.size >= this.#most) {
        this.cut = true
        return
      }
      met = {
        host: text,
        hostIsOurs: this.#ours.has(host),
        entries,
        addresses: new Set(),
        sent: emptySum(),
        received: emptySum(),
      }
      this.#met.set(key, met)
    }
    if (met.addresses.size < mostAddresses) met.addresses.add(formatAddress(listed))
    const sum = met[way]
    sum.flows += pair.flows
    sum.bytes += pair.bytes
    sum.packets += pair.packets
    sum.first = Math.min(sum.first, pair.first)
    sum.last = Math.max(sum.last, pair.last)
  }

  #entries(address: Words): readonly ListedEntry[] {
    const node = this.#set.find(address)
    if (node < 0) return []
    const entries = this.#set.entries(node)
    return this.#chosen ? entries.filter(this.#chosen) : entries
  }

  #row({ host, hostIsOurs, entries, addresses, sent, received }: Met): HuntRow {
    const [entry] = entries
    const list = (source: number) => this.#set.sources[source]?.name ?? ''
    return {
      host,
      host_is_ours: hostIsOurs,
      indicator: entry!.indicator,
      addresses: [...addresses],
      list: list(entry!.source),
      lists: [...new Set(entries.map(({ source }) => list(source)))],
      title: entries.find(({ title }) => title !== '')?.title ?? '',
      link: entries.find(({ link }) => link !== '')?.link ?? '',
      // Who was heard of first is taken for who began.
      direction: sent.first <= received.first ? 'outbound' : 'inbound',
      answered: sent.flows > 0 && received.flows > 0,
      flows: sent.flows + received.flows,
      packets: sent.packets + received.packets,
      bytes: sent.bytes + received.bytes,
      sent_bytes: sent.bytes,
      first: new Date(Math.min(sent.first, received.first)).toISOString(),
      last: new Date(Math.max(sent.last, received.last)).toISOString(),
    }
  }
}

function emptySum(): Sum {
  return { flows: 0, bytes: 0, packets: 0, first: Infinity, last: -Infinity }
}
