import { setTimeout as wait } from 'node:timers/promises'
import { sourceKey } from '../../core/address.ts'
import { FairShare } from '../../outputs/logstalgia/fair-share.ts'
import { type Ball, logstalgiaLine } from '../../outputs/logstalgia/line.ts'
import { slotMs } from './by-second.ts'

/**
 * Lines that are told as they come, as of the second that they are told in: `--sync` lets these pass whatever clock a firewall has,
 * and none is older than the one before.
 */
export class AsOfNow {
  readonly #rate: number
  readonly #write: (lines: string) => Promise<void>
  readonly #share: FairShare<Ball>
  #second = 0
  #told = 0

  /** @param rate lines of a second at most */
  constructor(rate: number, write: (lines: string) => Promise<void>) {
    this.#rate = rate
    this.#write = write
    this.#share = new FairShare(rate)
  }

  get leftOut(): number {
    return this.#share.leftOut
  }

  add(ball: Ball): void {
    this.#share.add(sourceKey(ball.host), ball)
  }

  /** Tells what waits, ten times a second, until the signal. Rejects where nobody reads any more. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#tell()
      await wait(slotMs, undefined, { signal }).catch(() => {})
    }
  }

  /** Tells what still waits, as far as it may be told, and ends. */
  async end(): Promise<void> {
    await this.#tell(true)
    this.#share.end()
  }

  async #tell(all = false): Promise<void> {
    const now = Date.now()
    const second = Math.max(this.#second, Math.floor(now / 1000))
    let balls: Ball[] = []
    if (second !== this.#second) {
      // What came at the end of the second before.
      balls = this.#share.some(this.#rate - this.#told)
      this.#share.end()
      this.#second = second
      this.#told = balls.length
    }
    // A burst at a second's beginning leaves room for who comes later in it.
    const part = all ? 1 : Math.min(1, ((now % 1000) + slotMs) / 1000)
    const more = this.#share.some(Math.ceil(this.#rate * part) - this.#told)
    this.#told += more.length
    const lines = [...balls, ...more].map((ball) => logstalgiaLine({ ...ball, at: second * 1000 }))
    if (lines.length > 0) await this.#write(lines.join(''))
  }
}
