const dayMs = 86_400_000
/** A line is of less than a year after the one before it; what is less than a week before that is out of order. */
const mostAheadMs = 358 * dayMs

/** Tells years of lines that name none: the moment by which each is the last that has been. */
export class LogYears {
  readonly #follows: boolean
  /** A line is of the last year in which it is no more than a day after it, ms since 1970. */
  asOf: number

  /**
   * @param asOf when the log's last line was written at the latest
   * @param year of its first line; those after it may be of the years after
   */
  constructor(asOf: number, year: number | undefined) {
    this.#follows = year !== undefined
    // A day later is the year's last millisecond.
    this.asOf = year === undefined ? asOf : Date.UTC(year + 1, 0) - dayMs - 1
  }

  /** Notes when a line was. */
  note(time: number): void {
    if (this.#follows) this.asOf = time + mostAheadMs
  }
}
