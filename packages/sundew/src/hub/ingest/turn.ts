import { pause } from '../connection.ts'

/** How long what was caught may wait for a burst to end, milliseconds; from then on it is stored beside it. */
const patienceMs = 10_000
const lookEveryMs = 25

/**
 * Whose turn it is on a machine that cannot do both at once: while the decoys are busy taking a burst, storing waits, so
 * that the burst is taken as fast as it comes. It waits {@link patienceMs} in all, until everything has been stored.
 */
export class Turn {
  /** Whether the decoys have their hands full. */
  busy = false
  readonly #patienceMs: number
  #waitedMs = 0

  constructor(patience = patienceMs) {
    this.#patienceMs = patience
  }

  /** Settles when storing may go on, or the signal aborts. */
  async ours(signal: AbortSignal): Promise<void> {
    while (this.busy && this.#waitedMs < this.#patienceMs && !signal.aborted) {
      const since = performance.now()
      await pause(lookEveryMs, signal)
      this.#waitedMs += performance.now() - since
    }
  }

  /** Nothing waits any more: the next burst finds the whole patience. */
  caughtUp(): void {
    this.#waitedMs = 0
  }
}
