import type { AddressSet, ListedEntry } from '../../match/address-set.ts'
import { columnAddress, formatAddress, parseRange } from '../../match/parse-address.ts'
import { RangeSet } from '../../match/ranges.ts'
import type { HuntRow } from '../api/contract.ts'
import { Sums } from './hunt-sums.ts'

/** 32-bit words of a pair: sender, receiver, and as 64-bit numbers flows, bytes, packets, first and last milliseconds. */
export const pairWords = 18
/** Hosts and entries that met, at most: some 150 bytes each. */
const mostMeetings = 1_000_000

const notLooked = -1
const notChosen = -2

/** Gathers who met whom: one row a host and the most specific entry that names whom it met. */
export class Hunt {
  readonly #set: AddressSet
  readonly #ours: RangeSet
  readonly #chosen: ((entry: ListedEntry) => boolean) | undefined
  /** Which of the entries met a node of the set is of. */
  readonly #entryOf: Int32Array
  readonly #entries: (readonly ListedEntry[])[] = []
  readonly #numbers = new Map<string, number>()
  readonly #hosts = new Hosts()
  readonly #index = new Map<number, number>()
  readonly #sums = new Sums()
  /** Some were left out: more met than there is room for. */
  cut = false

  /** @param lists only entries of these, by name */
  constructor(set: AddressSet, networks: readonly string[], lists: 'all' | readonly string[]) {
    this.#set = set
    this.#ours = RangeSet.of(networks.map((text) => parseRange(text)).filter((range) => range !== undefined))
    this.#chosen =
      lists === 'all' ? undefined : ({ source }) => lists.includes(set.sources[source]?.name ?? '')
    this.#entryOf = new Int32Array(set.nodes).fill(notLooked)
  }

  /** Takes pairs of {@link pairWords} each, addresses as columns have them. */
  add(words: Uint32Array): void {
    for (let at = 0; at + pairWords <= words.length; at += pairWords) {
      this.#end(words, at, at + 4, at, 'sent')
      this.#end(words, at, at, at + 4, 'received')
    }
  }

  /** The rows with the most bytes, most first. */
  rows(most: number): HuntRow[] {
    const order = Array.from({ length: this.#sums.length }, (_, index) => index)
    order.sort((a, b) => this.#sums.bytes(b) - this.#sums.bytes(a))
    if (order.length > most) this.cut = true
    return order.slice(0, most).map((index) => this.#row(index))
  }

  #end(words: Uint32Array, pair: number, listed: number, host: number, way: 'sent' | 'received'): void {
    const node = this.#set.findWords(words, listed)
    if (node < 0) return
    const entry = this.#entry(node)
    if (entry < 0) return
    // Exact as a double: there are no more than 2^26 hosts, and entries are fewer than 2^24.
    const key = entry * 2 ** 26 + this.#hosts.number(words, host)
    let index = this.#index.get(key)
    if (index === undefined) {
      if (this.#index.size >= mostMeetings) {
        this.cut = true
        return
      }
      index = this.#sums.open(words, host, listed, entry)
      this.#index.set(key, index)
    }
    this.#sums.add(index, way, words, pair + 8)
  }

  #entry(node: number): number {
    const known = this.#entryOf[node]!
    if (known !== notLooked) return known
    const all = this.#set.entries(node)
    const entries = this.#chosen ? all.filter(this.#chosen) : all
    const indicator = entries[0]?.indicator
    let number = notChosen
    if (indicator !== undefined) {
      number = this.#numbers.get(indicator) ?? this.#entries.length
      if (number === this.#entries.length) {
        this.#numbers.set(indicator, number)
        this.#entries.push(entries)
      }
    }
    this.#entryOf[node] = number
    return number
  }

  #row(index: number): HuntRow {
    const { host, listed, entry } = this.#sums.who(index)
    const { sent, received } = this.#sums.ways(index)
    const entries = this.#entries[entry]!
    const list = (source: number) => this.#set.sources[source]?.name ?? ''
    return {
      host: formatAddress(host),
      host_is_ours: this.#ours.has(host),
      indicator: entries[0]!.indicator,
      address: formatAddress(listed),
      list: list(entries[0]!.source),
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

/** Numbers for hosts, without a string for each of IPv4. */
class Hosts {
  readonly #v4 = new Map<number, number>()
  readonly #v6 = new Map<string, number>()

  number(words: Uint32Array, at: number): number {
    const next = this.#v4.size + this.#v6.size
    if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0xffff_0000)
      return numbered(this.#v4, words[at + 3]!, next)
    return numbered(this.#v6, columnAddress(words, at).join(' '), next)
  }
}

function numbered<K>(numbers: Map<K, number>, key: K, next: number): number {
  const known = numbers.get(key)
  if (known === undefined) numbers.set(key, next)
  return known ?? next
}
