import type { FlowColumns } from '../../wire/flow/columns.ts'
import { loadGeo, type GeoTable } from './geo-table.ts'

/** Addresses whose answer is remembered; a power of two. Most flows are with few. */
const remembered = 1 << 15

/**
 * Country and autonomous system of both ends of a flow, where the exporter did not tell them. By the tables that come with
 * Sundew: docs/flows.md says whose they are.
 */
export class Geo {
  readonly #table: GeoTable
  /** For IPv4, by a hash: the address as its column has it, and its number plus 2; 1 where it has none, 0 where nothing is remembered. */
  readonly #addresses = new Uint32Array(remembered)
  readonly #numbers = new Uint32Array(remembered)

  constructor(table: GeoTable) {
    this.#table = table
  }

  /**
   * Reads the tables: some 0.5 s the first time, a few ms from `cacheFile` afterwards.
   *
   * @throws Error where the packages that hold them are missing
   */
  static async load(cacheFile?: string): Promise<Geo> {
    return new Geo(await loadGeo(cacheFile))
  }

  /** Fills the rows from `from` up to, and without, `to`. Touches only columns in which something was found. */
  fill(columns: FlowColumns, from: number, to: number): void {
    this.#end(columns, 'source_ip', 'source_as', 'source_country', from, to)
    this.#end(columns, 'destination_ip', 'destination_as', 'destination_country', from, to)
  }

  #end(
    columns: FlowColumns,
    ip: 'source_ip' | 'destination_ip',
    as: 'source_as' | 'destination_as',
    country: 'source_country' | 'destination_country',
    from: number,
    to: number,
  ): void {
    const { systems, countries } = this.#table
    const words = columns.cells(ip)
    const asCells = columns.cells(as)
    const countryCells = columns.cells(country)
    let found = false
    for (let row = from; row < to; row++) {
      const number = this.#find(words, row * 4)
      if (number < 0) continue
      if (asCells[row] === 0) asCells[row] = systems[number]!
      if (countryCells[row] === 0) countryCells[row] = countries[number]!
      found = true
    }
    if (found) columns.touch(as, country)
  }

  #find(words: Uint32Array, at: number): number {
    if (words[at] !== 0 || words[at + 1] !== 0 || words[at + 2] !== 0xffff_0000)
      return this.#table.map.findWords(words, at)
    const address = words[at + 3]!
    const slot = Math.imul(address, 0x9e37_79b1) >>> 17
    if (this.#addresses[slot] === address && this.#numbers[slot] !== 0) return this.#numbers[slot]! - 2
    const number = this.#table.map.findWords(words, at)
    this.#addresses[slot] = address
    this.#numbers[slot] = number + 2
    return number
  }
}
