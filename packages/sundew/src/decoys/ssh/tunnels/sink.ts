import type { Duplex } from 'node:stream'
import type { CertificateSource, DecoyService, InnerStream, Neighbours } from '../../../core/decoy.ts'
import type { Session } from '../../../core/session.ts'
import { byteString } from '../../../event/bytes.ts'
import { answererOf } from './ports.ts'

/** Bytes of one tunnel that are kept, and pieces; past either it is closed. */
const maxKeptBytes = 64 * 1024
const maxKeptPieces = 256

const httpRequest = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|PROPFIND) /

/**
 * Answers in tunnels to ports that no decoy stands for: says what a server there says first, keeps what is sent, and
 * answers nothing. Where a peer turns out to speak HTTP or TLS, the decoy that does too takes over.
 */
export class Sink implements DecoyService {
  readonly tls: CertificateSource
  readonly #neighbours: Neighbours | undefined

  constructor(tls: CertificateSource, neighbours: Neighbours | undefined) {
    this.tls = tls
    this.#neighbours = neighbours
  }

  async serve(session: Session): Promise<void> {
    const { through, socket } = session
    const tap = new Tap(session)
    const answerer = answererOf(through?.port ?? 0)
    if (answerer?.by === 'sink') {
      const greeting = Buffer.from(answerer.greeting)
      tap.keep('sent', greeting)
      socket.write(greeting)
    } else {
      const first = await firstBytes(socket)
      const fitting = first && this.#neighbours?.at(portFor(first))
      if (first) socket.unshift(first)
      if (fitting && through) {
        await fitting.answer(session, socket as InnerStream, through)
        return
      }
    }
    const ssh = answerer?.by === 'sink' && answerer.greeting.startsWith('SSH-')
    await tap.run(ssh ? notSsh : () => undefined)
  }

  refuse(): void {}
}

/** What goes through one tunnel. */
class Tap {
  readonly #session: Session
  readonly #since = performance.now()
  #bytes = 0
  #pieces = 0

  constructor(session: Session) {
    this.#session = session
  }

  keep(direction: 'received' | 'sent', data: Uint8Array): void {
    const room = Math.max(0, maxKeptBytes - this.#bytes)
    this.#bytes += data.length
    if (room === 0 || ++this.#pieces > maxKeptPieces || this.#session.room() !== 'room') return
    this.#session.note('tunnel.data', {
      direction,
      data: byteString(data.subarray(0, room)),
      after_ms: Math.round(performance.now() - this.#since),
    })
  }

  /** Keeps what comes until it is over. `answer` may have last words for a piece. */
  run(answer: (piece: Buffer) => string | undefined): Promise<void> {
    const session = this.#session
    const { socket } = session
    return new Promise((resolve) => {
      socket.once('close', () => resolve())
      if (socket.destroyed) resolve()
      socket.on('end', () => socket.end())
      socket.on('data', (piece: Buffer) => {
        if (session.closeReason !== undefined) return
        this.keep('received', piece)
        const words = answer(piece)
        if (words !== undefined) {
          this.keep('sent', Buffer.from(words))
          socket.write(words)
          session.end('persona')
        } else if (this.#bytes >= maxKeptBytes || this.#pieces >= maxKeptPieces) {
          session.note('limit.reached', { limit: 'tunnel_kept', value: maxKeptBytes })
          session.end('limit')
        }
      })
    })
  }
}

/** What sshd says to a first line that is none of SSH. */
function notSsh(piece: Buffer): string | undefined {
  const beginning = piece.toString('latin1', 0, 4)
  return 'SSH-'.startsWith(beginning) || beginning === 'SSH-'
    ? undefined
    : 'Invalid SSH identification string.\r\n'
}

/** The port whose protocol begins so; 0 for none that is known. */
function portFor(first: Buffer): number {
  if (httpRequest.test(first.toString('latin1', 0, 16))) return 80
  const tls = first[0] === 0x16 && (first[1] ?? 3) === 3
  // A hello in the form of SSL 2 (RFC 5246 §E.2).
  const ssl2 = (first[0] ?? 0) >= 0x80 && first[2] === 1 && first[3] === 3
  return tls || ssl2 ? 443 : 0
}

/** The first piece that comes; undefined where none does. They leave the stream as if nobody had read. */
function firstBytes(socket: Duplex): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const finish = (first: Buffer | undefined): void => {
      socket.off('readable', look).off('end', over).off('close', over)
      resolve(first)
    }
    const over = (): void => finish(undefined)
    const look = (): void => {
      const first = socket.read() as Buffer | null
      if (first) finish(first)
    }
    if (socket.destroyed || socket.readableEnded) return resolve(undefined)
    socket.on('readable', look).on('end', over).on('close', over)
  })
}
