import {
  writeChannelData,
  writeChannelSignal,
  writeExtendedData,
  writeWindowAdjust,
} from '../../wire/ssh/message/channel-data.ts'

/** Bytes that the client may send before we allow more: OpenSSH's CHAN_SES_WINDOW_DEFAULT. */
export const windowBytes = 64 * 32_768
/** OpenSSH's CHAN_SES_PACKET_DEFAULT. */
export const channelPacketBytes = 32_768
/** Bytes of ours that may wait for the client's window; past it the rest is dropped. Whoever may say more waits for {@link Channel.onSent}. */
const maxQueuedBytes = 512 * 1024
/** SSH_EXTENDED_DATA_STDERR. */
const standardError = 1

interface Queued {
  readonly error: boolean
  readonly data: Uint8Array
}

/** One channel (RFC 4254 §5): its windows, and what waits for them. */
export class Channel {
  readonly id: number
  readonly peer: number
  readonly #send: (message: Uint8Array) => void
  #peerWindow: number
  readonly #maxPacket: number
  #queue: Queued[] = []
  #queuedBytes = 0
  #last: (() => void) | undefined
  #taken = 0
  /** We have said our last word. */
  closed = false
  /** So many bytes went into messages. */
  onSent: (bytes: number) => void = () => {}

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

  write(data: Uint8Array, error = false): void {
    if (this.closed || data.length === 0 || this.#queuedBytes + data.length > maxQueuedBytes) return
    this.#queue.push({ error, data })
    this.#queuedBytes += data.length
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

  /** Ends it once all was written; `before` goes out between its two last messages, as sshd has it. */
  finish(...before: readonly Uint8Array[]): void {
    this.#last ??= () => {
      this.#send(writeChannelSignal(this.peer, 'channelEof'))
      for (const message of before) this.#send(message)
      this.close()
    }
    this.#drain()
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.#queue = []
    this.#send(writeChannelSignal(this.peer, 'channelClose'))
  }

  #drain(): void {
    while (!this.closed && this.#peerWindow > 0) {
      const first = this.#queue[0]
      if (!first) break
      const size = Math.min(first.data.length, this.#peerWindow, this.#maxPacket)
      const part = first.data.subarray(0, size)
      if (size < first.data.length) this.#queue[0] = { ...first, data: first.data.subarray(size) }
      else this.#queue.shift()
      this.#peerWindow -= size
      this.#queuedBytes -= size
      this.#send(
        first.error ? writeExtendedData(this.peer, standardError, part) : writeChannelData(this.peer, part),
      )
      this.onSent(size)
    }
    if (!this.closed && this.#queue.length === 0) this.#last?.()
  }
}
