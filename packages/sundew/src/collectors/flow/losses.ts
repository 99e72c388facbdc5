/** How long a loss that goes on is not told again. */
const quietMs = 60_000

/** Tells the owner at once of what nobody will ever know of, and then once a minute. */
export class Losses {
  readonly #alert: (code: string, message: string) => void
  readonly #packets = new Told()
  readonly #flows = new Told()

  constructor(alert: (code: string, message: string) => void) {
    this.#alert = alert
  }

  /** @param packets that the kernel dropped, and `flows` that could not be kept, since the start */
  tell(packets: number, flows: number): void {
    if (packets > this.#packets.told && this.#packets.due()) {
      this.#alert(
        'SUNDEW_FLOW_PACKETS_DROPPED',
        `the kernel dropped ${packets - this.#packets.take(packets)} export packets because they came faster than they were read: "sundew doctor" tells the receive buffer and how to raise it`,
      )
    }
    if (flows > this.#flows.told && this.#flows.due()) {
      this.#alert(
        'SUNDEW_FLOWS_DROPPED',
        `${flows - this.#flows.take(flows)} flows were decoded and could not be kept: more waits for the store than collectors.flow.waiting_mb allows, or the disk refuses`,
      )
    }
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
