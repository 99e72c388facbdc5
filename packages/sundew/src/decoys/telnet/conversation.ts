import { Recording } from '../../core/recording.ts'
import type { Session } from '../../core/session.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import type { MachineHost, MachineSession } from '../../machine/host.ts'
import { escapeIac, TelnetReader } from '../../wire/telnet/reader.ts'
import { command, option } from '../../wire/telnet/commands.ts'
import { Happenings } from '../happenings.ts'
import type { LoginPolicy } from '../login/policy.ts'
import { Dialog } from './dialog.ts'
import type { Manners } from './manners.ts'
import { Negotiation } from './negotiation.ts'

/** What all telnet sessions of the process have in common. */
export interface Shared {
  readonly manners: Manners
  readonly policy: LoginPolicy
  readonly failureDelayMs: number
  readonly hostname: string
  readonly machines: MachineHost
}

/** Bytes of the client's first words about options that are kept. */
const keptBytes = 4096
const insistence = String.fromCharCode(
  command.iac,
  command.will,
  option.suppressGoAhead,
  command.iac,
  command.will,
  option.echo,
)
/** A name that makes a login of it: an option of login(1) in place of a name. */
const smuggled = /^-f\s*(\S+)/

/** One telnet session: options, a login, and then the machine. */
export class Conversation {
  readonly #session: Session
  readonly #shared: Shared
  readonly #reader = new TelnetReader()
  readonly #negotiation: Negotiation
  readonly #dialog: Dialog
  readonly #over = Promise.withResolvers<void>()
  #early: Uint8Array[] = []
  #earlyBytes = 0
  #asking = false
  #tries = 0
  #timer: NodeJS.Timeout | undefined
  #machine: MachineSession | undefined
  #recording: Recording | undefined
  #reading = false
  #out = ''
  /** For the peer to read. */
  #waits = false
  #ended = false

