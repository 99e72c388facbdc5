import { sourceKey } from '../../core/address.ts'
import { FairShare } from '../../outputs/logstalgia/fair-share.ts'
import { type Ball, logstalgiaLine } from '../../outputs/logstalgia/line.ts'
import { InOrder } from './in-order.ts'

/** Lines are told again this often where they come live, milliseconds. */
export const slotMs = 100

/** Lines of the past with their own times, in order: of each second's no more than the rate. */
export class BySecond {
  readonly #rate: number
  readonly #clock: () => number
  readonly #share: FairShare<Ball>
  readonly #order = new InOrder()
  #second = 0
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

  /** What is to be told now: seconds that have ended. */
  add(ball: Ball): string {
    const next = this.#order.add(ball)
    return next ? this.#count(next) : ''
  }

  /** What is to be told before the second has ended: so much that others who come in it have their share too. */
  some(): string {
    const ended = this.#all()
    const slot = Math.floor(this.#clock() / slotMs)
    if (slot !== this.#slot) this.#left = Math.ceil((this.#rate * slotMs) / 1000)
    this.#slot = slot
    const balls = this.#share.some(this.#left)
    this.#left -= balls.length
    return ended + balls.map(logstalgiaLine).join('')
  }

  /** All that is left. */
  end(): string {
    return this.#all() + this.#endSecond()
  }

  #all(): string {
    let ended = ''
    for (let ball = this.#order.next(); ball; ball = this.#order.next()) ended += this.#count(ball)
    return ended
  }

  /** The second before this ball's where that is a new one. */
  #count(ball: Ball): string {
    const second = Math.floor(ball.at / 1000)
    const lines = second === this.#second ? '' : this.#endSecond()
    this.#second = second
    this.#share.add(sourceKey(ball.host), ball)
    return lines
  }

  #endSecond(): string {
    const balls = this.#share.some(Infinity)
    this.#share.end()
    return balls.map(logstalgiaLine).join('')
  }
}
