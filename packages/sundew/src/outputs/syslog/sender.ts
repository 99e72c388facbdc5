import type { Line } from './line.ts'

/** What was written so long before a line was lost may not have been read, milliseconds. */
const unsureMs = 5_000
/** So many messages are held in case the line is lost. */
const mostUnsure = 1000
/** Waits before a lost line is tried again for what may be lost with it, milliseconds: doubled from the first to the last. */
const againMs = { first: 1_000, last: 30_000 }

interface Written {
  readonly at: number
  readonly message: Uint8Array
}

/**
 * Keeps a line to one receiver. That the system took a message says nothing about the receiver: so what was written last is written
 * again when a line is lost, before all else on the next one. A message may arrive twice, and is lost only where both ends
 * die at once.
 */
export class Sender {
  readonly #open: () => Promise<Line>
  readonly #unsureMs: number
  #line: Line | undefined
  #recent: Written[] = []
  #busy: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #waitMs = againMs.first
  #closed = false

  constructor(open: () => Promise<Line>, unsure = unsureMs) {
    this.#open = open
    this.#unsureMs = unsure
  }

  /** Settles when the system has taken all of them; rejects where it has not, or may not have. */
  send(messages: readonly Uint8Array[]): Promise<void> {
    const sent = this.#busy.then(() => this.#send(messages))
    this.#busy = sent.catch(() => {})
    return sent
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#line?.close()
  }

  async #send(messages: readonly Uint8Array[]): Promise<void> {
    if (this.#closed) throw new Error('the output is closed')
    const line = (this.#line ??= await this.#begin())
    if (messages.length === 0) return
    try {
      await line.write(messages)
    } catch (error) {
      this.#lost(line)
      throw error
    }
    const at = performance.now()
    const fresh = messages.map((message) => ({ at, message }))
    this.#recent = [...this.#certain(at), ...fresh].slice(-mostUnsure)
  }

  /** Those that were written too long ago to be lost with a line are let go. */
  #certain(now: number): Written[] {
    return this.#recent.filter(({ at }) => now - at < this.#unsureMs)
  }

  async #begin(): Promise<Line> {
    const line = await this.#open()
    try {
      if (this.#recent.length > 0) await line.write(this.#recent.map(({ message }) => message))
    } catch (error) {
      line.close()
      throw error
    }
    const at = performance.now()
    this.#recent = this.#recent.map(({ message }) => ({ at, message }))
    this.#waitMs = againMs.first
    void line.lost.then(() => this.#lost(line))
    return line
  }

  #lost(line: Line): void {
    if (this.#line !== line) return
    this.#line = undefined
    line.close()
    this.#recent = this.#certain(performance.now())
    if (this.#recent.length > 0) this.#tryAgain()
  }

  /** Nothing else may come for a long time: what may be lost does not wait for it. */
  #tryAgain(): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#waitMs = Math.min(this.#waitMs * 2, againMs.last)
      if (!this.#line) this.send([]).catch(() => this.#tryAgain())
    }, this.#waitMs).unref()
  }
}
