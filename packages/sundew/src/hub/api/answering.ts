import type { Context } from 'hono'
import { Readable } from 'node:stream'
import type { Guarded } from './auth/guard.ts'
import { ApiError } from './errors.ts'
import { downloadHeaders } from './headers.ts'
import { passOn } from './pass-on.ts'

/** Answers that take their time, a few at once: each holds one of the hub's connections to the store until it is read. */
export class Answering {
  readonly #most: number
  readonly #maxReadMs: number
  #running = 0

  /** @param maxReadMs how long a reader may take in all */
  constructor(most: number, maxReadMs: number) {
    this.#most = most
    this.#maxReadMs = maxReadMs
  }

  /**
   * Passes on what is found, one JSON object a line.
   *
   * @throws ApiError SUNDEW_API_BUSY where too many are running
   */
  lines(
    c: Context<Guarded>,
    name: string,
    find: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
  ): Promise<Response> {
    return this.bytes(c, name, 'application/x-ndjson; charset=utf-8', find)
  }

  /**
   * Passes on what is found, of a type that is ours to name.
   *
   * @throws ApiError SUNDEW_API_BUSY where too many are running
   */
  async bytes(
    c: Context<Guarded>,
    name: string,
    type: string,
    find: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
  ): Promise<Response> {
    if (this.#running >= this.#most) {
      throw new ApiError(
        503,
        'SUNDEW_API_BUSY',
        `${this.#most} questions of this kind are being answered. Wait for one to end.`,
      )
    }
    this.#running++
    const stop = new AbortController()
    const signal = AbortSignal.any([
      stop.signal,
      c.req.raw.signal,
      c.var.identity.ended,
      AbortSignal.timeout(this.#maxReadMs),
    ])
    try {
      const found = Readable.from(await find(signal), { objectMode: false })
      const body = passOn(found, signal, () => {
        this.#running--
        stop.abort()
      })
      return c.body(body, 200, {
        ...downloadHeaders(type, name),
        'Content-Disposition': 'inline',
      })
    } catch (error) {
      this.#running--
      throw error
    }
  }
}
