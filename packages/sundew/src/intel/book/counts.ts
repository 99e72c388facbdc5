import { tidy } from './tidy.ts'

/** What could not be read is shown so often, and so long. */
const mostExamples = 5
const exampleLength = 120
/** Reasons told apart. */
const mostReasons = 64

/** What an intake could not take. */
export class Counts {
  bad = 0
  readonly examples: string[] = []
  readonly #leftOut = new Map<string, number>()

  addBad(where: string, text: string): void {
    this.bad++
    if (this.examples.length < mostExamples)
      this.examples.push(`${tidy(where, 100)}: ${tidy(text, exampleLength)}`)
  }

  leaveOut(reason: string): void {
    const known = this.#leftOut.get(reason)
    if (known !== undefined) this.#leftOut.set(reason, known + 1)
    else if (this.#leftOut.size < mostReasons) this.#leftOut.set(tidy(reason, 100), 1)
    else this.#leftOut.set('others', (this.#leftOut.get('others') ?? 0) + 1)
  }

  get leftOut(): Record<string, number> {
    return Object.fromEntries(this.#leftOut)
  }
}
