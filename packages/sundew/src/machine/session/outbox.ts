import type { Happening } from '../happening.ts'
import { outputWindowBytes, type MachineListener } from '../host.ts'

/** Bytes of files that may wait to be kept; past them a file is only told of. */
const maxKeepingBytes = 96 * 1024 * 1024

type Item =
  | { readonly type: 'output'; readonly stream: 'out' | 'error'; readonly bytes: Uint8Array }
  | { readonly type: 'ended'; readonly how: { readonly status: number } | { readonly signal: string } }

/**
 * What a session says, in order. What comes after a file that they brought waits until that file is kept: whoever reads that an upload or a
 * command came to its end may rely on it.
 */
export class Outbox {
  readonly #listener: MachineListener
  readonly #room: () => void
  #items: Item[] = []
  /** Bytes that were written and are not with the peer yet. */
  #underWay = 0
  #keeping = 0
  #keepingBytes = 0
  #waiting: (() => void)[] = []
  #idle: (() => void)[] = []
  #closed = false

  /** `room` is called whenever there is room again. */
  constructor(listener: MachineListener, room: () => void) {
    this.#listener = listener
    this.#room = room
  }

  get full(): boolean {
    return this.#underWay >= outputWindowBytes && !this.#closed
  }

  /** Settles once there is room for more. */
  async write(stream: 'out' | 'error', bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#closed; at += 32_768) {
      const part = bytes.subarray(at, at + 32_768)
      this.#underWay += part.length
      this.#put({ type: 'output', stream, bytes: part })
      while (this.full) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  happened(happening: Happening): void {
    if (happening.type !== 'file') {
      void this.#listener.happened(happening)
      return
    }
    const size = happening.bytes.length
    if (this.#keepingBytes + size > maxKeepingBytes) {
      void this.#listener.happened({ type: 'limit', limit: 'keeping_bytes', value: maxKeepingBytes })
      return
    }
    const kept = this.#listener.happened(happening)
    if (kept === undefined) return
    this.#keeping++
    this.#keepingBytes += size
    const done = () => {
      this.#keeping--
      this.#keepingBytes -= size
      this.#flush()
    }
    kept.then(done, done)
  }

  ended(how: { readonly status: number } | { readonly signal: string }): void {
    this.#put({ type: 'ended', how })
  }

  sent(bytes: number): void {
    const full = this.full
    this.#underWay = Math.max(0, this.#underWay - bytes)
    if (full && !this.full) this.#release()
  }

  /** The peer is gone: what is written goes nowhere. */
  close(): void {
    this.#closed = true
    this.#items = []
    this.#release()
  }

  /** Settles once everything that was to be kept is. */
  async settled(): Promise<void> {
    while (this.#keeping > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #put(item: Item): void {
    if (this.#closed) return
    this.#items.push(item)
    this.#flush()
  }

  #flush(): void {
    if (this.#keeping > 0) return
    for (const item of this.#items.splice(0)) {
      if (item.type === 'output') this.#listener.output(item.stream, item.bytes)
      else this.#listener.ended(item.how)
    }
    for (const idle of this.#idle.splice(0)) idle()
  }

  #release(): void {
    for (const waiting of this.#waiting.splice(0)) waiting()
    this.#room()
  }
}
