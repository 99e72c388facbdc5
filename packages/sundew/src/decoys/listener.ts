import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { plainAddress, sourceKey } from '../core/address.ts'
import { now as clock } from '../core/clock.ts'
import type { DecoyService, ListenerLimits, PortSpec, Refusal } from '../core/decoy.ts'
import { uuidv7 } from '../core/id.ts'
import { Session, type SessionHost } from '../core/session.ts'
import { Gate } from './gate.ts'
import { lendInput } from './lent-input.ts'
import { startTls } from './tls.ts'

export interface ListenerOptions {
  readonly decoy: string
  readonly sensor: string
  readonly addresses: readonly string[]
  readonly port: PortSpec
  readonly limits: ListenerLimits
  readonly service: DecoyService
  readonly host: SessionHost
  /** Our side is at fault: the session is over, the process goes on. */
  readonly fault: (error: unknown, session: Session) => void
}

/** How long a connection that we ended may take to read its goodbye, milliseconds. */
const lingerMs = 5_000
const sweepMs = 1_000

interface Live {
  readonly session: Session
  readonly socket: Socket
  readonly since: number
  bytesSeen: number
  active: number
  goodbye: number
}

/** One port of one decoy: makes a session of each connection, within limits, and tells the journal of both its ends. */
export class Listener {
  readonly #options: ListenerOptions
  readonly #gate: Gate
  readonly #live = new Set<Live>()
  readonly #servers: Server[] = []
  #sweeper: NodeJS.Timeout | undefined
  #closing = false

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#gate = new Gate(options.limits)
  }

  get #lends(): boolean {
    const { service, port } = this.#options
    return service.takesLentInput === true && !port.tls
  }

  get connections(): number {
    return this.#live.size
  }

  /** Binds every address. Rejects with the system's error (EADDRINUSE, EACCES …). */
  async listen(): Promise<AddressInfo[]> {
    const bound: AddressInfo[] = []
    let port = this.#options.port.port
    for (const host of this.#options.addresses) {
      const server = createServer(
        { allowHalfOpen: true, noDelay: true, pauseOnConnect: this.#lends },
        this.#accept,
      )
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port, backlog: 4096 }, () => {
          server.off('error', reject)
          resolve()
        })
      })
      // EMFILE and the like: this connection is lost, the next may do.
      server.on('error', () => {})
      this.#servers.push(server)
      const address = server.address() as AddressInfo
      bound.push(address)
      port = address.port
    }
    this.#sweeper = setInterval(this.#sweep, sweepMs)
    return bound
  }

  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#sweeper)
    for (const server of this.#servers) server.close()
    for (const { session, socket } of this.#live) {
      session.closeReason ??= 'shutdown'
      socket.destroy()
    }
    while (this.#live.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  readonly #accept = (accepted: Socket): void => {
    const socket = this.#lends ? lendInput(accepted, (piece) => session.lend(piece)) : accepted
    const { remoteAddress, remotePort, localAddress, localPort } = socket
    if (remoteAddress === undefined || localAddress === undefined) {
      socket.destroy() // gone before we looked
      return
    }
    const { decoy, sensor, host, port, service } = this.#options
    const address = plainAddress(remoteAddress)
    const source = sourceKey(address)
    const session: Session = new Session(
      host,
      {
        sensor,
        session: uuidv7(clock()),
        service: decoy,
        transport: 'tcp',
        source_ip: address,
        source_port: remotePort ?? 0,
        destination_ip: plainAddress(localAddress),
        destination_port: localPort ?? port.port,
      },
      socket,
      port,
      source,
    )
    const now = performance.now()
    const live: Live = { session, socket, since: now, bytesSeen: 0, active: now, goodbye: 0 }
    socket.on('error', () => {
      session.closeReason ??= 'error'
    })
    const refusal = this.#closing ? undefined : this.#gate.enter(source, now)
    if (refusal) {
      this.#refuse(session, socket, refusal)
      return
    }
    this.#live.add(live)
    session.note('connection.open', { decoy_port: port.as })
    socket.once('close', () => {
      this.#live.delete(live)
      this.#gate.leave(source)
      session.note('connection.close', {
        duration_ms: Math.round(performance.now() - now),
        received_bytes: socket.bytesRead,
        sent_bytes: socket.bytesWritten,
        reason: session.closeReason ?? 'peer',
      })
    })
    this.#play(session, socket, service).catch((error: unknown) => {
      session.closeReason ??= 'error'
      socket.destroy()
      this.#options.fault(error, session)
    })
  }

  async #play(session: Session, socket: Socket, service: DecoyService): Promise<void> {
    if (this.#options.port.tls) {
      if (!service.tls || !(await startTls(session, socket, service.tls))) {
        session.closeReason ??= 'persona'
        socket.destroySoon()
        return
      }
    }
    await service.serve(session)
  }

  #refuse(session: Session, socket: Socket, refusal: Refusal): void {
    if (this.#gate.tell(performance.now())) {
      session.note('limit.reached', {
        limit: refusal,
        value: this.#gate.valueOf(refusal),
        count: this.#gate.takeRefused(),
      })
    }
    if (!this.#options.port.tls) this.#options.service.refuse(session, refusal)
    socket.destroySoon()
  }

  readonly #sweep = (): void => {
    const now = performance.now()
    const { idleMs, totalMs } = this.#options.limits
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
        this.#options.service.expire?.(session, limit)
        session.socket.end()
      } else if (session.closeReason !== undefined) {
        live.goodbye = now
      }
    }
    this.#gate.sweep(now)
  }
}
