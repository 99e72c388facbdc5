import type { Neighbour } from '../../../core/decoy.ts'
import type { CloseReason, Session, Through } from '../../../core/session.ts'
import { writeOpenConfirmation } from '../../../wire/ssh/message/channel-open.ts'
import { channelPacketBytes, windowBytes } from '../channel.ts'
import { ChannelStream, type ChannelEnds } from './channel-stream.ts'
import type { Outlet } from './outlet.ts'

export interface TunnelParts {
  /** The SSH session that it goes through, and the same as the tunnel's events name it. */
  readonly outer: Session
  readonly session: Session
  readonly through: Through
  readonly ends: ChannelEnds
  readonly send: (message: Uint8Array) => void
  readonly outlet: Outlet
  /** Both sides have closed it: its number is free. */
  readonly gone: () => void
}

/** One tunnel: waits as long as a connection would take, then lends its channel to whoever answers. */
export class Tunnel {
  readonly #parts: TunnelParts
  #timer: NodeJS.Timeout | undefined
  #stream: ChannelStream | undefined
  #peerClosed = false
  #over = false

  constructor(parts: TunnelParts) {
    this.#parts = parts
  }

  /** The client's number. */
  get peer(): number {
    return this.#parts.ends.peer
  }

  /** Bytes that came and nobody has read yet. */
  get unread(): number {
    return this.#over ? 0 : (this.#stream?.readableLength ?? 0)
  }

  /** Does what is to be done after so long. */
  wait(afterMs: number, then: () => void): void {
    if (afterMs === 0) return then()
    this.#timer = setTimeout(then, afterMs)
  }

  open(answerer: Neighbour): void {
    const { outer, session, through, ends, send, outlet } = this.#parts
    send(writeOpenConfirmation(ends.peer, ends.id, windowBytes, channelPacketBytes))
    const stream = new ChannelStream(ends, send, outlet)
    this.#stream = stream
    const since = performance.now()
    const tell = (reason: CloseReason): void => {
      session.note('tunnel.close', {
        duration_ms: Math.round(performance.now() - since),
        received_bytes: stream.bytesRead,
        sent_bytes: stream.bytesWritten,
        reason,
      })
      this.#over = true
      if (this.#peerClosed) this.#parts.gone()
    }
    answerer.answer(outer, stream, through).then(tell, (error: unknown) => {
      tell('error')
      throw error
    })
  }

  data(bytes: Uint8Array): void {
    this.#stream?.received(bytes)
  }

  widen(bytes: number): boolean {
    return this.#stream?.widen(bytes) ?? true
  }

  ended(): void {
    this.#stream?.peerEnded()
  }

  /** The client has closed it. One that is not open yet has a number that nobody was told. */
  closed(): void {
    if (!this.#stream) return
    this.#peerClosed = true
    this.#stream.peerClosed()
    if (this.#over) this.#parts.gone()
  }

  /** The connection is over. */
  hangUp(): void {
    clearTimeout(this.#timer)
    this.closed()
  }
}
