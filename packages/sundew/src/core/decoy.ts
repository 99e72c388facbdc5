import type { Duplex } from 'node:stream'
import type { SecureContext } from 'node:tls'
import type { ZodType } from 'zod'
import type { MachineHost } from '../machine/host.ts'
import type { CloseReason, Session, Through } from './session.ts'

/** A port that a decoy listens on. */
export interface PortSpec {
  /** The port bound; 0 for any free one. */
  readonly port: number
  /** The well-known port it stands for. */
  readonly as: number
  /** TLS from the first byte. */
  readonly tls: boolean
}

/** Limits of one listener; a decoy has its own beside the code that reads. */
export interface ListenerLimits {
  /** Connections at once, in all. */
  readonly connections: number
  /** Connections at once from one source (an IPv4 address or an IPv6 /64). */
  readonly connectionsPerSource: number
  /** New connections a minute from one source. */
  readonly ratePerSource: number
  /** Milliseconds without a byte from the peer. */
  readonly idleMs: number
  /** Milliseconds in all. */
  readonly totalMs: number
}

/** Why a connection is refused as soon as it comes. */
export type Refusal = 'connections' | 'connections_per_source' | 'rate_per_source'

/**
 * One protocol that pretends: a folder in `decoys/`, a line in `decoys/index.ts`, a test that calls the conformance suite.
 */
export interface Decoy<C> {
  readonly name: string
  readonly summary: string
  /** Where it listens unless the configuration says otherwise. */
  readonly ports: readonly PortSpec[]
  readonly limits: ListenerLimits
  /** Its own section of sundew.yaml; every key has a default. */
  readonly config: ZodType<C>
  /** Made once at start; what sessions share lives here. */
  start(config: C, host: DecoyHost): Promise<DecoyService>
}

/** Certificates for whatever server name is asked for; made at first use and kept. */
export interface CertificateSource {
  /** `serverName` is what the ClientHello asks for, already checked to be a host name; undefined where it names none. */
  contextFor(serverName: string | undefined): Promise<SecureContext>
  /** Protocols agreed to by ALPN; without it, or where the client offers none of them, none is named. */
  readonly alpn?: readonly string[]
  /** What a port of TLS answers to plain text before it closes; undefined for nothing. */
  answerPlainText?(bytes: Uint8Array): Uint8Array | undefined
}

export interface DecoyService {
  /** Needed where one of its ports speaks TLS, or the protocol can turn to it. */
  readonly tls?: CertificateSource
  /** Whether its clear-text sessions read through {@link Session.startReading} only, so that one buffer can do for all. */
  readonly takesLentInput?: boolean
  /** Plays the persona on `session.socket` until it is over. Resolves; a throw is logged as a fault of ours. */
  serve(session: Session): Promise<void>
  /** Says goodbye as the persona would to a connection over a limit, before it is closed. */
  refuse(session: Session, refusal: Refusal): void
  /** Idle or total time is over. The default is to close without a word. */
  expire?(session: Session, limit: 'idle' | 'total'): void
  stop?(): Promise<void>
}

/** What a decoy may use beside its sessions. */
export interface DecoyHost {
  /** The name the machine pretends to have. */
  readonly hostname: string
  /** A folder of the decoy's own that outlives restarts, for host keys and certificates. */
  readonly stateFolder: string
  readonly signal: AbortSignal
  /** Where those who are let in get a shell. */
  readonly machines: MachineHost
  /**
   * Decoys of this process that stand for a well-known port: they answer in a channel that a peer had opened through
   * another. Ask when it is wanted: not all of them have started before.
   */
  readonly neighbours?: Neighbours
}

export interface Neighbours {
  /** The one that stands for `port`; undefined where none does. */
  at(port: number): Neighbour | undefined
}

/** A decoy as another sees it. */
export interface Neighbour {
  readonly name: string
  /**
   * Lets it answer on `stream`, within `outer`. Settles with why it ended once the stream is closed: the limits of its
   * own listener hold, and it is destroyed at the latest when those are met.
   */
  answer(outer: Session, stream: InnerStream, through: Through): Promise<CloseReason>
}

/** A connection within another. */
export interface InnerStream extends Duplex {
  readonly bytesRead: number
  readonly bytesWritten: number
  /** Ends it once what was written is out, and does not wait for the other side. */
  destroySoon(): void
}
