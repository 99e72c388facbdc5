/** Packets that may come in another order, and still are none lost. */
const lateUnits = 2048
/** A gap longer than this is no loss: the exporter began anew. */
const maxGap = 100_000_000

/**
 * Watches the sequence numbers of one exporter and domain. What they count differs: flows (v5), packets (v9), data
 * records (IPFIX); here they are units, modulo 2^32.
 */
export class Sequence {
  #expected: number | undefined
  /** Units missing, those that came late not counted. */
  lost = 0

  /**
   * @param number as the packet has it
   * @param units how many this packet itself counts; undefined where that cannot be told
   * @returns units missing before it
   */
  next(number: number, units: number | undefined): number {
    const gap = this.#expected === undefined ? 0 : (number - this.#expected) | 0
    if (this.#expected !== undefined && gap < 0 && gap >= -lateUnits) {
      // It is late, or came twice: what was counted for it is taken back, and no more is expected of it.
      this.lost -= Math.min(this.lost, units ?? 0)
      return 0
    }
    this.#expected = units === undefined ? undefined : (number + units) >>> 0
    if (gap <= 0 || gap > maxGap) return 0
    this.lost += gap
    return gap
  }

  /** The exporter says itself that it began anew. */
  restart(): void {
    this.#expected = undefined
  }
}
