import type { Session } from '../../core/session.ts'
import type { MachineHost } from '../../machine/host.ts'
import type { PersonaName } from '../../machine/persona.ts'
import type { DhGroup } from '../../wire/ssh/kex/dh.ts'
import type { HostKey } from '../../wire/ssh/key/host-key.ts'
import { writeHostKeys } from '../../wire/ssh/message/global-request.ts'
import { messageNumber as number } from '../../wire/ssh/message/message-number.ts'
import { parseDebug, writeUnimplemented } from '../../wire/ssh/message/transport.ts'
import { writeAuthSuccess } from '../../wire/ssh/message/user-auth.ts'
import type { LoginPolicy } from '../login/policy.ts'
import { Channels } from './channels.ts'
import type { ExchangePace } from './exchange-pace.ts'
import { Handshake } from './handshake.ts'
import { Line, type Listening } from './line.ts'
import { Login } from './login.ts'
import type { Manners } from './manners.ts'
import type { ReplyDelay } from './reply-delay.ts'
import type { SshConfig } from './settings.ts'
import type { Startups } from './startups.ts'
import { Tally } from './tally.ts'
import { Forwards } from './tunnels/forwards.ts'
import { Tunnels } from './tunnels/tunnels.ts'
import type { TunnelWorld } from './tunnels/world.ts'

/** What all SSH sessions of the process have in common. */
export interface Shared {
  readonly manners: Manners
  readonly auth: SshConfig['auth']
  readonly policy: LoginPolicy
  readonly hostKeys: readonly HostKey[]
  readonly machines: MachineHost
  /** Which machine those let in get; undefined for none: an account without a shell. */
  readonly machine: PersonaName | undefined
  readonly hostname: string
  readonly groups: readonly DhGroup[]
  readonly pace: ExchangePace
  readonly replyDelay: ReplyDelay
  readonly startups: Startups
  readonly tunnels: TunnelWorld
}

/** Dropbear's MAX_UNAUTH_PACKET_TYPE. */
const maxUnauthenticated = 60

/** One SSH session, which `shared.startups` has let in: gives each message to the part that it is for. */
export class Conversation implements Listening {
  readonly #shared: Shared
  readonly #session: Session
  readonly #tally: Tally
  readonly #line: Line
  readonly #handshake: Handshake
  readonly #login: Login
  readonly #channels: Channels
  #letIn = false
  #user = ''
  #grace: NodeJS.Timeout | undefined