  constructor(session: Session, shared: Shared) {
    const { manners, hostname } = shared
    this.#session = session
    this.#shared = shared
    this.#negotiation = new Negotiation(
      manners,
      (bytes) => this.#send(byteString(bytes)),
      () => this.#ready(),
    )
    this.#dialog = new Dialog({
      manners,
      hostname,
      echoes: () => !manners.asksToEcho || this.#negotiation.echoes,
      write: (text) => this.#write(text),
      tried: (user, password) =>
        void this.#tried(user, password).catch((error: unknown) => this.#fault(error)),
      gaveUp: () => this.#refuse(),
      left: () => this.#end(),
    })
  }

  start(): Promise<void> {
    const { socket } = this.#session
    socket.on('data', this.#read)
    socket.on('end', () => this.#leave())
    socket.prependOnceListener('close', () => {
      this.#ended = true
      clearTimeout(this.#timer)
      this.#machine?.close()
      // It tells itself what could not be kept.
      this.#recording?.end().catch(() => {})
      this.#tell()
      this.#over.resolve()
    })
    this.#timer = setTimeout(() => {
      this.#session.note('limit.reached', { limit: 'login_grace', value: this.#shared.manners.graceMs })
      this.#send(this.#shared.manners.late)
      this.#end()
    }, this.#shared.manners.graceMs)
    this.#negotiation.start()
    return this.#over.promise
  }

  readonly #read = (chunk: Buffer): void => {
    this.#reading = true
    for (const part of this.#reader.take(chunk)) {
      if (this.#ended) break
      if (part.type === 'data') this.#data(part.bytes)
      else if (this.#negotiation.take(part)) this.#resize()
      else if (part.type === 'command') this.#command(part.command)
      this.#reader.binary = this.#negotiation.binary
    }
    this.#reading = false
    this.#flush()
  }

  #data(bytes: Uint8Array): void {
    if (this.#machine) return this.#toMachine(bytes)
    if (this.#asking) return this.#dialog.type(bytes)
    // Before the first prompt a terminal keeps what is typed.
    if (this.#earlyBytes + bytes.length > keptBytes) return
    this.#earlyBytes += bytes.length
    this.#early.push(Uint8Array.from(bytes))
  }

  #toMachine(bytes: Uint8Array): void {
    const machine = this.#machine!
    this.#recording?.input(bytes)
    machine.input(bytes)
    if (machine.inputRoom > 0) return
    this.#session.socket.pause()
    machine.onRoom(() => this.#session.socket.resume())
  }

  #resize(): void {
    const { columns, rows } = this.#negotiation
    this.#machine?.resize(columns, rows)
    this.#recording?.resize(columns, rows)
  }

  #command(which: number): void {
    if (which === command.interrupt) this.#data(Uint8Array.of(0x03))
    else if (which === command.areYouThere && this.#shared.manners.answers) this.#send('\r\n[Yes]\r\n')
  }

  #ready(): void {
    const { manners, hostname } = this.#shared
    this.#send(manners.banner(hostname))
    if (manners.insists && this.#negotiation.refusesCharacters) this.#send(insistence)
    const user = this.#negotiation.variables.find(({ name }) => name === 'USER')?.value
    const named = manners.trustsUser && user !== undefined ? smuggled.exec(user)?.[1] : undefined
    if (named !== undefined) {
      this.#session.note('protocol.malformed', {
        reason: 'telnet.cve-2026-24061',
        detail: this.#kept(user!),
      })
      void this.#tried(named, '').catch((error: unknown) => this.#fault(error))
      return
    }
    this.#asking = true
    this.#dialog.start()
    const early = this.#early
    this.#early = []
    for (const bytes of early) this.#dialog.type(bytes)
  }

  async #tried(user: string, password: string): Promise<void> {
    const { policy } = this.#shared
    const accepted = policy.accepts(this.#session.sourceIp, { user, password })
    const fields = {
      user_name: this.#kept(user),
      password: this.#kept(password),
      mechanism: 'login',
      accepted,
    }
    if (accepted) {
      await this.#session.record('login.attempt', fields)
      if (!this.#ended) this.#enter(user)
      return
    }
    this.#session.note('login.attempt', fields)
    this.#refuse()
  }

  #refuse(): void {
    const { manners, failureDelayMs } = this.#shared
    this.#dialog.wrong()
    const last = ++this.#tries >= manners.tries
    const wait = failureDelayMs * (1 + (Math.random() * 2 - 1) * manners.spread)
    setTimeout(() => {
      if (this.#ended) return
      if (!last) {
        this.#asking = true
        return this.#dialog.refuse()
      }
      this.#session.note('limit.reached', { limit: 'auth_tries', value: manners.tries })
      this.#send(`${manners.incorrect}${manners.lastWords}`)
      this.#end()
    }, wait)
  }

  #enter(user: string): void {
    clearTimeout(this.#timer)
    const { machines, manners, hostname } = this.#shared
    const { context, source, id } = this.#session
    const { terminalType, columns, rows, variables } = this.#negotiation
    const happenings = new Happenings(this.#session)
    this.#machine = machines.open(
      {
        session: id,
        persona: manners.machine,
        source,
        peer: { address: context.source_ip, port: context.source_port },
        own: { address: context.destination_ip, port: this.#session.port.as },
        service: 'telnet',
        hostname,
        user,
        run: { type: 'shell' },
        terminal: { type: terminalType ?? 'network', columns, rows },
        environment: variables
          .filter(({ name }) => name !== 'USER')
          .map(({ name, value }) => [name, value] as const),
      },
      {
        output: (_stream, bytes) => this.#fromMachine(bytes),
        happened: (happening) => {
          if (happening.type === 'command') this.#recording?.command()
          return happenings.happened(happening)
        },
        ended: () => {
          this.#machine = undefined
          const end = () => this.#end()
          this.#recording?.end().then(end, end)
        },
      },
    )
    if (!this.#machine) return this.#end()
    this.#recording = new Recording(this.#session, { width: columns, height: rows })
    const { ahead } = this.#dialog
    if (ahead.length > 0) this.#toMachine(ahead)
  }

  #fromMachine(bytes: Uint8Array): void {
    if (this.#ended) return
    const { socket } = this.#session
    const machine = this.#machine
    this.#recording?.output(bytes)
    if (socket.write(escapeIac(bytes))) machine?.sent(bytes.length)
    else socket.once('drain', () => machine?.sent(bytes.length))
  }

  /** Text of the login's: a byte string. */
  #write(text: string): void {
    this.#send(text.replaceAll('\xff', '\xff\xff'))
  }

  /** Bytes as they go over the wire, a byte string: with others, where they answer what is being read. */
  #send(bytes: string): void {
    if (this.#ended) return
    this.#out += bytes
    if (!this.#reading) this.#flush()
  }

  /** Who does not read is not read from. */
  #flush(): void {
    const { socket } = this.#session
    const out = this.#out
    this.#out = ''
    if (out === '' || socket.destroyed || socket.writableEnded) return
    if (socket.write(Buffer.from(out, 'latin1')) || this.#waits) return
    this.#waits = true
    socket.pause()
    socket.once('drain', () => {
      this.#waits = false
      socket.resume()
    })
  }

  /** The peer has closed its half. */
  #leave(): void {
    this.#ended = true
    this.#session.socket.end()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#flush()
    this.#session.socket.resume()
    this.#session.end('persona')
  }

  #tell(): void {
    const { order, terminalType, variables } = this.#negotiation
    if (order.length === 0) return
    this.#session.note('client.fingerprint', {
      method: 'telnet',
      fingerprint: order.join(','),
      ...(terminalType === undefined ? {} : { software: this.#kept(terminalType) }),
      ...(variables.length === 0
        ? {}
        : { raw: this.#kept(variables.map(({ name, value }) => `${name}=${value}`).join('\n')) }),
    })
  }

  #kept(text: string): ByteString {
    return byteString(Buffer.from(text.slice(0, keptBytes), 'latin1'))
  }

  #fault(error: unknown): void {
    this.#ended = true
    this.#session.socket.destroy()
    this.#over.reject(error)
  }
}
