import type { Severity } from '../match/judge.ts'

/** How many events may be told: so many a second, and twice as many where some are grave, for whom a flood of lesser ones leaves room. */
export class EventRate {
  readonly #perSecond: number
  #second = 0
  #told = 0

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Whether one more may be told in this second; it counts then. */
  may(severity: Severity): boolean {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#told = 0
    }
    if (this.#told >= (severity === 'high' ? this.#perSecond * 2 : this.#perSecond)) return false
    this.#told++
    return true
  }
}