  constructor(session: Session, shared: Shared) {
    const { manners, hostKeys, groups, pace, auth, policy, replyDelay, machines, machine, hostname } = shared
    const tally = new Tally(session)
    const line = new Line(session, manners, tally, this)
    const handshake = new Handshake({ session, line, manners, hostKeys, groups, pace, tally })
    this.#shared = shared
    this.#session = session
    this.#tally = tally
    this.#line = line
    this.#handshake = handshake
    this.#login = new Login({
      session,
      line,
      manners,
      auth,
      policy,
      tally,
      replyDelay,
      first: handshake,
      letIn: (user) => this.#enter(user),
    })
    const send = (message: Uint8Array): void => handshake.send(message)
    const tunnels = new Tunnels({
      session,
      line,
      tally,
      world: shared.tunnels,
      send,
      exchanging: () => handshake.holds,
    })
    handshake.resumed = tunnels.resume
    this.#channels = new Channels({
      session,
      hostKeys,
      tally,
      command: {
        hold: () => line.hold(),
        release: line.release,
        user: () => this.#user,
        machines,
        persona: machine,
        hostname,
      },
      sessionId: () => handshake.sessionId,
      rsaAlgorithm: () => handshake.rsaAlgorithm,
      send,
      tunnels,
      forwards: new Forwards(session, shared.tunnels, tally),
      end: () => line.end('persona'),
      disconnect: (text) => line.disconnect(text),
    })
  }

  start(): Promise<void> {
    const { graceMs, beginsAtOnce } = this.#shared.manners
    this.#grace = setTimeout(() => {
      this.#tally.limit('login_grace', graceMs)
      this.#line.end('limit')
    }, graceMs)
    const over = this.#line.start()
    if (beginsAtOnce) this.#handshake.begin()
    return over
  }

  identified(line: string, software: string): void {
    this.#handshake.identified(line, software)
  }

  message(payload: Uint8Array, sequence: number): void {
    if (this.#shared.manners.kind === 'openssh') this.#asSshd(payload, sequence)
    else this.#asDropbear(payload, sequence)
  }

  /** As sshd's dispatch.c: what there is a place for goes there, the rest is answered that it is not implemented. */
  #asSshd(payload: Uint8Array, sequence: number): void {
    const type = payload[0]!
    const { keyed, strictNow } = this.#handshake
    if (type === number.disconnect) return this.#line.end('peer')
    if (!strictNow && type >= number.ignore && type <= number.debug) return this.#passing(payload)
    // Before the first keys sshd has nothing at all for the numbers of the services, and ends.
    if (!keyed && type >= number.userauthRequest) return this.#malformed('early-message', payload)
    if (this.#handshake.skips()) return
    if (this.#takes(type, payload, sequence)) {
      this.#handshake.check()
      return
    }
    this.#tally.malformed('ssh.unexpected-message', payload)
    if (strictNow)
      this.#line.disconnect(`strict KEX violation: unexpected packet type ${type} (seqnr ${sequence})`)
    else this.#line.send(writeUnimplemented(sequence))
  }

  /** As Dropbear's process-packet.c, which leaves nobody in who asks for something out of order. */
  #asDropbear(payload: Uint8Array, sequence: number): void {
    const type = payload[0]!
    if (type === number.disconnect) return this.#line.end('peer')
    const { required, strictNow } = this.#handshake
    if (strictNow && type !== required) return this.#malformed('unexpected-message', payload)
    if (type >= number.ignore && type <= number.debug) return
    const services = [number.serviceRequest, number.serviceAccept, number.kexInit] as readonly number[]
    const passes = type < number.userauthRequest && !services.includes(type)
    if (required !== undefined && type !== required && !passes)
      return this.#malformed('unexpected-message', payload)
    if ((required === undefined || type === required) && this.#handshake.skips()) return
    if (type === number.newKeys && required === undefined)
      return this.#malformed('unexpected-message', payload)
    if (!this.#letIn && type > maxUnauthenticated) return this.#malformed('early-message', payload)
    if ((required === undefined || type === required) && this.#takes(type, payload, sequence))
      return this.#handshake.check()
    this.#tally.malformed('ssh.unexpected-message', payload)
    this.#line.send(writeUnimplemented(sequence))
  }

  closed(): void {
    if (!this.#letIn) this.#shared.startups.leave(this.#session.source)
    clearTimeout(this.#grace)
    this.#handshake.closed()
    this.#login.closed()
    this.#channels.closed()
    this.#tally.tell()
  }

  /** IGNORE, DEBUG and UNIMPLEMENTED, of which nobody takes notice; but what has not its fields is no message. */
  #passing(payload: Uint8Array): void {
    const type = payload[0]
    const debug = type === number.debug ? parseDebug(payload) : undefined
    const short = debug
      ? debug.state === 'malformed' && debug.reason !== 'trailing-bytes'
      : type === number.unimplemented && payload.length < 5
    if (short) this.#malformed(`message-${type}`, payload)
  }

  #takes(type: number, payload: Uint8Array, sequence: number): boolean {
    const { keyed } = this.#handshake
    if (type >= number.kexInit && type < number.userauthRequest) {
      // While somebody logs in, sshd knows of no other exchange.
      if (keyed && !this.#letIn && this.#shared.manners.kind === 'openssh') return false
      return this.#handshake.message(payload, sequence)
    }
    if (!keyed) return false
    return this.#letIn ? this.#channels.message(payload) : this.#login.message(payload)
  }

  #enter(user: string): void {
    this.#user = user
    this.#letIn = true
    this.#shared.startups.leave(this.#session.source)
    clearTimeout(this.#grace)
    this.#line.send(writeAuthSuccess())
    this.#handshake.loggedIn()
    const { manners, hostKeys } = this.#shared
    if (manners.tellsHostKeys && !this.#handshake.quirks.noHostKeys)
      this.#line.send(writeHostKeys(hostKeys.map(({ blob }) => blob)))
  }

  #malformed(what: string, payload: Uint8Array): void {
    this.#tally.malformed(`ssh.${what}`, payload)
    this.#line.end('persona')
  }
}
