import { Duplex } from 'node:stream'
import type { InnerStream } from '../../../core/decoy.ts'
import {
  writeChannelData,
  writeChannelSignal,
  writeWindowAdjust,
} from '../../../wire/ssh/message/channel-data.ts'
import { channelPacketBytes, windowBytes } from '../channel.ts'
import type { Outlet } from './outlet.ts'

export interface ChannelEnds {
  /** Our number, and the client's. */
  readonly id: number
  readonly peer: number
  /** How much the client takes at first, and in one message. */
  readonly windowBytes: number
  readonly maxPacketBytes: number
}

/** Bytes of ours that wait for the client's window before whoever writes is told to wait. */
const highWaterBytes = 32 * 1024

/**
 * A channel (RFC 4254 §5) as a stream. What is written waits for the client's window and for the connection; what was read
 * is given back to the client's window as OpenSSH does. Neither side is ever held past its window.
 */
export class ChannelStream extends Duplex implements InnerStream {
  readonly id: number
  readonly #peer: number
  readonly #maxPacket: number
  readonly #send: (message: Uint8Array) => void
  readonly #outlet: Outlet
  #peerWindow: number
  /** How much the client may still send, and what was read and not given back. */
  #window = windowBytes
  #consumed = 0
  #seen = 0
  #pending: Buffer | undefined
  #written: (() => void) | undefined
  #waiting = false
  #peerEnded = false
  #peerClosed = false
  #eofSent = false
  #closeSent = false
  bytesRead = 0
  bytesWritten = 0

  constructor(ends: ChannelEnds, send: (message: Uint8Array) => void, outlet: Outlet) {
    super({ allowHalfOpen: true, writableHighWaterMark: highWaterBytes })
    this.id = ends.id
    this.#peer = ends.peer
    this.#peerWindow = ends.windowBytes
    // OpenSSH would send nothing at all where the client takes no byte a message.
    this.#maxPacket = Math.min(ends.maxPacketBytes, channelPacketBytes)
    this.#send = send
    this.#outlet = outlet
  }

  /** The client sent data. What is larger than we said, or past its window, sshd 9.2 passes over. */
  received(data: Uint8Array): void {
    if (this.#peerClosed || data.length > channelPacketBytes || data.length > this.#window) return
    this.#window -= data.length
    this.#seen += data.length
    this.bytesRead += data.length
    // What comes after its end, or after ours, is read and forgotten.
    if (!this.#peerEnded && !this.destroyed && !this.readableEnded) this.push(Buffer.from(data))
    this.#giveBack()
  }

  /** The client takes so many bytes more; false where its window does not fit in 32 bits any more. */
  widen(bytes: number): boolean {
    if (this.#peerWindow + bytes > 0xffff_ffff) return false
    this.#peerWindow += bytes
    this.#drain()
    return true
  }

  /** The client sends no more. */
  peerEnded(): void {
    if (this.#peerEnded) return
    this.#peerEnded = true
    if (!this.destroyed) this.push(null)
  }

  /** The client has closed it, or is gone: what came is still read, what is written goes nowhere. */
  peerClosed(): void {
    this.#peerClosed = true
    this.peerEnded()
    this.#drain()
    const leave = (): void => void setImmediate(() => this.destroy())
    if (this.readableLength === 0) leave()
    else this.once('end', leave)
  }

  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  override _read(): void {
    this.#giveBack()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#pending = chunk
    this.#written = done
    this.#drain()
  }

  override _final(done: () => void): void {
    this.#sendEof()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#pending = undefined
    this.#written = undefined
    this.#sendEof()
    this.#send(writeChannelSignal(this.#peer, 'channelClose'))
    this.#closeSent = true
    done(error)
  }

  /** sshd closes no channel without it, whoever was first. */
  #sendEof(): void {
    if (!this.#eofSent) this.#send(writeChannelSignal(this.#peer, 'channelEof'))
    this.#eofSent = true
  }

  readonly #drain = (): void => {
    this.#waiting = false
    while (this.#pending && !this.#peerClosed && !this.destroyed) {
      if (this.#peerWindow === 0 || this.#maxPacket === 0) return
      if (this.#outlet.clogged) return this.#wait()
      const pending = this.#pending
      const size = Math.min(pending.length, this.#peerWindow, this.#maxPacket)
      if (size > 0) this.#send(writeChannelData(this.#peer, pending.subarray(0, size)))
      this.#peerWindow -= size
      this.bytesWritten += size
      this.#pending = size < pending.length ? pending.subarray(size) : undefined
    }
    if (this.#pending && !this.#peerClosed) return
    this.#pending = undefined
    const written = this.#written
    this.#written = undefined
    written?.()
  }

  #wait(): void {
    if (this.#waiting) return
    this.#waiting = true
    this.#outlet.wait(this.#drain)
  }

  /** OpenSSH's channel_check_window: once three messages, or half of the window, are used up. */
  #giveBack(): void {
    this.#consumed += this.#seen - this.readableLength
    this.#seen = this.readableLength
    if (this.#consumed <= 0 || this.#peerEnded || this.#closeSent) return
    const used = windowBytes - this.#window
    if (used <= 3 * channelPacketBytes && this.#window >= windowBytes / 2) return
    this.#send(writeWindowAdjust(this.#peer, this.#consumed))
    this.#window += this.#consumed
    this.#consumed = 0
  }
}
