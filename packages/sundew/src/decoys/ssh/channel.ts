import {
  writeChannelData,
  writeChannelSignal,
  writeWindowAdjust,
} from '../../wire/ssh/message/channel-data.ts'

/** Bytes that the client may send before we allow more: OpenSSH's CHAN_SES_WINDOW_DEFAULT. */
export const windowBytes = 64 * 32_768
/** OpenSSH's CHAN_SES_PACKET_DEFAULT. */
export const channelPacketBytes = 32_768
/** Bytes of ours that may wait for the client's window; past it the rest is dropped. */
const maxQueuedBytes = 64 * 1024

/** One channel (RFC 4254 §5): its windows, and what waits for them. */
export class Channel {
  readonly id: number
  readonly peer: number
  readonly #send: (message: Uint8Array) => void
  #peerWindow: number
  readonly #maxPacket: number
  #queue: Uint8Array = new Uint8Array()
  #last: (() => void) | undefined
  #taken = 0
  /** We have said our last word. */
  closed = false

  constructor(
    id: number,
    peer: number,
    window: number,
    maxPacket: number,
    send: (message: Uint8Array) => void,
  ) {
    this.id = id
    this.peer = peer
    this.#peerWindow = window
    this.#maxPacket = Math.max(1, Math.min(maxPacket, channelPacketBytes))
    this.#send = send
  }

  write(data: Uint8Array): void {
    if (this.closed || this.#queue.length + data.length > maxQueuedBytes) return
    this.#queue = Buffer.concat([this.#queue, data])
    this.#drain()
  }

  /** The client takes so many bytes more. */
  widen(bytes: number): void {
    this.#peerWindow = Math.min(this.#peerWindow + bytes, 0xffff_ffff)
    this.#drain()
  }

  /** The client sent so many bytes: once much of the window is used up, it is given again. */
  took(bytes: number): void {
    this.#taken += bytes
    if (this.closed || this.#taken < windowBytes / 2) return
    this.#send(writeWindowAdjust(this.peer, this.#taken))
    this.#taken = 0
  }

  /** Ends it once all was written; `before` goes out just before. */
  finish(before?: Uint8Array): void {
    this.#last ??= () => {
      if (before) this.#send(before)
      this.#send(writeChannelSignal(this.peer, 'channelEof'))
      this.close()
    }
    this.#drain()
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.#send(writeChannelSignal(this.peer, 'channelClose'))
  }

  #drain(): void {
    while (!this.closed && this.#queue.length > 0 && this.#peerWindow > 0) {
      const size = Math.min(this.#queue.length, this.#peerWindow, this.#maxPacket)
      this.#send(writeChannelData(this.peer, this.#queue.subarray(0, size)))
      this.#queue = this.#queue.subarray(size)
      this.#peerWindow -= size
    }
    if (!this.closed && this.#queue.length === 0) this.#last?.()
  }
}
