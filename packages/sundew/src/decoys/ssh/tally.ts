import type { Session } from '../../core/session.ts'
import { byteString } from '../../event/bytes.ts'

/** Bytes of what was malformed that are kept as an example. */
const detailBytes = 256

/** What one peer does wrong, and how often: floods become one event with a count. */
export class Tally {
  readonly #session: Session
  readonly #faults = new Map<string, { detail: Uint8Array; count: number }>()
  readonly #limits = new Map<string, { value: number; count: number }>()

  constructor(session: Session) {
    this.#session = session
  }

  /** `reason` is one of ours, so there are few. */
  malformed(reason: string, detail: Uint8Array): void {
    const seen = this.#faults.get(reason)
    if (seen) seen.count++
    else this.#faults.set(reason, { detail: detail.slice(0, detailBytes), count: 1 })
  }

  limit(name: string, value: number): void {
    const seen = this.#limits.get(name)
    if (seen) seen.count++
    else this.#limits.set(name, { value, count: 1 })
  }

  /** The session is over: what was counted is told. */
  tell(): void {
    for (const [reason, { detail, count }] of this.#faults)
      this.#session.note('protocol.malformed', { reason, detail: byteString(detail), count })
    for (const [limit, { value, count }] of this.#limits)
      this.#session.note('limit.reached', { limit, value, count })
  }
}
