import { inputWindowBytes, type MachineListener, type MachineRequest, type MachineSession } from '../host.ts'
import { Killed, type Output } from '../program.ts'
import type { Happening } from '../happening.ts'
import type { Process } from '../machine.ts'
import { SessionTerminal } from '../terminal/session-terminal.ts'
import { accountFor } from './accounts.ts'
import { InputQueue } from './input-queue.ts'
import type { LeftFile } from '../files/file-system.ts'
import type { Installed } from './installed.ts'
import { lastLogin } from './last-login.ts'
import { loginEnvironment } from './login-environment.ts'
import { Outbox } from './outbox.ts'
import { serverOf } from './server-of.ts'

/** What Debian's sshd runs for the subsystem sftp. */
const sftpServer = '/usr/lib/openssh/sftp-server'
/** Bytes of one file that are kept. */
const maxFileBytes = 16 * 1024 * 1024
/** Happenings of one session that are told one by one. */
const maxHappenings = 20_000

/** By SSH's names (RFC 4254 §6.10). */
const signals: Readonly<Record<string, number>> = {
  ABRT: 6,
  ALRM: 14,
  FPE: 8,
  HUP: 1,
  ILL: 4,
  INT: 2,
  KILL: 9,
  PIPE: 13,
  QUIT: 3,
  SEGV: 11,
  TERM: 15,
  USR1: 10,
  USR2: 12,
}
const namesOfSignals = new Map(Object.entries(signals).map(([name, number]) => [number, name]))

/** What a session needs of whoever keeps the machines. */
export interface Place {
  readonly installed: Promise<Installed>
  /** Numbers of the terminals that are in use. */
  readonly terminals: Set<number>
  /** The session's number: XDG_SESSION_ID. */
  readonly number: number
  readonly fault: (error: unknown) => void
  readonly left: () => void
}

/** One session on a machine of this process: what was asked for runs, from login to the last word. */
export class LocalSession implements MachineSession {
  readonly #request: MachineRequest
  readonly #listener: MachineListener
  readonly #place: Place
  readonly #outbox: Outbox
  readonly #input: InputQueue
  readonly #abort = new AbortController()
  #terminal: SessionTerminal | undefined
  #terminalNumber = -1
  #room: (() => void) | undefined
  #happenings = 0
  #closed = false
  #shell: Process | undefined
  #login: ReturnType<Installed['logIn']> | undefined
  inputRoom = inputWindowBytes

