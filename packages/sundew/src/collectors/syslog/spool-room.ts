/** Where batches wait: how many bytes do, as last measured. */
export interface Waiting {
  readonly waiting: { readonly bytes: number }
}

/** Room in a spool for those who can wait: files, and senders by TCP. Datagrams are dropped where it is full. */
export class SpoolRoom {
  readonly #spool: Waiting
  readonly #most: number
  #awaited: PromiseWithResolvers<void> | undefined

  /** @param most bytes that may wait before more is waited with */
  constructor(spool: Waiting, most: number) {
    this.#spool = spool
    this.#most = most
  }

  /** Undefined where there is some; else settles when there may be. */
  get room(): Promise<void> | undefined {
    if (this.#spool.waiting.bytes <= this.#most) return undefined
    this.#awaited ??= Promise.withResolvers<void>()
    return this.#awaited.promise
  }

  /** To be called after each measurement. */
  look(): void {
    if (this.#spool.waiting.bytes > this.#most) return
    this.#awaited?.resolve()
    this.#awaited = undefined
  }
}
