import { randomInt } from 'node:crypto'
import type { Session } from '../../../core/session.ts'
import { byteString, type ByteString } from '../../../event/bytes.ts'
import { WireWriter } from '../../../wire/ssh/message/wire-writer.ts'
import type { Tally } from '../tally.ts'
import type { TunnelWorld } from './world.ts'

/** Ports that one connection may think it listens on. */
const maxListening = 100
/** Requests of one connection that are recorded one by one. */
const maxRecorded = 1_000
/** Linux's own range (net.ipv4.ip_local_port_range). */
const anyPort = { from: 32_768, to: 61_000 } as const

/** Ports that a peer wants us to listen on (`tcpip-forward`, RFC 4254 §7.1). Nothing listens, and nobody ever comes. */
export class Forwards {
  readonly #session: Session
  readonly #world: TunnelWorld
  readonly #tally: Tally
  /** Port, and the host it was asked for with. */
  readonly #listening = new Map<number, ByteString>()
  #recorded = 0

  constructor(session: Session, world: TunnelWorld, tally: Tally) {
    this.#session = session
    this.#world = world
    this.#tally = tally
  }

  /** The answer's fields; undefined for no. */
  listen(host: Uint8Array, port: number, user: string, wantReply: boolean): Uint8Array | undefined {
    const listenHost = byteString(host.subarray(0, 1024))
    const granted = this.#mayListen(port, user, wantReply)
    const given = port === 0 && granted ? this.#freePort() : undefined
    if (granted) this.#listening.set(given ?? port, listenHost)
    if (++this.#recorded > maxRecorded) this.#tally.limit('listens_recorded', maxRecorded)
    else
      this.#session.note('tunnel.listen', {
        listen_host: listenHost,
        listen_port: port,
        granted,
        ...(given === undefined ? {} : { given_port: given }),
      })
    if (!granted) return undefined
    return given === undefined ? new Uint8Array() : new WireWriter().uint32(given).bytes()
  }

  cancel(host: Uint8Array, port: number): Uint8Array | undefined {
    if (this.#listening.get(port) !== byteString(host)) return undefined
    this.#listening.delete(port)
    return new Uint8Array()
  }

  /** sshd's rules, and the system's: a port that somebody has is in use. */
  #mayListen(port: number, user: string, wantReply: boolean): boolean {
    if (!this.#world.settings.allow || port > 0xffff || this.#listening.size >= maxListening) return false
    if (port === 0) return wantReply
    if (port < 1024 && user !== 'root') return false
    return !this.#listening.has(port) && !this.#world.listensOn(port)
  }

  #freePort(): number {
    for (;;) {
      const port = randomInt(anyPort.from, anyPort.to)
      if (!this.#listening.has(port)) return port
    }
  }
}
