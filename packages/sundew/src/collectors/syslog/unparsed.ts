import { byteString } from '../../event/bytes.ts'
import type { KindFields } from '../../event/event.ts'
import { type LineSender, sampleBytes } from './sender.ts'

/** One sender's unparsed lines are told of so often. */
const againMs = 60_000
/** Senders that are told of one by one in a minute; the others together. */
const mostSenders = 64
const othersName = 'others'

export type UnparsedFields = KindFields<'syslog.unparsed'>

/** Tells of lines that no parser takes: each sender once a minute, a bounded number of senders, the rest in one event. */
export class Unparsed {
  readonly #emit: (fields: UnparsedFields) => void
  readonly #waiting = new Set<LineSender>()
  #minute = 0
  #told = 0
  /** Of senders that are told of together. */
  #others = 0
  #othersAt = -Infinity
  #othersSample: Uint8Array | undefined

  constructor(emit: (fields: UnparsedFields) => void) {
    this.#emit = emit
  }

  /** Counts a line that no parser takes. */
  note(sender: LineSender, line: Uint8Array, from: number, to: number): void {
    sender.unparsed++
    sender.untold++
    if (sender.untold > 1) return
    if (this.#waiting.size >= mostSenders) {
      this.#sum(sender)
      this.#othersSample ??= Uint8Array.from(line.subarray(from, Math.min(to, from + sampleBytes)))
      return
    }
    sender.keep(line, from, to)
    this.#waiting.add(sender)
  }

  /** A sender is forgotten: what was to be told of it is told with the others. */
  forget(sender: LineSender): void {
    if (!this.#waiting.delete(sender)) return
    this.#othersSample ??= sender.sample
    this.#sum(sender)
  }

  /** To be called once a second. */
  tick(now: number, all = false): void {
    const minute = Math.floor(now / againMs)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#told = 0
    }
    for (const sender of this.#waiting) {
      if (!all && now - sender.toldAt < againMs) continue
      if (this.#told >= mostSenders) break
      this.#told++
      this.#waiting.delete(sender)
      sender.toldAt = now
      this.#emit({
        sender: sender.name,
        lines: sender.untold,
        sample: byteString(sender.sample ?? new Uint8Array(0)),
      })
      sender.untold = 0
      sender.shown = sender.sample
      sender.sample = undefined
    }
    if (this.#others === 0 || (!all && now - this.#othersAt < againMs)) return
    this.#othersAt = now
    this.#emit({
      sender: othersName,
      lines: this.#others,
      sample: byteString(this.#othersSample ?? new Uint8Array(0)),
    })
    this.#others = 0
    this.#othersSample = undefined
  }

  #sum(sender: LineSender): void {
    this.#others += sender.untold
    sender.untold = 0
    sender.sample = undefined
  }
}
