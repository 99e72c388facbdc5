import { sourceKey } from '../../core/address.ts'
import { FairShare } from '../../outputs/logstalgia/fair-share.ts'
import { type Ball, logstalgiaLine } from '../../outputs/logstalgia/line.ts'

/** Lines are told again this often where they come live, milliseconds. */
export const slotMs = 100

/** Lines of the past with their own times, in order: of each second's no more than the rate. */
export class BySecond {
  readonly #rate: number
  readonly #clock: () => number
  readonly #share: FairShare<Ball>
  #last = 0
  #slot = -1
  #left = 0

  /** @param rate lines of a second at most */
  constructor(rate: number, clock: () => number = Date.now) {
    this.#rate = rate
    this.#clock = clock
    this.#share = new FairShare(rate)
  }

  get leftOut(): number {
    return this.#share.leftOut
  }

  /** What is to be told now: the second before this ball's where that is a new one. A ball of before is told as of now. */
  add(ball: Ball): string {
    const at = Math.max(ball.at, this.#last)
    const lines = Math.floor(at / 1000) === Math.floor(this.#last / 1000) ? '' : this.end()
    this.#last = at
    this.#share.add(sourceKey(ball.host), at === ball.at ? ball : { ...ball, at })
    return lines
  }

  /** What is to be told before the second has ended: so much that others who come in it have their share too. */
  some(): string {
    const slot = Math.floor(this.#clock() / slotMs)
    if (slot !== this.#slot) this.#left = Math.ceil((this.#rate * slotMs) / 1000)
    this.#slot = slot
    const balls = this.#share.some(this.#left)
    this.#left -= balls.length
    return balls.map(logstalgiaLine).join('')
  }

  /** The rest of the second. */
  end(): string {
    const balls = this.#share.some(Infinity)
    this.#share.end()
    return balls.map(logstalgiaLine).join('')
  }
}
