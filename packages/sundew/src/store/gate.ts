import { ClickHouseException } from './exception.ts'

/** How many statements run and wait at once. */
export interface GateLimits {
  /** Running, for all users. */
  readonly running: number
  /** Running, for the reader: less than all, so that reading never keeps the catch from being stored. */
  readonly readers: number
  /** Waiting, for all users. */
  readonly waiting: number
}

interface Waiter {
  readonly reader: boolean
  readonly start: () => void
}

/** Lets statements in, in the order they came, never more at once than the engine has threads for. */
export class Gate {
  readonly #limits: GateLimits
  readonly #waiters: Waiter[] = []
  #running = 0
  #readers = 0

  constructor(limits: GateLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#running
  }

  /**
   * Resolves when the statement may start, with the function that says it is over. Rejects when `signal` aborts first.
   *
   * @throws ClickHouseException TOO_MANY_SIMULTANEOUS_QUERIES where too many wait already.
   */
  async enter(reader: boolean, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (!this.#fits(reader)) {
      if (this.#waiters.length >= this.#limits.waiting) {
        const limit = this.#limits.running
        throw new ClickHouseException(
          202,
          'TOO_MANY_SIMULTANEOUS_QUERIES',
          `Too many simultaneous queries: ${limit} run and ${this.#waiters.length} wait.`,
        )
      }
      await this.#wait(reader, signal)
    }
    this.#running++
    if (reader) this.#readers++
    let over = false
    return () => {
      if (over) return
      over = true
      this.#running--
      if (reader) this.#readers--
      this.#startNext()
    }
  }

  #fits(reader: boolean): boolean {
    return this.#running < this.#limits.running && !(reader && this.#readers >= this.#limits.readers)
  }

  #wait(reader: boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const at = this.#waiters.indexOf(waiter)
        if (at >= 0) this.#waiters.splice(at, 1)
        reject(signal.reason as Error)
      }
      const waiter: Waiter = {
        reader,
        start: () => {
          signal.removeEventListener('abort', leave)
          resolve()
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiters.push(waiter)
    })
  }

  #startNext(): void {
    const at = this.#waiters.findIndex((waiter) => this.#fits(waiter.reader))
    if (at >= 0) this.#waiters.splice(at, 1)[0]!.start()
  }
}
