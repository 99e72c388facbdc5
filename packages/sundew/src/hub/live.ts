import type { SundewEvent } from '../event/event.ts'

type Listener = (events: readonly SundewEvent[]) => void

/** Events as they come in, for whoever watches now. Nothing is kept: the past is the store's. */
export class LiveBus {
  readonly #listeners = new Set<Listener>()

  publish(events: readonly SundewEvent[]): void {
    if (events.length === 0) return
    for (const listener of this.#listeners) listener(events)
  }

  /** Calls `listener` with every batch until the returned function is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
