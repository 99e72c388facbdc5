import type { Session } from '../../core/session.ts'
import { Recording } from '../../core/recording.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import type { MachineHost, MachineSession } from '../../machine/host.ts'
import type { PersonaName } from '../../machine/persona.ts'
import { writeChannelSignal, writeWindowAdjust } from '../../wire/ssh/message/channel-data.ts'
import {
  writeEndOfWrite,
  writeExitSignal,
  writeExitStatus,
  type Request,
} from '../../wire/ssh/message/channel-request.ts'
import { windowBytes, type Channel } from './channel.ts'
import { Happenings } from './happenings.ts'

/** Variables of one session that are kept. */
const maxVariables = 128
/** Bytes of a command, or of a variable, that are kept. */
const keptBytes = 64 * 1024
/** Debian's AcceptEnv. */
const acceptedVariable = /^(?:LANG|LC_.*)$/
/** What /usr/sbin/nologin says before it exits with 1. */
const nologin = 'This account is currently not available.'
/** Input of all sessions that may wait for machines before nothing more is read from whoever sends it. */
const maxWaitingBytes = 64 * 1024 * 1024
let waitingBytes = 0

/** What the sessions of a connection have in common. */
export interface CommandParts {
  readonly session: Session
  readonly send: (message: Uint8Array) => void
  /** Reads nothing more from the connection until {@link release}. */
  readonly hold: () => void
  readonly release: () => void
  readonly user: () => string
  readonly machines: MachineHost
  /** Undefined for an account whose shell is nologin. */
  readonly persona: PersonaName | undefined
  readonly hostname: string
}

type Run =
  | { readonly type: 'shell' }
  | { readonly type: 'command'; readonly command: string }
  | { readonly type: 'sftp' }

/** A session (RFC 4254 §6): a shell, a command or a file transfer on a machine of make-believe. */
export class Command {
  readonly channel: Channel
  readonly #parts: CommandParts
  readonly #happenings: Happenings
  readonly #environment: [ByteString, ByteString][] = []
  readonly #accepted: [string, string][] = []
  #terminal: { readonly type: ByteString; readonly columns: number; readonly rows: number } | undefined
  #machine: MachineSession | undefined
  /** Of a session with a terminal. */
  #recording: Recording | undefined
  #started = false
  /** What the client sent and the machine has no room for. */
  #waiting: Uint8Array[] = []
  #inputEnded = false
  #clientEnded = false
  #holds = false
  #gone = false

  constructor(channel: Channel, parts: CommandParts) {
    this.channel = channel
    this.#parts = parts
    this.#happenings = new Happenings(parts.session)
  }

  request(request: Request, wantReply: boolean): void {
    const run = this.#runOf(request)
    const granted = run === undefined ? this.#grants(request) : this.#starts(run, request)
    // sshd opens the window as it starts the program, before it answers.
    if (run && granted) this.#parts.send(writeWindowAdjust(this.channel.peer, windowBytes))
    if (wantReply)
      this.#parts.send(writeChannelSignal(this.channel.peer, granted ? 'channelSuccess' : 'channelFailure'))
    if (run && granted) this.#go()
  }

