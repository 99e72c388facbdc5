/** How long a loss that goes on is not told again. */
const quietMs = 60_000

/** What to say of a loss that goes by this code. */
export interface LossWords {
  readonly code: string
  readonly message: (count: number) => string
}

/** Of datagrams that the kernel dropped, and of rows that could not be kept. */
export interface LossesWords {
  readonly packets: LossWords
  readonly rows: LossWords
}

export const flowLosses: LossesWords = {
  packets: {
    code: 'SUNDEW_FLOW_PACKETS_DROPPED',
    message: (count) =>
      `the kernel dropped ${count} export packets because they came faster than they were read: "sundew doctor" tells the receive buffer and how to raise it`,
  },
  rows: {
    code: 'SUNDEW_FLOWS_DROPPED',
    message: (count) =>
      `${count} flows were decoded and could not be kept: more waits for the store than collectors.flow.waiting_mb allows, or the disk refuses`,
  },
}

/** Tells the owner at once of what nobody will ever know of, and then once a minute. */
export class Losses {
  readonly #words: LossesWords
  readonly #alert: (code: string, message: string) => void
  readonly #packets = new Told()
  readonly #rows = new Told()

  constructor(words: LossesWords, alert: (code: string, message: string) => void) {
    this.#words = words
    this.#alert = alert
  }

  /** @param packets that the kernel dropped, and `rows` that could not be kept, since the start */
  tell(packets: number, rows: number): void {
    this.#tell(this.#packets, this.#words.packets, packets)
    this.#tell(this.#rows, this.#words.rows, rows)
  }

  #tell(told: Told, { code, message }: LossWords, count: number): void {
    if (count > told.told && told.due()) this.#alert(code, message(count - told.take(count)))
  }
}

/** A count that was told, and not again for a minute. */
class Told {
  told = 0
  #at = -Infinity

  due(): boolean {
    return performance.now() - this.#at >= quietMs
  }

  /** What was told before. */
  take(count: number): number {
    const before = this.told
    this.told = count
    this.#at = performance.now()
    return before
  }
}
