import { join } from 'node:path'
import type {
  CertificateSource,
  DecoyHost,
  ListenerLimits,
  Neighbour,
  Neighbours,
} from '../../../core/decoy.ts'
import { certificates } from '../../certificates.ts'
import { Gate } from '../../gate.ts'
import { LentPort } from '../../lent-port.ts'
import type { FailureWords } from './failures.ts'
import { answererOf } from './ports.ts'
import { Reach } from './reach.ts'
import { keptSecret } from './secret.ts'
import type { TunnelSettings } from './settings.ts'
import { Sink } from './sink.ts'

/** Tunnels asked for in a minute by one source that are recorded; further ones fail. */
export const maxPerMinute = 6_000
const asking: ListenerLimits = {
  connections: Infinity,
  connectionsPerSource: Infinity,
  ratePerSource: maxPerMinute,
  idleMs: Infinity,
  totalMs: Infinity,
}
/** Of tunnels that no decoy answers: each may put 64 KiB into the journal. */
const sinkLimits: ListenerLimits = {
  connections: 4_000,
  connectionsPerSource: 500,
  ratePerSource: 600,
  idleMs: 300_000,
  totalMs: 3_600_000,
}

const sweepMs = 10_000

/** What the tunnels of all connections have in common. */
export class TunnelWorld {
  readonly settings: TunnelSettings
  readonly failures: FailureWords
  readonly reach: Reach
  /** The name this machine pretends to have. */
  readonly hostname: string
  readonly #neighbours: Neighbours | undefined
  readonly #asked = new Gate(asking)
  readonly #sweeper = setInterval(() => this.#asked.sweep(performance.now()), sweepMs).unref()
  readonly #clear: LentPort
  readonly #secure: LentPort

  private constructor(
    settings: TunnelSettings,
    failures: FailureWords,
    reach: Reach,
    tls: CertificateSource,
    host: DecoyHost,
  ) {
    this.settings = settings
    this.failures = failures
    this.reach = reach
    this.hostname = host.hostname
    this.#neighbours = host.neighbours
    const service = new Sink(tls, host.neighbours)
    const sink = (secure: boolean): LentPort =>
      new LentPort({
        decoy: 'ssh',
        port: { port: 0, as: 0, tls: secure },
        limits: sinkLimits,
        service,
        fault: (error) => {
          throw error
        },
      })
    this.#clear = sink(false)
    this.#secure = sink(true)
  }

  static async open(settings: TunnelSettings, failures: FailureWords, host: DecoyHost): Promise<TunnelWorld> {
    const reach = new Reach(await keptSecret(join(host.stateFolder, 'tunnels.key')), settings)
    return new TunnelWorld(settings, failures, reach, await certificates(host), host)
  }

  /** Counts a tunnel that a source asks for; false where there were too many. */
  mayAsk(source: string): boolean {
    if (this.#asked.enter(source, performance.now())) return false
    this.#asked.leave(source)
    return true
  }

  /** Whether one of our own decoys stands for this port. */
  readonly listensOn = (port: number): boolean => this.#neighbours?.at(port) !== undefined

  /** Who answers at a port: of this machine, or of another; `inner` where the session is itself in a tunnel. */
  answerer(port: number, self: boolean, inner: boolean): Neighbour {
    const own = answererOf(port)
    const decoy = this.#neighbours?.at(own?.by === 'decoy' && !self ? own.as : port)
    // Our own SSH is met at our own address only, where its host key is the right one, and once.
    const fits = decoy !== undefined && (decoy.name !== 'ssh' || (self && !inner))
    if (fits) return decoy
    return own?.by === 'sink' && own.tls ? this.#secure : this.#clear
  }

  /** Whether this is the sink. */
  sinks(answerer: Neighbour): boolean {
    return answerer === this.#clear || answerer === this.#secure
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweeper)
    await Promise.all([this.#clear.close(), this.#secure.close()])
  }
}
