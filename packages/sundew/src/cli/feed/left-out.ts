import { note } from '../output.ts'
import { countText } from '../text.ts'

const minuteMs = 60_000

/** Says how many lines were left out: each minute those of it, where lines are told live, and all of them at the end. */
export class LeftOut implements Disposable {
  readonly #count: () => number
  readonly #rate: number
  readonly #say: (text: string) => void
  readonly #timer: NodeJS.Timeout
  #said = 0

  /** @param count how many there are by now */
  constructor(count: () => number, rate: number, say: (text: string) => void = note) {
    this.#count = count
    this.#rate = rate
    this.#say = say
    this.#timer = setInterval(() => this.#minute(), minuteMs).unref()
  }

  #minute(): void {
    const count = this.#count()
    if (count > this.#said) this.#tell(count - this.#said, ' of the last minute')
    this.#said = count
  }

  /** Says it of all. */
  end(): void {
    const count = this.#count()
    if (count > 0) this.#tell(count, '')
  }

  #tell(count: number, when: string): void {
    const [lines, rate] = [countText(count), countText(this.#rate)]
    this.#say(
      `sundew feed: ${lines}${when} were left out, since they were more than ${rate} a second (--rate)`,
    )
  }

  /** Says no more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
