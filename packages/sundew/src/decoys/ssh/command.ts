import type { Session } from '../../core/session.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import { writeChannelSignal, writeWindowAdjust } from '../../wire/ssh/message/channel-data.ts'
import { writeExitStatus, type Request } from '../../wire/ssh/message/channel-request.ts'
import { windowBytes, type Channel } from './channel.ts'

/** Variables of one session that are kept. */
const maxVariables = 128
/** Bytes of a command, or of a variable, that are kept. */
const keptBytes = 64 * 1024
/** Debian's AcceptEnv. */
const acceptedVariable = /^(?:LANG|LC_.*)$/
/** What /usr/sbin/nologin says before it exits with 1. */
const nologin = 'This account is currently not available.'

/** A session (RFC 4254 §6) of an account whose shell is nologin. */
export class Command {
  readonly channel: Channel
  readonly #session: Session
  readonly #send: (message: Uint8Array) => void
  readonly #motd: string
  readonly #environment: ByteString[] = []
  #terminal: ByteString | undefined
  #started = false

  constructor(session: Session, channel: Channel, send: (message: Uint8Array) => void, motd: string) {
    this.#session = session
    this.channel = channel
    this.#send = send
    this.#motd = motd
  }

  request(request: Request, wantReply: boolean): void {
    const granted = this.#grants(request)
    const runs =
      granted && (request.type === 'exec' || request.type === 'shell' || request.type === 'subsystem')
    // sshd opens the window as it starts the program, before it answers.
    if (runs) this.#send(writeWindowAdjust(this.channel.peer, windowBytes))
    if (wantReply)
      this.#send(writeChannelSignal(this.channel.peer, granted ? 'channelSuccess' : 'channelFailure'))
    if (runs) this.#run(request.type === 'shell')
  }

  #grants(request: Request): boolean {
    switch (request.type) {
      case 'pty-req':
        if (this.#started || this.#terminal !== undefined) return false
        this.#terminal = byteString(request.terminal.subarray(0, 256))
        return true
      case 'env': {
        const name = byteString(request.name)
        if (this.#environment.length < maxVariables)
          this.#environment.push(`${name}=${byteString(request.value)}`.slice(0, 4096) as ByteString)
        return acceptedVariable.test(name)
      }
      case 'exec':
        return this.#note(byteString(request.command.subarray(0, keptBytes)), 'exec')
      case 'shell':
        return this.#note('' as ByteString, 'shell')
      case 'subsystem': {
        const name = byteString(request.name.subarray(0, keptBytes))
        return this.#note(name, 'subsystem') && name === 'sftp'
      }
      case 'window-change':
        return this.#terminal !== undefined
      case 'signal':
      case 'break':
      case 'auth-agent-req@openssh.com':
      case 'x11-req':
      case 'other':
        return false
    }
  }

  /** False where something runs here already. */
  #note(command: ByteString, via: string): boolean {
    if (this.#started) return false
    this.#started = true
    this.#session.note('command.run', {
      command,
      via,
      ...(this.#environment.length > 0 ? { environment: this.#environment } : {}),
      ...(this.#terminal === undefined ? {} : { terminal: this.#terminal }),
    })
    return true
  }

  #run(shell: boolean): void {
    const end = this.#terminal === undefined ? '\n' : '\r\n'
    const motd = shell && this.#terminal !== undefined ? this.#motd.replaceAll('\n', '\r\n') : ''
    this.channel.write(Buffer.from(`${motd}${nologin}${end}`))
    this.channel.finish(writeExitStatus(this.channel.peer, 1))
  }
}
