import { type FrameHost, StreamFrames } from '../../wire/syslog/frames.ts'
import type { StreamReader } from '../stream-server.ts'
import type { Dispatch } from './dispatch.ts'
import type { LineSender } from './sender.ts'

export interface ConnectionHost {
  readonly dispatch: Dispatch
  /** Of this connection's other end. */
  readonly sender: () => LineSender
  /** A line was longer than is read. */
  readonly cut: () => void
}

/** One connection that sends lines, in whichever framing. */
export class Connection implements StreamReader, FrameHost {
  readonly #host: ConnectionHost
  readonly #frames = new StreamFrames(this)
  #sender: LineSender | undefined
  #received = 0

  constructor(host: ConnectionHost) {
    this.#host = host
  }

  get begun(): boolean {
    return this.#frames.held > 0
  }

  data(chunk: Uint8Array): boolean {
    this.#begin()
    return this.#frames.push(chunk)
  }

  closed(whole: boolean): void {
    // Of a connection that broke, half a line is not read as a whole one.
    if (!whole) return
    this.#begin()
    this.#frames.end()
  }

  line(bytes: Uint8Array, from: number, to: number): void {
    this.#host.dispatch.line(bytes, from, to, this.#sender!, this.#received)
  }

  entry(bytes: Uint8Array, host: number, from: number, to: number, time: number): void {
    this.#host.dispatch.entry(bytes, host, from, to, time, this.#sender!, this.#received)
  }

  cut(): void {
    this.#host.cut()
  }

  #begin(): void {
    this.#sender = this.#host.sender()
    this.#received = Date.now()
  }
}
