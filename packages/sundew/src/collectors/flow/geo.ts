import type { FlowColumns } from '../../wire/flow/columns.ts'
import { loadGeo, type GeoTable } from './geo-table.ts'

/** Addresses whose answer is remembered; a power of two. Most flows are with few. */
const remembered = 1 << 15

/**
 * Country and autonomous system of both ends of a flow, where the exporter did not tell them, or of other addresses. By the tables that come with
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
    for (const end of ['source', 'destination'] as const) {
      const [systems, countries] = [`${end}_as`, `${end}_country`] as const
      const words = columns.cells(`${end}_ip`)
      if (this.look(words, columns.cells(systems), columns.cells(countries), from, to))
        columns.touch(systems, countries)
    }
  }

  /**
   * Fills the cells of rows that have none yet.
   *
   * @param words addresses, four words a row as columns have them
   * @returns whether something was found
   */
  look(words: Uint32Array, systems: Uint32Array, countries: Uint16Array, from: number, to: number): boolean {
    const table = this.#table
    let found = false
    for (let row = from; row < to; row++) {
      const number = this.#find(words, row * 4)
      if (number < 0) continue
      if (systems[row] === 0) systems[row] = table.systems[number]!
      if (countries[row] === 0) countries[row] = table.countries[number]!
      found = true
    }
    return found
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
