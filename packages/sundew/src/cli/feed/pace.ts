import { setTimeout as wait } from 'node:timers/promises'
import type { Ball } from '../../outputs/logstalgia/line.ts'

/** Hands on balls of the past as they came, so many times faster; the first at once. */
export class Pace {
  readonly #speed: number
  #began: { readonly at: number; readonly nowMs: number } | undefined

  constructor(speed: number) {
    this.#speed = speed
  }

  /** Settles when it is time for it, or at the signal. */
  async wait(ball: Ball, signal: AbortSignal): Promise<void> {
    const nowMs = performance.now()
    this.#began ??= { at: ball.at, nowMs }
    const dueMs = this.#began.nowMs + (ball.at - this.#began.at) / this.#speed
    for (let leftMs = dueMs - nowMs; leftMs > 1 && !signal.aborted; leftMs = dueMs - performance.now())
      await wait(Math.min(leftMs, longestMs), undefined, { signal }).catch(() => {})
  }
}

/** A timer can't be longer. */
const longestMs = 86_400_000
