import type { Capture } from '../../core/capture.ts'

/**
 * A message's bytes on their way into a capture, up to a limit. Used again for the next message. The last slice given is
 * not copied until {@link settle}: most messages come in one piece, and go to the journal as they lie there.
 */
export class Body {
  #capture: Capture | undefined
  #slice: Buffer | undefined
  #start = 0
  #end = 0
  #maxBytes = 0
  bytes = 0
  /** Set where the disk must catch up before more is read. */
  waiting: Promise<void> | undefined

  /** More than the limit came: nothing is held any more. */
  get tooBig(): boolean {
    return this.bytes > this.#maxBytes
  }

  get open(): boolean {
    return this.#capture !== undefined
  }

  begin(capture: Capture, maxBytes: number): void {
    this.#capture = capture
    this.#maxBytes = maxBytes
    this.bytes = 0
    this.waiting = undefined
  }

  readonly keep = (chunk: Buffer, start: number, end: number): void => {
    const size = end - start
    this.bytes += size
    if (this.bytes > this.#maxBytes) {
      this.drop()
      return
    }
    if (this.#slice === chunk && this.#end === start) this.#end = end
    else {
      this.settle()
      this.#slice = chunk
      this.#start = start
      this.#end = end
    }
  }

  /** More of the message has to be waited for: what was lent is copied. */
  settle(): void {
    const slice = this.#slice
    this.#slice = undefined
    if (slice) this.#append(new Uint8Array(slice.subarray(this.#start, this.#end)))
  }

  /** The capture with everything in it; it is the caller's now, to be recorded at once. Undefined where the message was too big. */
  take(): Capture | undefined {
    const slice = this.#slice
    this.#slice = undefined
    if (slice) this.#append(slice.subarray(this.#start, this.#end), true)
    const capture = this.#capture
    this.#capture = undefined
    return capture
  }

  /** Forgets what came so far. */
  drop(): void {
    const capture = this.#capture
    this.#capture = undefined
    this.#slice = undefined
    this.waiting = undefined
    if (capture) void capture.discard().catch(() => {})
  }

  #append(piece: Uint8Array, lent = false): void {
    this.waiting = this.#capture?.append(piece, lent) ?? this.waiting
  }
}
