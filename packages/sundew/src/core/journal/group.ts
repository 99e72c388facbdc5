import { entryHeaderBytes } from './entry.ts'

const startBytes = 256 * 1024

/** Entries waiting to become durable together, in one growing buffer that is used again. */
export class Group {
  #buffer = Buffer.allocUnsafeSlow(startBytes)
  #used = 0
  entries = 0
  /** How many wait for it. */
  waiting = 0
  #settle: { promise: Promise<void>; resolve: () => void; reject: (reason: unknown) => void } | undefined

  get bytes(): number {
    return this.#used
  }

  get payload(): Buffer {
    return this.#buffer.subarray(0, this.#used)
  }

  /** One more waits; settles when the group is durable, or could not be made so. */
  join(): Promise<void> {
    this.waiting++
    if (!this.#settle) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      this.#settle = { promise, resolve, reject }
      promise.catch(() => {}) // each waiter sees the failure; nobody waiting is no crash
    }
    return this.#settle.promise
  }

  resolve(): void {
    this.#settle?.resolve()
  }

  reject(reason: unknown): void {
    this.#settle?.reject(reason)
  }

  add(json: string, spool: string, body: readonly Uint8Array[], bodyBytes: number): void {
    // A UTF-16 unit is at most three bytes of UTF-8.
    this.#reserve(entryHeaderBytes + json.length * 3 + spool.length + bodyBytes)
    const start = this.#used
    let at = start + entryHeaderBytes
    const jsonBytes = this.#buffer.write(json, at, 'utf8')
    at += jsonBytes
    at += this.#buffer.write(spool, at, 'latin1')
    for (const chunk of body) {
      this.#buffer.set(chunk, at)
      at += chunk.length
    }
    this.#buffer.writeUInt32LE(jsonBytes, start)
    this.#buffer.writeUInt32LE(spool.length, start + 4)
    this.#buffer.writeUInt32LE(bodyBytes, start + 8)
    this.#used = at
    this.entries++
  }

  clear(): void {
    // One large burst should not keep its memory for ever.
    if (this.#buffer.length > 32 * startBytes) this.#buffer = Buffer.allocUnsafeSlow(startBytes)
    this.#used = 0
    this.entries = 0
    this.waiting = 0
    this.#settle = undefined
  }

  #reserve(bytes: number): void {
    const needed = this.#used + bytes
    if (needed <= this.#buffer.length) return
    let size = this.#buffer.length * 2
    while (size < needed) size *= 2
    const grown = Buffer.allocUnsafeSlow(size)
    grown.set(this.payload)
    this.#buffer = grown
  }
}