  constructor(request: MachineRequest, listener: MachineListener, place: Place) {
    this.#request = request
    this.#listener = listener
    this.#place = place
    this.#outbox = new Outbox(listener, () => this.#terminal?.pump())
    this.#input = new InputQueue((bytes) => this.#took(bytes))
    const { terminal } = request
    if (terminal) {
      while (place.terminals.has(++this.#terminalNumber));
      place.terminals.add(this.#terminalNumber)
      this.#terminal = new SessionTerminal({
        ...terminal,
        name: `pts/${this.#terminalNumber}`,
        write: (bytes) => this.#outbox.write('out', bytes),
        isFull: () => this.#outbox.full,
        signal: (number) => this.#shell?.kill(number),
        took: (bytes) => this.#took(bytes),
      })
    }
    void this.#live()
  }

  input(bytes: Uint8Array): void {
    this.inputRoom -= bytes.length
    if (this.#login) this.#login.entry.activeMs = Date.now()
    if (this.#terminal) this.#terminal.typed(bytes)
    else this.#input.push(bytes)
  }

  inputEnded(): void {
    // sshd writes the terminal's end-of-file character for it.
    if (this.#terminal) this.#terminal.typed(Uint8Array.of(4))
    else this.#input.end()
  }

  resize(columns: number, rows: number): void {
    this.#terminal?.resize(columns, rows)
  }

  signal(name: string): void {
    const number = signals[name]
    if (number !== undefined) this.#shell?.kill(number)
  }

  sent(bytes: number): void {
    this.#outbox.sent(bytes)
  }

  onRoom(room: () => void): void {
    this.#room = room
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#outbox.close()
    this.#terminal?.hangUp()
    this.#input.end()
    this.#abort.abort(new Killed(1))
  }

  /** Bytes of theirs are about to go. */
  losing(file: LeftFile): void {
    this.#tellFile(file)
  }

  /** A limit of the machine's refused them something. */
  limited(limit: string, value: number): void {
    this.#tell({ type: 'limit', limit, value })
  }

  async #live(): Promise<void> {
    let how: { readonly status: number } | { readonly signal: string } = { status: 255 }
    try {
      const installed = await this.#place.installed
      if (!this.#closed) how = await this.#run(installed)
      // What they left running in the background ends with them: nobody would hear of it.
      this.#abort.abort(new Killed(1))
      for (const file of installed.takeLeft()) this.#tellFile(file)
    } catch (error) {
      this.#place.fault(error)
    }
    this.#place.terminals.delete(this.#terminalNumber)
    this.#place.left()
    this.#outbox.ended(how)
    if (!this.#closed) return
    await this.#outbox.settled()
    this.#listener.closed?.()
  }

  async #run(installed: Installed): Promise<{ readonly status: number } | { readonly signal: string }> {
    const { machine } = installed
    const { run, user, peer } = this.#request
    const account = accountFor(installed.own, user, machine.persona.shell)
    const tty = this.#terminal?.name
    const environment = loginEnvironment(this.#request, account, {
      tty,
      session: this.#place.number,
      address: machine.network.address,
    })
    const table = machine.processes
    const server = serverOf(this.#request, tty, table)
    const name = account.shell.slice(account.shell.lastIndexOf('/') + 1)
    const argv =
      run.type === 'shell' ? [`-${name}`] : [name, '-c', run.type === 'sftp' ? sftpServer : run.command]
    const shell = table.add({
      parent: server.process?.pid ?? 1,
      credentials: account,
      tty,
      argv,
      executable: realPath(machine.files, account.shell),
      directory: account.home,
      environment,
      leadsGroup: true,
      leadsSession: true,
      onKill: (signal) => this.#abort.abort(new Killed(signal)),
    })
    this.#shell = shell
    this.#login = tty
      ? installed.logIn({
          user,
          tty,
          from: peer.address,
          pid: server.own ? server.process!.pid : shell.pid,
        })
      : undefined
    try {
      if (tty !== undefined && run.type === 'shell' && this.#request.service === 'ssh')
        await this.#greet(installed, account.home, account.uid, tty)
      const terminal = this.#terminal
      const status = await installed.run({
        argv,
        command: run.type === 'shell' ? undefined : argv[2],
        environment,
        directory: account.home,
        credentials: account,
        process: shell,
        stdin: terminal ?? this.#input,
        stdout: terminal ?? this.#output('out'),
        stderr: terminal ?? this.#output('error'),
        terminal,
        signal: this.#abort.signal,
        happened: (happening) => this.#tell(happening),
        beforeRun: (path) => {
          const file = installed.take(path)
          if (file) this.#tellFile(file)
        },
      })
      return { status: status & 0xff }
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      const signal = namesOfSignals.get(error.signal)
      return signal === undefined ? { status: 128 + error.signal } : { signal }
    } finally {
      this.#login?.out()
      table.remove(shell.pid)
      if (server.own) table.remove(server.process!.pid)
    }
  }

  /** What sshd and PAM say before the shell does: /run/motd.dynamic and /etc/motd, then the last login. */
  async #greet(installed: Installed, home: string, uid: number, tty: string): Promise<void> {
    const { machine } = installed
    const last = lastLogin(installed.own, uid, {
      ms: machine.now(),
      tty,
      host: this.#request.peer.address,
    })
    // pam_motd and sshd are quiet for who has this file.
    if (machine.files.exists(`${home}/.hushlogin`)) return
    const { kernel } = machine.persona
    const lines: string[] = []
    if (machine.persona.name === 'debian-12')
      lines.push(`${kernel.name} ${machine.hostname} ${kernel.release} ${kernel.version} ${kernel.machine}\n`)
    try {
      lines.push(Buffer.from(machine.files.read('/etc/motd')).toString('latin1').slice(0, 65_536))
    } catch {
      // They removed it.
    }
    if (last !== undefined) lines.push(`${last}\n`)
    await this.#terminal!.write(lines.join(''))
  }

  #output(stream: 'out' | 'error'): Output {
    return {
      write: (bytes) =>
        this.#outbox.write(
          stream,
          typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Uint8Array.from(bytes),
        ),
    }
  }

  #took(bytes: number): void {
    this.inputRoom += bytes
    this.#room?.()
  }

  #tellFile(file: LeftFile): void {
    const bytes = Uint8Array.from(file.read(maxFileBytes))
    this.#tell({ type: 'file', path: file.path, bytes, via: 'shell', partial: file.size > bytes.length })
  }

  #tell(happening: Happening): void {
    if (++this.#happenings > maxHappenings) {
      if (this.#happenings === maxHappenings + 1)
        this.#outbox.happened({ type: 'limit', limit: 'happenings', value: maxHappenings })
      if (happening.type !== 'file') return
    }
    this.#outbox.happened(happening)
  }
}

/** A shell may be a link: /proc tells what it leads to. */
function realPath(files: Installed['own'], path: string): string {
  try {
    return files.realPath(path)
  } catch {
    return path
  }
}
