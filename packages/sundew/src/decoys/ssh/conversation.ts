import type { Session } from '../../core/session.ts'
import type { MachineHost } from '../../machine/host.ts'
import type { PersonaName } from '../../machine/persona.ts'
import type { HostKey } from '../../wire/ssh/key/host-key.ts'
import { writeHostKeys } from '../../wire/ssh/message/global-request.ts'
import { messageNumber as number } from '../../wire/ssh/message/message-number.ts'
import { writeUnimplemented } from '../../wire/ssh/message/transport.ts'
import { writeAuthSuccess } from '../../wire/ssh/message/user-auth.ts'
import type { LoginPolicy } from '../login/policy.ts'
import { Channels } from './channels.ts'
import { Handshake } from './handshake.ts'
import { Line, type Listening } from './line.ts'
import { Login } from './login.ts'
import type { Manners } from './manners.ts'
import type { SshConfig } from './settings.ts'
import { Tally } from './tally.ts'

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
}

/** One SSH session: gives each message to the part that it is for. */
export class Conversation implements Listening {
  readonly #shared: Shared
  readonly #tally: Tally
  readonly #line: Line
  readonly #handshake: Handshake
  readonly #login: Login
  readonly #channels: Channels
  #letIn = false
  #user = ''
  #grace: NodeJS.Timeout | undefined

  constructor(session: Session, shared: Shared) {
    const { manners, hostKeys, auth, policy, machines, machine, hostname } = shared
    const tally = new Tally(session)
    const line = new Line(session, manners, tally, this)
    const handshake = new Handshake(session, line, manners, hostKeys, tally)
    this.#shared = shared
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
      letIn: (user) => this.#enter(user),
    })
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
      send: (message) => handshake.send(message),
      end: () => line.end('persona'),
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

  identified(line: string): void {
    this.#handshake.identified(line)
  }

  message(payload: Uint8Array, sequence: number): void {
    if (this.#handshake.skips()) return
    const type = payload[0]!
    if (type === number.disconnect) return this.#line.end('peer')
    if (this.#takes(type, payload, sequence)) return
    this.#tally.malformed('ssh.unexpected-message', payload)
    if (this.#handshake.strictNow)
      this.#line.disconnect(`strict KEX violation: unexpected packet type ${type} (seqnr ${sequence})`)
    else this.#line.send(writeUnimplemented(sequence))
  }

  closed(): void {
    clearTimeout(this.#grace)
    this.#login.closed()
    this.#channels.closed()
    this.#tally.tell()
  }

  #takes(type: number, payload: Uint8Array, sequence: number): boolean {
    if (type === number.ignore || type === number.debug || type === number.unimplemented)
      return !this.#handshake.strictNow
    if (type >= number.kexInit && type < number.userauthRequest)
      return this.#handshake.message(payload, sequence)
    if (this.#handshake.open) return false
    if (type === number.extInfo) return true
    return this.#letIn ? this.#channels.message(payload) : this.#login.message(payload)
  }

  #enter(user: string): void {
    this.#letIn = true
    this.#user = user
    clearTimeout(this.#grace)
    this.#line.send(writeAuthSuccess())
    this.#handshake.loggedIn()
    const { manners, hostKeys } = this.#shared
    if (manners.tellsHostKeys) this.#line.send(writeHostKeys(hostKeys.map(({ blob }) => blob)))
  }
}
