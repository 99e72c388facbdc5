/** How a sighting stands in an intake. */
export const standing = { free: 0, known: 1, told: 2, staged: 3 } as const

/**
 * Which sightings a source has already, by the hash of the indicator, the report's number and the hash of what it says: an
 * unchanged list is recognised without reading a row of the book, at 25 bytes a sighting and as many spare. Open addressing.
 */
export class KnownSightings {
  #keys = new Float64Array(1024)
  #reports = new Uint32Array(1024)
  #contents = new Uint32Array(1024)
  /** The row in the book, or the place among the staged. */
  #rows = new Float64Array(1024)
  #standing = new Uint8Array(1024)
  #mask = 1023
  size = 0

  /** The slot of a sighting; where it has none yet, the complement of the one that {@link put} may fill. */
  find(key: number, report: number): number {
    let slot = this.#first(key, report)
    while (this.#standing[slot] !== standing.free) {
      if (this.#keys[slot] === key && this.#reports[slot] === report) return slot
      slot = (slot + 1) & this.#mask
    }
    return ~slot
  }

  /** Fills a free slot that {@link find} just gave. */
  put(free: number, key: number, report: number, content: number, row: number, as: number): void {
    const slot = ~free
    this.#keys[slot] = key
    this.#reports[slot] = report
    this.#contents[slot] = content
    this.#rows[slot] = row
    this.#standing[slot] = as
    if (++this.size * 2 > this.#mask) this.#grow()
  }

  content(slot: number): number {
    return this.#contents[slot]!
  }

  row(slot: number): number {
    return this.#rows[slot]!
  }

  standing(slot: number): number {
    return this.#standing[slot]!
  }

  mark(slot: number, as: number): void {
    this.#standing[slot] = as
  }

  /** Rows and keys of those that stand so. */
  *all(as: number): Generator<{ readonly row: number; readonly key: number; readonly report: number }> {
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#standing[slot] === as)
        yield { row: this.#rows[slot]!, key: this.#keys[slot]!, report: this.#reports[slot]! }
    }
  }

  #first(key: number, report: number): number {
    const low = key | 0
    return (Math.imul(low ^ Math.imul(report, 0x9e37_79b1), 0x85eb_ca6b) >>> 7) & this.#mask
  }

  #grow(): void {
    const [keys, reports, contents, rows, standings] = [
      this.#keys,
      this.#reports,
      this.#contents,
      this.#rows,
      this.#standing,
    ]
    const slots = keys.length * 2
    this.#keys = new Float64Array(slots)
    this.#reports = new Uint32Array(slots)
    this.#contents = new Uint32Array(slots)
    this.#rows = new Float64Array(slots)
    this.#standing = new Uint8Array(slots)
    this.#mask = slots - 1
    for (let from = 0; from < keys.length; from++) {
      if (standings[from] === standing.free) continue
      let to = this.#first(keys[from]!, reports[from]!)
      while (this.#standing[to] !== standing.free) to = (to + 1) & this.#mask
      this.#keys[to] = keys[from]!
      this.#reports[to] = reports[from]!
      this.#contents[to] = contents[from]!
      this.#rows[to] = rows[from]!
      this.#standing[to] = standings[from]!
    }
  }
}
