import type { DecoyService, InnerStream, ListenerLimits, Neighbour, PortSpec } from '../core/decoy.ts'
import type { CloseReason, Session, Through } from '../core/session.ts'
import { Gate } from './gate.ts'
import { Overtime } from './overtime.ts'
import { play } from './play.ts'

export interface LentPortOptions {
  readonly decoy: string
  readonly port: PortSpec
  readonly limits: ListenerLimits
  readonly service: DecoyService
  /** Our side is at fault: the connection is over, the process goes on. */
  readonly fault: (error: unknown, session: Session) => void
}

const sweepMs = 1_000

/** One port of one decoy as other decoys lend it to their peers: the same service within the same limits, but no socket. */
export class LentPort implements Neighbour {
  readonly #options: LentPortOptions
  readonly #gate: Gate
  readonly #overtime: Overtime
  readonly #sweeper: NodeJS.Timeout

  constructor(options: LentPortOptions) {
    this.#options = options
    this.#gate = new Gate(options.limits)
    this.#overtime = new Overtime(options.limits, options.service)
    this.#sweeper = setInterval(() => {
      const now = performance.now()
      this.#overtime.sweep(now)
      this.#gate.sweep(now)
    }, sweepMs).unref()
  }

  get name(): string {
    return this.#options.decoy
  }

  get connections(): number {
    return this.#overtime.sessions
  }

  answer(outer: Session, stream: InnerStream, through: Through): Promise<CloseReason> {
    const { decoy, port, service, fault } = this.#options
    const session = outer.within(stream, decoy, port, through)
    const over = Promise.withResolvers<CloseReason>()
    stream.on('error', () => {
      session.closeReason ??= 'error'
    })
    stream.once('close', () => over.resolve(session.closeReason ?? 'peer'))
    const now = performance.now()
    const refusal = this.#gate.enter(session.source, now)
    if (refusal) {
      if (this.#gate.tell(now)) {
        const [value, count] = [this.#gate.valueOf(refusal), this.#gate.takeRefused()]
        session.note('limit.reached', { limit: refusal, value, count })
      }
      session.closeReason = 'limit'
      if (!port.tls) service.refuse(session, refusal)
      stream.destroySoon()
      return over.promise
    }
    this.#overtime.watch(session, stream, now)
    stream.once('close', () => this.#gate.leave(session.source))
    play(session, stream, service).catch((error: unknown) => {
      session.closeReason ??= 'error'
      stream.destroy()
      fault(error, session)
    })
    return over.promise
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper)
    this.#overtime.destroy('shutdown')
    while (this.connections > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
