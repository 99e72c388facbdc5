import { now as clock } from '../../../core/clock.ts'
import { uuidv7 } from '../../../core/id.ts'
import type { Session, Through } from '../../../core/session.ts'
import { byteString } from '../../../event/bytes.ts'
import {
  writeOpenFailure,
  type ChannelOpen,
  type TcpipFields,
} from '../../../wire/ssh/message/channel-open.ts'
import type { Line } from '../line.ts'
import type { Tally } from '../tally.ts'
import type { Failure } from './failures.ts'
import { Outlet } from './outlet.ts'
import { targetOf, type Target } from './target.ts'
import { Tunnel } from './tunnel.ts'
import { maxPerMinute, type TunnelWorld } from './world.ts'

/** Tunnels of one connection at once. sshd ends where its descriptors do. */
const maxTunnels = 256
/** Bytes of one connection's tunnels that wait for our decoys; past it nothing is read from the connection. */
const maxUnreadBytes = 512 * 1024
const lookEveryMs = 10
/** Bytes of a host's name that are kept. */
const maxHostBytes = 1024

export interface TunnelsParts {
  readonly session: Session
  readonly line: Line
  readonly tally: Tally
  readonly world: TunnelWorld
  readonly send: (message: Uint8Array) => void
  /** Keys are being exchanged. */
  readonly exchanging: () => boolean
}

/** The tunnels of one connection (`direct-tcpip`, RFC 4254 §7.2). None of them leads anywhere but to ourselves. */
export class Tunnels {
  readonly #parts: TunnelsParts
  readonly #outlet: Outlet
  readonly #open = new Set<Tunnel>()
  #holding: NodeJS.Timeout | undefined

  constructor(parts: TunnelsParts) {
    this.#parts = parts
    this.#outlet = new Outlet(parts.session.socket, parts.exchanging)
  }

  /** Keys were exchanged: what waited can be sent. */
  get resume(): () => void {
    return this.#outlet.clear
  }

  /** Our end of the channel `id`; undefined where it failed at once. `gone` is called once the number is free. */
  open(open: ChannelOpen, to: TcpipFields, id: number, gone: () => void): Tunnel | undefined {
    const { session, world, tally, send } = this.#parts
    if (!world.mayAsk(session.source)) {
      tally.limit('tunnels_per_minute', maxPerMinute)
      this.#refuse(open, to, 'no_descriptor')
      return undefined
    }
    const { address, ...where } = this.#through(to)
    const through: Through = { ...where, seenAddress: address }
    const named = session.within(session.socket, session.context.service, session.port, through)
    const target = targetOf(through.host, this.#own())
    const reached = this.#reached(to, target)
    const answerer = world.answerer(to.port, target.kind === 'self', session.through !== undefined)
    named.note('tunnel.open', {
      origin_host: byteString(to.originHost.subarray(0, maxHostBytes)),
      origin_port: to.originPort,
      outcome: reached.outcome,
      ...(reached.outcome === 'opened'
        ? { answered_by: world.sinks(answerer) ? 'sink' : answerer.name }
        : {}),
    })
    const { outcome } = reached
    if (outcome !== 'opened' && reached.afterMs === 0) {
      this.#refuse(open, to, outcome)
      return undefined
    }
    const forget = (): void => {
      this.#open.delete(tunnel)
      gone()
    }
    const ends = {
      id,
      peer: open.sender,
      windowBytes: open.windowBytes,
      maxPacketBytes: open.maxPacketBytes,
    }
    const tunnel: Tunnel = new Tunnel({
      outer: session,
      session: named,
      through: { ...through, ...(target.kind === 'name' ? { hostname: target.name } : {}) },
      ends,
      send,
      outlet: this.#outlet,
      gone: forget,
    })
    this.#open.add(tunnel)
    tunnel.wait(reached.afterMs, () => {
      if (outcome === 'opened') return tunnel.open(answerer)
      this.#refuse(open, to, outcome)
      forget()
    })
    return tunnel
  }

  data(tunnel: Tunnel, bytes: Uint8Array): void {
    tunnel.data(bytes)
    if (this.#holding === undefined && this.#unread() > maxUnreadBytes) this.#hold()
  }

  widen(tunnel: Tunnel, bytes: number): void {
    if (tunnel.widen(bytes)) return
    const { tally, line } = this.#parts
    tally.malformed('ssh.window-overflow', new Uint8Array())
    // sshd dies of it without a word.
    line.end('persona')
  }

  /** The connection is over. */
  closed(): void {
    clearInterval(this.#holding)
    for (const tunnel of this.#open) tunnel.hangUp()
  }

  #reached(to: TcpipFields, target: Target): { outcome: 'opened' | Failure; afterMs: number } {
    const { session, world, tally } = this.#parts
    if (!world.settings.allow || to.port > 0xffff || to.originPort > 0xffff)
      return { outcome: 'prohibited', afterMs: 0 }
    if (this.#open.size >= maxTunnels) {
      tally.limit('tunnels', maxTunnels)
      return { outcome: 'no_descriptor', afterMs: 0 }
    }
    const { listensOn } = world
    return world.reach.of(target, to.port, { address: session.context.destination_ip, listensOn })
  }

  #through(to: TcpipFields): Omit<Through, 'seenAddress'> & { address: string } {
    const { session, world } = this.#parts
    return {
      tunnel: uuidv7(clock()),
      host: byteString(to.host.subarray(0, maxHostBytes)),
      port: to.port,
      address: world.settings.seen_address ?? session.through?.seenAddress ?? session.context.destination_ip,
    }
  }

  #own(): ReadonlySet<string> {
    const { session, world } = this.#parts
    const seen = world.settings.seen_address
    return new Set([session.context.destination_ip, world.hostname.toLowerCase(), ...(seen ? [seen] : [])])
  }

  #refuse(open: ChannelOpen, to: TcpipFields, failure: Failure): void {
    const { world, send } = this.#parts
    const [code, text] = world.failures(
      failure,
      Buffer.from(to.host.subarray(0, 255)).toString('latin1'),
      to.port,
    )
    send(writeOpenFailure(open.sender, code, text))
  }

  #unread(): number {
    let bytes = 0
    for (const tunnel of this.#open) bytes += tunnel.unread
    return bytes
  }

  /** Reads nothing from the connection until our decoys have read most of what came. */
  #hold(): void {
    const { line } = this.#parts
    line.hold()
    this.#holding = setInterval(() => {
      if (this.#unread() > maxUnreadBytes / 2) return
      clearInterval(this.#holding)
      this.#holding = undefined
      line.release()
    }, lookEveryMs)
  }
}
