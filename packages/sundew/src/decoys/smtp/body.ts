import type { Capture } from '../../core/capture.ts'

/** Pieces below this are gathered: a Buffer of its own for each byte of a slow sender would cost a hundred times the byte. */
const smallBytes = 1024
const stageBytes = 4 * 1024

/**
 * A message's bytes on their way into a capture, up to a limit. Used again for the next message. The last slice given is
 * not copied until {@link settle}: most messages come in one piece, and go to the journal as they lie there.
 */
export class Body {
  #capture: Capture | undefined
  #slice: Buffer | undefined
  #start = 0
  #end = 0
  #stage: Buffer | undefined
  #staged = 0
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

  /** More of the message has to be waited for. */
  settle(): void {
    const chunk = this.#slice
    if (!chunk) return
    this.#slice = undefined
    const start = this.#start
    const end = this.#end
    if (end - start < smallBytes) this.#gather(chunk, start, end)
    else {
      this.#flush()
      this.#append(new Uint8Array(chunk.subarray(start, end)))
    }
  }

  /** The capture with everything in it; it is the caller's now, to be recorded at once. Undefined where the message was too big. */
  take(): Capture | undefined {
    this.#flush()
    if (this.#slice) this.#append(this.#slice.subarray(this.#start, this.#end), true)
    this.#slice = undefined
    const capture = this.#capture
    this.#capture = undefined
    return capture
  }

  /** Forgets what came so far. */
  drop(): void {
    const capture = this.#capture
    this.#capture = undefined
    this.#slice = undefined
    this.#staged = 0
    this.#stage = undefined
    this.waiting = undefined
    if (capture) void capture.discard().catch(() => {})
  }

  #gather(chunk: Buffer, start: number, end: number): void {
    for (let at = start; at < end;) {
      this.#stage ??= Buffer.allocUnsafeSlow(stageBytes)
      const copied = chunk.copy(this.#stage, this.#staged, at, end)
      at += copied
      this.#staged += copied
      if (this.#staged === stageBytes) this.#flush()
    }
  }

  #flush(): void {
    if (this.#staged === 0) return
    const stage = this.#stage!
    const staged = this.#staged
    this.#staged = 0
    if (staged === stageBytes) {
      this.#stage = undefined
      this.#append(stage)
    } else this.#append(Buffer.from(stage.subarray(0, staged)))
  }

  #append(piece: Uint8Array, lent = false): void {
    this.waiting = this.#capture?.append(piece, lent) ?? this.waiting
  }
}
