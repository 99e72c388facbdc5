import type { Duplex } from 'node:stream'

/** Bytes of the peer waiting to be looked at; past it reading pauses. */
const highWaterBytes = 128 * 1024

/** Why there is nothing more to read now. */
export type Ended = 'end' | 'late'

/** The peer's bytes as a loop wants them: what has come, or a wait for more with a deadline. */
export class Incoming {
  readonly #socket: Duplex
  #chunks: Buffer[] = []
  #bytes = 0
  #over = false
  #dropping = false
  #wake: ((what: Buffer | Ended) => void) | undefined
  #deadline = Infinity

  constructor(socket: Duplex) {
    this.#socket = socket
    socket.on('data', this.#take).on('end', this.#end).on('close', this.#end)
  }

  get ended(): boolean {
    return this.#over
  }

  /** A chunk that has come already. */
  next(): Buffer | undefined {
    const chunk = this.#chunks.shift()
    if (chunk) this.#used(chunk.length)
    return chunk
  }

  /** Puts bytes back in front. */
  putBack(chunk: Buffer): void {
    this.#chunks.unshift(chunk)
    this.#bytes += chunk.length
  }

  /** The next chunk, `end` where the peer sends no more, or `late` once `ms` have gone by. */
  wait(ms: number): Promise<Buffer | Ended> {
    const chunk = this.next()
    if (chunk) return Promise.resolve(chunk)
    if (this.#over) return Promise.resolve('end')
    this.#deadline = performance.now() + ms
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Called now and then by whoever keeps the time for all connections. */
  tick(now: number): void {
    if (now > this.#deadline) this.#give('late')
  }

  /** Reads on without looking, so that the peer can read our last words. */
  drop(): void {
    this.#dropping = true
    this.#chunks = []
    this.#bytes = 0
    if (!this.#socket.destroyed) this.#socket.resume()
  }

  readonly #take = (chunk: Buffer): void => {
    if (this.#dropping) return
    if (this.#wake) {
      this.#give(chunk)
      return
    }
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > highWaterBytes) this.#socket.pause()
  }

  readonly #end = (): void => {
    this.#over = true
    this.#give('end')
  }

  #give(what: Buffer | Ended): void {
    const wake = this.#wake
    this.#wake = undefined
    this.#deadline = Infinity
    wake?.(what)
  }

  #used(bytes: number): void {
    this.#bytes -= bytes
    if (this.#bytes <= highWaterBytes && this.#socket.isPaused()) this.#socket.resume()
  }
}
