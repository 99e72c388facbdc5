import { countText } from './text.ts'

const everyMs = 100

/** Tells on a terminal how far long work is; silent where standard error is none. */
export class Progress {
  readonly #what: string
  readonly #shown = process.stderr.isTTY === true
  #count = 0
  #last = 0

  /** @param what what is counted: `mails exported` */
  constructor(what: string) {
    this.#what = what
  }

  get count(): number {
    return this.#count
  }

  step(): void {
    this.reach(this.#count + 1)
  }

  /** So many there are by now. */
  reach(count: number): void {
    this.#count = count
    const now = performance.now()
    if (!this.#shown || now - this.#last < everyMs) return
    this.#last = now
    process.stderr.write(`\r\x1b[K${countText(this.#count)} ${this.#what}`)
  }

  /** Clears the line. */
  [Symbol.dispose](): void {
    if (this.#shown && this.#last > 0) process.stderr.write('\r\x1b[K')
  }
}
