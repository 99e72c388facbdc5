import type { Ball } from '../../outputs/logstalgia/line.ts'

/** Balls are handed on when so many more have come, which show whether a clock was right. */
const ahead = 32
/** Clocks of several firewalls differ so much and are right all the same, milliseconds. */
const apartMs = 5 * 60_000

/**
 * Gives balls of a log times that never go back: a ball of before is of now. A clock that is far from what most of the next lines
 * tell is wrong, or forged: its ball is of now, too, and does not take all that follows with it into its time. Only where most
 * are far behind, a time has to go back: the lines before were wrong, or another log begins.
 */
export class InOrder {
  #waiting: Ball[] = []
  #now: number | undefined

  /** The ball whose turn it is, where there is one already. */
  add(ball: Ball): Ball | undefined {
    this.#waiting.push(ball)
    return this.#waiting.length > ahead ? this.next() : undefined
  }

  /** The next that waits; undefined where none does. */
  next(): Ball | undefined {
    const ball = this.#waiting.shift()
    if (!ball) return undefined
    const at = this.#timeOf(ball)
    this.#now = at
    return at === ball.at ? ball : { ...ball, at }
  }

  #timeOf({ at }: Ball): number {
    const now = this.#now
    if (now !== undefined && Math.abs(at - now) <= apartMs) return Math.max(at, now)
    if (now === undefined || at > now) return this.#mostAreBefore(at) ? (now ?? this.#middle()) : at
    return this.#waiting.length === ahead && this.#mostAreBefore(now) ? at : now
  }

  /** Whether most of what waits is far before this moment. */
  #mostAreBefore(moment: number): boolean {
    let before = 0
    for (const { at } of this.#waiting) if (at < moment - apartMs) before++
    return before > this.#waiting.length / 2
  }

  /** The first of those that are about as most are. */
  #middle(): number {
    const middle = this.#waiting.map(({ at }) => at).toSorted((a, b) => a - b)[this.#waiting.length >> 1]!
    return this.#waiting.find(({ at }) => Math.abs(at - middle) <= apartMs)!.at
  }
}
