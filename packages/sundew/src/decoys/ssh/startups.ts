import { randomInt } from 'node:crypto'

/** sshd's MaxStartups: from `begin` connections without a login `rate` percent of new ones are dropped, more with each, and from `full` all. */
export interface StartupLimits {
  readonly begin: number
  readonly rate: number
  readonly full: number
}

/** Counts the connections of each source that have not logged in. By source, so that nobody can keep others out; who asks from one place sees no difference. */
export class Startups {
  readonly #limits: StartupLimits | undefined
  readonly #waiting = new Map<string, number>()

  /** Without limits everybody may come. */
  constructor(limits: StartupLimits | undefined) {
    this.#limits = limits
  }

  /** Counts a connection in, or says no. */
  enter(source: string): boolean {
    const waiting = this.#waiting.get(source) ?? 0
    if (this.#limits && drops(this.#limits, waiting)) return false
    this.#waiting.set(source, waiting + 1)
    return true
  }

  /** It has logged in, or gone. To be called once for each that was counted in. */
  leave(source: string): void {
    const waiting = this.#waiting.get(source) ?? 0
    if (waiting <= 1) this.#waiting.delete(source)
    else this.#waiting.set(source, waiting - 1)
  }
}

function drops({ begin, rate, full }: StartupLimits, waiting: number): boolean {
  if (waiting < begin) return false
  if (waiting >= full || rate >= 100) return true
  const percent = rate + Math.floor(((100 - rate) * (waiting - begin)) / (full - begin))
  return randomInt(100) < percent
}
