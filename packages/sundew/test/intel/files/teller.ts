import type { Taker } from '../../../src/intel/files/taker.ts'
import type { IndicatorType } from '../../../src/intel/indicator/indicator.ts'
import type { About, Report } from '../../../src/intel/sighting.ts'

export interface Told {
  readonly text: string
  readonly type: IndicatorType | undefined
  readonly about: About
  readonly report: Report | undefined
  /** The line or object it stood in. */
  readonly at: number | undefined
}

/** Notes what a reader tells, as it tells it. */
export class Listener implements Taker {
  readonly told: Told[] = []
  readonly wrong: string[] = []
  readonly leftOut: Record<string, number> = {}
  madeAt: number | undefined
  readonly #most: number
  #report: Report | undefined

  constructor(most = Infinity) {
    this.#most = most
  }

  get full(): boolean {
    return this.told.length >= this.#most
  }

  get texts(): string[] {
    return this.told.map(({ text }) => text)
  }

  take(text: string, about: About = {}, type?: IndicatorType, at?: number): boolean {
    this.told.push({ text, type, about, report: this.#report, at })
    return true
  }

  report(report: Report): void {
    this.#report = report
  }

  bad(where: string, text: string): void {
    this.wrong.push(`${where}: ${text}`)
  }

  leaveOut(reason: string): void {
    this.leftOut[reason] = (this.leftOut[reason] ?? 0) + 1
  }

  made(time: number): void {
    this.madeAt = time
  }
}
