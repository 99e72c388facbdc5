// A list of bad addresses for the flow benches: some that made-up traffic meets, and many that nobody meets.
import type { FlowColumns } from '../../packages/sundew/src/wire/flow/columns.ts'
import { Traffic, type TrafficShape } from './flow-rows.ts'

export interface ListedShape {
  readonly entries: number
  /** One in so many of the addresses outside that the traffic meets is listed. */
  readonly oneIn: number
  /** Share of the entries that are IPv4 networks of 256 addresses. */
  readonly networks: number
}

/** Rows of the traffic that are looked through for addresses to list. */
const looked = 2_000_000
/** The busiest of them are not listed: nobody keeps talking to those. */
const notTheBusiest = 1_000

/**
 * Entries as a plain list has them, none inside another, in no order that helps anybody: nfdump 1.7 forgets entries that
 * nest, and is not to be beaten by that.
 */
export function listedFor(
  traffic: TrafficShape,
  { entries, oneIn, networks }: ListedShape,
  columns: FlowColumns,
): string[] {
  const counts = new Map<string, number>()
  const source = new Traffic(traffic)
  while (source.rows < looked) {
    columns.clear()
    source.fill(columns, columns.capacity)
    const direction = columns.cells('direction')
    for (let row = 0; row < columns.rows; row++) {
      const address = text(columns.cells(direction[row] === 0 ? 'destination_ip' : 'source_ip'), row)
      counts.set(address, (counts.get(address) ?? 0) + 1)
    }
  }
  columns.clear()
  const met = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!).slice(notTheBusiest)
  const listed = new Set(met.filter((_, index) => index % oneIn === 0))
  const random = numbers(0x11_57ed)
  /** The first three bytes of the IPv4 addresses listed. */
  const taken = new Set([...listed].map(network))
  for (let count = 0; count < entries * networks;) {
    const prefix = `${1 + (random() % 200)}.${random() % 256}.${random() % 256}`
    if (prefix.startsWith('10.') || taken.has(prefix)) continue
    taken.add(prefix)
    listed.add(`${prefix}.0/24`)
    count++
  }
  while (listed.size < entries) {
    const prefix = `${1 + (random() % 200)}.${random() % 256}.${random() % 256}`
    if (!prefix.startsWith('10.') && !taken.has(prefix)) listed.add(`${prefix}.${1 + (random() % 254)}`)
  }
  const shuffled = [...listed]
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = random() % (at + 1)
    ;[shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!]
  }
  return shuffled
}

/** Says, by looking at every flow, which of them meet a list that {@link listedFor} made: what the quick ways are held against. */
export class EveryFlow {
  readonly #hosts = new Set<number>()
  readonly #networks = new Set<number>()
  readonly #wide = new Set<string>()
  met = 0

  constructor(listed: readonly string[]) {
    for (const entry of listed) {
      if (entry.includes(':')) this.#wide.add(entry)
      else if (entry.endsWith('/24')) this.#networks.add(number(entry.slice(0, -3)) >>> 8)
      else this.#hosts.add(number(entry))
    }
  }

  add(columns: FlowColumns): void {
    const ends = [columns.cells('source_ip'), columns.cells('destination_ip')] as const
    for (let row = 0; row < columns.rows; row++)
      if (this.#has(ends[0], row) || this.#has(ends[1], row)) this.met++
  }

  #has(words: Uint32Array, row: number): boolean {
    if (words[row * 4 + 2] !== 0xffff_0000 || words[row * 4] !== 0) return this.#wide.has(text(words, row))
    const last = words[row * 4 + 3]!
    const address = ((last >>> 24) | ((last >>> 8) & 0xff00) | ((last << 8) & 0xff0000) | (last << 24)) >>> 0
    return this.#hosts.has(address) || this.#networks.has(address >>> 8)
  }
}

/** A dotted address in host order. */
function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

/** An address of a column as text: dotted, or eight groups. */
export function text(words: Uint32Array, row: number): string {
  const bytes = Buffer.from(words.buffer, words.byteOffset + row * 16, 16)
  if (words[row * 4] === 0 && words[row * 4 + 1] === 0 && words[row * 4 + 2] === 0xffff_0000)
    return bytes.subarray(12).join('.')
  return Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(':')
}

function network(address: string): string {
  return address.slice(0, address.lastIndexOf('.'))
}

function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
