import type { Duplex } from 'node:stream'

/** What all tunnels of one connection send through: tells when it takes no more, and when it does again. */
export class Outlet {
  readonly #socket: Duplex
  readonly #exchanging: () => boolean
  readonly #waiting = new Set<() => void>()
  #listening = false

  /** `exchanging`: keys are being exchanged, so that what is sent waits in memory. Call {@link clear} after. */
  constructor(socket: Duplex, exchanging: () => boolean) {
    this.#socket = socket
    this.#exchanging = exchanging
  }

  get clogged(): boolean {
    return this.#socket.writableNeedDrain || this.#exchanging()
  }

  /** Calls `go` once it is no longer clogged. */
  wait(go: () => void): void {
    this.#waiting.add(go)
    if (this.#listening) return
    this.#listening = true
    this.#socket.once('drain', () => {
      this.#listening = false
      this.clear()
    })
  }

  readonly clear = (): void => {
    if (this.clogged) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const go of waiting) go()
  }
}