  data(bytes: Uint8Array): void {
    if (!this.#machine || this.#inputEnded || bytes.length === 0) return this.channel.took(bytes.length)
    this.#recording?.input(bytes)
    // What was read is of a buffer that is used again.
    this.#waiting.push(Uint8Array.from(bytes))
    waitingBytes += bytes.length
    this.#pass()
    if (this.#waiting.length === 0 || waitingBytes <= maxWaitingBytes || this.#holds) return
    this.#holds = true
    this.#parts.hold()
  }

  end(): void {
    this.#clientEnded = true
    this.#inputEnded = true
    if (this.#waiting.length === 0) this.#machine?.inputEnded()
  }

  /** The client has closed it, or is gone. */
  close(): void {
    if (this.#gone) return
    this.#gone = true
    this.#machine?.close()
    // It tells itself what could not be kept.
    this.#recording?.end().catch(() => {})
    this.#forget()
  }

  #runOf(request: Request): Run | undefined {
    if (request.type === 'shell') return { type: 'shell' }
    if (request.type === 'exec') {
      const command = byteString(request.command.subarray(0, keptBytes))
      return command === '' ? { type: 'shell' } : { type: 'command', command }
    }
    if (request.type === 'subsystem' && byteString(request.name) === 'sftp') return { type: 'sftp' }
    return undefined
  }

  #grants(request: Request): boolean {
    switch (request.type) {
      case 'pty-req':
        if (this.#started || this.#terminal !== undefined) return false
        this.#terminal = {
          type: byteString(request.terminal.subarray(0, 256)),
          columns: request.columns,
          rows: request.rows,
        }
        return true
      case 'env': {
        const name = byteString(request.name.subarray(0, 1024))
        const value = byteString(request.value.subarray(0, 4096))
        if (this.#environment.length >= maxVariables) return false
        this.#environment.push([name, value])
        if (!acceptedVariable.test(name)) return false
        this.#accepted.push([name, value])
        return true
      }
      case 'window-change':
        if (this.#terminal === undefined) return false
        this.#machine?.resize(request.columns, request.rows)
        this.#recording?.resize(request.columns, request.rows)
        return true
      case 'signal':
        if (!this.#machine) return false
        this.#machine.signal(byteString(request.name.subarray(0, 64)))
        return true
      case 'break':
        return this.#started && this.#terminal !== undefined
      case 'subsystem':
        this.#note(byteString(request.name.subarray(0, keptBytes)), 'subsystem')
        return false
      case 'auth-agent-req@openssh.com':
      case 'x11-req':
      case 'other':
      case 'exec':
      case 'shell':
        return false
    }
  }

  /** False where something runs here already, or nothing can be started. */
  #starts(run: Run, request: Request): boolean {
    if (this.#started) return false
    this.#started = true
    const command = run.type === 'command' ? run.command : run.type === 'sftp' ? 'sftp' : ''
    this.#note(command as ByteString, request.type)
    const { machines, persona, session, hostname, user } = this.#parts
    if (persona === undefined) return true
    const { source_ip, source_port, destination_ip } = session.context
    this.#machine = machines.open(
      {
        session: session.id,
        persona,
        source: session.source,
        peer: { address: source_ip, port: source_port },
        own: { address: destination_ip, port: session.port.as },
        service: 'ssh',
        hostname,
        user: user(),
        run,
        terminal: this.#terminal,
        environment: this.#accepted,
      },
      {
        output: (stream, bytes) => {
          this.#recording?.output(bytes)
          this.channel.write(bytes, stream === 'error')
        },
        happened: (happening) => {
          if (happening.type === 'command') this.#recording?.command()
          return this.#happenings.happened(happening)
        },
        ended: (how) => this.#ended(how),
      },
    )
    if (this.#machine && this.#terminal)
      this.#recording = new Recording(session, {
        width: this.#terminal.columns,
        height: this.#terminal.rows,
      })
    return this.#machine !== undefined
  }

  #note(command: ByteString, via: string): void {
    this.#parts.session.note('command.run', {
      command,
      via,
      ...(this.#environment.length > 0
        ? { environment: this.#environment.map(([name, value]) => `${name}=${value}` as ByteString) }
        : {}),
      ...(this.#terminal === undefined ? {} : { terminal: this.#terminal.type }),
    })
  }

  #go(): void {
    const machine = this.#machine
    if (!machine) {
      const end = this.#terminal === undefined ? '\n' : '\r\n'
      this.channel.write(Buffer.from(`${nologin}${end}`))
      this.channel.finish(writeExitStatus(this.channel.peer, 1))
      return
    }
    machine.onRoom(() => this.#pass())
    this.channel.onSent = (bytes) => this.#sent(bytes)
  }

  /** Says that there is room once the connection has taken what was sent. */
  #sent(bytes: number): void {
    const { socket } = this.#parts.session
    if (socket.writableNeedDrain) socket.once('drain', () => this.#machine?.sent(bytes))
    else this.#machine?.sent(bytes)
  }

  #pass(): void {
    const machine = this.#machine!
    while (this.#waiting.length > 0 && machine.inputRoom > 0) {
      const bytes = this.#waiting.shift()!
      waitingBytes -= bytes.length
      machine.input(bytes)
      this.channel.took(bytes.length)
    }
    if (this.#waiting.length > 0) return
    if (this.#holds) {
      this.#holds = false
      this.#parts.release()
    }
    if (this.#inputEnded) machine.inputEnded()
  }

  /** sshd's order: what came of it, that nothing more is read, the end. */
  #ended(how: { readonly status: number } | { readonly signal: string }): void {
    this.#forget()
    const { peer } = this.channel
    const last = [
      'signal' in how ? writeExitSignal(peer, how.signal, false) : writeExitStatus(peer, how.status),
      // Where the client has said that it sends no more, nothing is said of that.
      ...(this.#clientEnded ? [] : [writeEndOfWrite(peer)]),
    ]
    const finish = () => this.channel.finish(...last)
    if (this.#recording) this.#recording.end().then(finish, finish)
    else finish()
  }

  #forget(): void {
    for (const { length } of this.#waiting) waitingBytes -= length
    this.#waiting = []
    this.#inputEnded = true
    if (!this.#holds) return
    this.#holds = false
    this.#parts.release()
  }
}
