const quarterMs = 15 * 60_000
/** A line that comes later than this, beside whole quarters of an hour, shows nothing of a zone. */
const lateMs = 2 * 60_000
/** Zones of the world: UTC-12 to UTC+14. */
const [westernmost, easternmost] = [-48, 56]
/** So many more lines, and for how long, that show another zone than was known: a clock that was put on, and no backlog of an hour ago. */
const convincing = 16
const convincingMs = 60_000

/** Guesses the zone of one sender's clock that tells none, by when its lines come. */
export class ZoneGuess {
  /** Of the clock from UTC, ms. */
  offset = 0
  /** Whether lines have shown it. */
  known = false
  #rival = 0
  #rivalLines = 0
  #rivalSince = 0

  /** Notes a line: what its clock showed, as if it were UTC, and when it came. */
  note(local: number, received: number): void {
    const ahead = local - received
    const quarter = Math.round(ahead / quarterMs)
    if (Number.isNaN(quarter) || quarter < westernmost || quarter > easternmost) return
    if (Math.abs(ahead - quarter * quarterMs) > lateMs) return
    // No -0.
    const offset = quarter * quarterMs + 0
    if (!this.known) {
      this.known = true
      this.offset = offset
    } else if (offset === this.offset) this.#rivalLines = Math.max(0, this.#rivalLines - 1)
    else if (this.#rivalLines === 0 || offset !== this.#rival) {
      this.#rival = offset
      this.#rivalLines = 1
      this.#rivalSince = received
    } else {
      this.#rivalLines = Math.min(convincing, this.#rivalLines + 1)
      if (this.#rivalLines < convincing || received - this.#rivalSince < convincingMs) return
      this.offset = offset
      this.#rivalLines = 0
    }
  }
}
