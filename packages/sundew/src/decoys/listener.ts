import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { plainAddress, sourceKey } from '../core/address.ts'
import { now as clock } from '../core/clock.ts'
import type { DecoyService, ListenerLimits, PortSpec, Refusal } from '../core/decoy.ts'
import { uuidv7 } from '../core/id.ts'
import { Session, type SessionHost } from '../core/session.ts'
import { Gate } from './gate.ts'
import { lendInput } from './lent-input.ts'
import { Overtime } from './overtime.ts'
import { play } from './play.ts'

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

const sweepMs = 1_000

/** One port of one decoy: makes a session of each connection, within limits, and tells the journal of both its ends. */
export class Listener {
  readonly #options: ListenerOptions
  readonly #gate: Gate
  readonly #overtime: Overtime
  readonly #servers: Server[] = []
  #sweeper: NodeJS.Timeout | undefined
  #closing = false

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#gate = new Gate(options.limits)
    this.#overtime = new Overtime(options.limits, options.service)
  }

  get #lends(): boolean {
    const { service, port } = this.#options
    return service.takesLentInput === true && !port.tls
  }

  get connections(): number {
    return this.#overtime.sessions
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
    this.#overtime.destroy('shutdown')
    while (this.connections > 0) await new Promise((resolve) => setTimeout(resolve, 5))
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
    socket.on('error', () => {
      session.closeReason ??= 'error'
    })
    const refusal = this.#closing ? undefined : this.#gate.enter(source, now)
    if (refusal) {
      this.#refuse(session, socket, refusal)
      return
    }
    this.#overtime.watch(session, socket, now)
    session.note('connection.open', { decoy_port: port.as })
    socket.once('close', () => {
      this.#gate.leave(source)
      session.note('connection.close', {
        duration_ms: Math.round(performance.now() - now),
        received_bytes: socket.bytesRead,
        sent_bytes: socket.bytesWritten,
        reason: session.closeReason ?? 'peer',
      })
    })
    play(session, socket, service).catch((error: unknown) => {
      session.closeReason ??= 'error'
      socket.destroy()
      this.#options.fault(error, session)
    })
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
    this.#overtime.sweep(now)
    this.#gate.sweep(now)
  }
}
