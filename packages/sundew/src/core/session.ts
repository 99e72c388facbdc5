import type { Duplex } from 'node:stream'
import type { ByteString } from '../event/bytes.ts'
import type { EventKind } from '../event/catalogue.ts'
import type { EventContext, KindFields } from '../event/event.ts'
import type { Capture, CaptureRoom } from './capture.ts'
import { now, rfc3339 } from './clock.ts'
import type { PortSpec } from './decoy.ts'
import { uuidv7 } from './id.ts'
import type { JournalWriter } from './journal/writer.ts'
import type { Room, RoomState } from './room.ts'

/** What sessions of one process share. */
export interface SessionHost {
  readonly journal: JournalWriter
  readonly captures: CaptureRoom
  readonly room: Room
}

/** TLS as it was agreed on. */
export interface TlsFacts {
  readonly version: string
  readonly cipher: string
  readonly serverName: ByteString | undefined
}

/** A connection that a peer had made through another session: it leads to a decoy of ours, whatever was asked for. */
export interface Through {
  /** UUIDv7; the same in all events of the tunnel. */
  readonly tunnel: string
  /** What was asked for, as sent. */
  readonly host: ByteString
  readonly port: number
  /** The name that the answering decoy gives itself; undefined for its own. */
  readonly hostname?: string
  /** The address that servers on the way would see the peer come from. */
  readonly seenAddress: string
}

/** How a session ended. */
export type CloseReason = 'peer' | 'persona' | 'limit' | 'error' | 'shutdown'

/**
 * One peer's connection. Binds who, where, when and the session id once: nothing recorded through it can name another.
 */
export class Session {
  readonly #host: SessionHost
  readonly #context: EventContext
  #json = ''
  #jsonTls: TlsFacts | undefined
  #take: ((piece: Buffer) => void) | undefined
  /** What to read from and write to; replaced by its TLS form by `startTls`. */
  socket: Duplex
  readonly port: PortSpec
  /** What the peer counts as, for limits and shares (`core/address.ts`). */
  readonly source: string
  tls: TlsFacts | undefined
  /** Where this is a connection within another session. */
  readonly through: Through | undefined
  /** Why we ended it; undefined while it lives and where the peer ended it. */
  closeReason: CloseReason | undefined

  constructor(
    host: SessionHost,
    context: EventContext,
    socket: Duplex,
    port: PortSpec,
    source: string,
    through?: Through,
  ) {
    this.through = through
    this.source = source
    this.#host = host
    this.#context = context
    this.socket = socket
    this.port = port
  }

  get id(): string {
    return this.#context.session
  }

  get sourceIp(): string {
    return this.#context.source_ip
  }

  get context(): EventContext {
    return this.#context
  }

  /** The same peer and session id, over a connection within this one: what is recorded through it names the tunnel. */
  within(socket: Duplex, service: string, port: PortSpec, through: Through): Session {
    const { tunnel, host: target_host, port: target_port } = through
    const context = { ...this.#context, service, tunnel, target_host, target_port }
    return new Session(this.#host, context, socket, port, this.source, through)
  }

  /**
   * Writes an event, and the body that belongs to it, to the journal. The promise settles once both are durable and
   * rejects with JournalError where they could not be kept: wait for it before telling the peer that something was
   * accepted. What nothing depends on is for {@link note}.
   */
  record<K extends EventKind>(kind: K, fields: KindFields<K>, body?: Capture): Promise<void> {
    const { journal, room } = this.#host
    const json = this.#eventJson(kind, fields)
    if (!body) return journal.appendJson(json)
    const kept = journal.appendJson(json, body.chunks, body.spool ? 0 : body.bytes, body.spool)
    room.took(journal.segment, this.source, body.bytes)
    body.release()
    return kept
  }

  /** Writes an event that nobody waits for: it is durable with the next that somebody does, or soon. */
  note<K extends EventKind>(kind: K, fields: KindFields<K>): void {
    this.#host.journal.noteJson(this.#eventJson(kind, fields))
  }

  /** Put together by hand: what is the same in every event of the session is turned into JSON once. */
  #eventJson<K extends EventKind>(kind: K, fields: KindFields<K>): string {
    const moment = now()
    return `{"id":"${uuidv7(moment)}","time":"${rfc3339(moment)}","kind":"${kind}",${this.#head()},"fields":${JSON.stringify(fields)}}`
  }

  #head(): string {
    if (this.#json === '' || this.tls !== this.#jsonTls) {
      const context = this.tls ? { ...this.#context, transport: 'tls' } : this.#context
      this.#json = JSON.stringify(context).slice(1, -1)
      this.#jsonTls = this.tls
    }
    return this.#json
  }

  /** Hands what the peer sends to `take`, piece by piece; a piece must not be used once `take` has returned. */
  startReading(take: (piece: Buffer) => void): void {
    this.#take = take
    this.socket.on('data', take)
  }

  /** What comes from now on is for whoever reads the socket. */
  stopReading(): void {
    if (this.#take) this.socket.off('data', this.#take)
    this.#take = undefined
  }

  /** Gives a piece that did not come through the socket's stream to whoever reads. False where nobody does. */
  readonly lend = (piece: Buffer): boolean => {
    const take = this.#take
    take?.(piece)
    return take !== undefined
  }

  /** Begins to receive a body: a message, an upload. */
  capture(): Capture {
    return this.#host.captures.begin()
  }

  /** Whether there is room to keep more from this source. Ask before accepting. */
  room(): RoomState {
    return this.#host.room.for(this.source)
  }

  /** Ends the connection from our side once what was written is out. */
  end(reason: CloseReason): void {
    this.closeReason ??= reason
    this.socket.end()
  }
}
