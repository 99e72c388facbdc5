import type { Duplex } from 'node:stream'
import type { DecoyService, ListenerLimits } from '../core/decoy.ts'
import type { CloseReason, Session } from '../core/session.ts'

/** How long a connection that we ended may take to read its goodbye, milliseconds. */
const lingerMs = 5_000

/** What a session's bytes came over, and how many came. */
export type Counted = Duplex & { readonly bytesRead: number }

interface Live {
  readonly session: Session
  readonly socket: Counted
  readonly since: number
  bytesSeen: number
  active: number
  goodbye: number
}

/** The sessions of one port that are open: shows out who says nothing, or stays, for too long, or lingers after the end. */
export class Overtime {
  readonly #limits: ListenerLimits
  readonly #service: DecoyService
  readonly #live = new Set<Live>()

  constructor(limits: ListenerLimits, service: DecoyService) {
    this.#limits = limits
    this.#service = service
  }

  get sessions(): number {
    return this.#live.size
  }

  /** Watches over it until `socket` is closed. */
  watch(session: Session, socket: Counted, now: number): void {
    const live: Live = { session, socket, since: now, bytesSeen: 0, active: now, goodbye: 0 }
    this.#live.add(live)
    socket.once('close', () => this.#live.delete(live))
  }

  /** Call it about once a second. */
  sweep(now: number): void {
    const { idleMs, totalMs } = this.#limits
    for (const live of this.#live) {
      const { socket, session } = live
      if (socket.bytesRead !== live.bytesSeen) {
        live.bytesSeen = socket.bytesRead
        live.active = now
      }
      const limit = now - live.active > idleMs ? 'idle' : now - live.since > totalMs ? 'total' : undefined
      if (live.goodbye > 0) {
        if (now - live.goodbye > lingerMs) socket.destroy()
      } else if (limit) {
        live.goodbye = now
        session.closeReason ??= 'limit'
        session.note('limit.reached', { limit, value: limit === 'idle' ? idleMs : totalMs })
        this.#service.expire?.(session, limit)
        session.socket.end()
      } else if (session.closeReason !== undefined) {
        live.goodbye = now
      }
    }
  }

  /** Ends them all at once. */
  destroy(reason: CloseReason): void {
    for (const { session, socket } of this.#live) {
      session.closeReason ??= reason
      socket.destroy()
    }
  }
}
