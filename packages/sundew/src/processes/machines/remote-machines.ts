import {
  inputWindowBytes,
  type MachineHost,
  type MachineListener,
  type MachineRequest,
  type MachineSession,
} from '../../machine/host.ts'
import type { FromMachines, ToMachines } from './protocol.ts'

/** Sessions on machines at once. */
export interface SessionLimits {
  readonly sessions: number
  readonly sessionsPerSource: number
}

export interface RemoteOptions {
  readonly limits: SessionLimits
  readonly send: (message: ToMachines) => void
  /** Something the owner should know. */
  readonly trouble: (code: string, message: string) => void
}

/** How long sessions that were closed may take to tell the last of them, milliseconds. */
const settleMs = 3_000

/** The machines as the decoys' process sees them: they run in another, and may be gone at any time. */
export class RemoteMachines implements MachineHost {
  readonly #options: RemoteOptions
  readonly #sessions = new Map<number, RemoteSession>()
  readonly #perSource = new Map<string, number>()
  #here = false
  #next = 1
  #emptied: (() => void) | undefined

  constructor(options: RemoteOptions) {
    this.#options = options
  }

  open(request: MachineRequest, listener: MachineListener): MachineSession | undefined {
    const { limits, send, trouble } = this.#options
    const held = this.#perSource.get(request.source) ?? 0
    if (!this.#here) {
      trouble(
        'SUNDEW_MACHINES_DOWN',
        'The make-believe machines do not run at the moment: somebody who was let in got no shell.',
      )
      return undefined
    }
    const full =
      this.#sessions.size >= limits.sessions
        ? (['machine_sessions', limits.sessions] as const)
        : held >= limits.sessionsPerSource
          ? (['machine_sessions_per_source', limits.sessionsPerSource] as const)
          : undefined
    if (full) {
      void listener.happened({ type: 'limit', limit: full[0], value: full[1] })
      return undefined
    }
    const id = this.#next++
    const session = new RemoteSession(id, listener, send, () => this.#forget(id, request.source))
    this.#sessions.set(id, session)
    this.#perSource.set(request.source, held + 1)
    send({ type: 'open', id, request })
    return session
  }

  /** The machines' process came to run. */
  here(): void {
    this.#options.send({ type: 'reset' })
    this.#here = true
  }

  /** It died: what ran there was killed. */
  gone(): void {
    this.#here = false
    for (const session of this.#sessions.values()) session.killed()
  }

  heard(message: FromMachines): void {
    if (message.type === 'trouble') this.#options.trouble(message.code, message.message)
    else this.#sessions.get(message.id)?.heard(message)
  }

  /** Settles when every session has said its last, or soon. */
  async settled(): Promise<void> {
    if (this.#sessions.size === 0) return
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, settleMs)
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
    await Promise.race([emptied, late.promise])
    clearTimeout(timer)
  }

  #forget(id: number, source: string): void {
    if (!this.#sessions.delete(id)) return
    const held = (this.#perSource.get(source) ?? 1) - 1
    if (held > 0) this.#perSource.set(source, held)
    else this.#perSource.delete(source)
    if (this.#sessions.size === 0) this.#emptied?.()
  }
}

/** A session whose machine is elsewhere. */
class RemoteSession implements MachineSession {
  readonly #id: number
  readonly #listener: MachineListener
  readonly #send: (message: ToMachines) => void
  readonly #over: () => void
  #room: (() => void) | undefined
  #closed = false
  #ended = false
  inputRoom = inputWindowBytes

  constructor(id: number, listener: MachineListener, send: (message: ToMachines) => void, over: () => void) {
    this.#id = id
    this.#listener = listener
    this.#send = send
    this.#over = over
  }

  input(bytes: Uint8Array): void {
    this.inputRoom -= bytes.length
    this.#say({ type: 'input', id: this.#id, bytes })
  }

  inputEnded(): void {
    this.#say({ type: 'inputEnded', id: this.#id })
  }

  resize(columns: number, rows: number): void {
    this.#say({ type: 'resize', id: this.#id, columns, rows })
  }

  signal(name: string): void {
    this.#say({ type: 'signal', id: this.#id, name })
  }

  sent(bytes: number): void {
    this.#say({ type: 'sent', id: this.#id, bytes })
  }

  onRoom(room: () => void): void {
    this.#room = room
  }

  close(): void {
    this.#say({ type: 'close', id: this.#id })
    this.#closed = true
  }

  heard(message: Exclude<FromMachines, { readonly type: 'trouble' }>): void {
    switch (message.type) {
      case 'output':
        if (!this.#closed) this.#listener.output(message.stream, message.bytes)
        else this.#send({ type: 'sent', id: this.#id, bytes: message.bytes.length })
        break
      case 'happened':
        this.#happened(message)
        break
      case 'room':
        this.inputRoom += message.bytes
        this.#room?.()
        break
      case 'ended':
        this.#end(message.how)
        break
      case 'closed':
        this.#over()
        break
    }
  }

  /** Its process is gone. */
  killed(): void {
    this.#end({ signal: 'KILL' })
  }

  #happened({ happening, waits }: Extract<FromMachines, { readonly type: 'happened' }>): void {
    const kept = this.#listener.happened(happening)
    if (!waits) return
    const tell = () => this.#send({ type: 'kept', id: this.#id })
    // Where it could not be kept, the decoy has ended its connection.
    if (kept === undefined) tell()
    else kept.then(tell, tell)
  }

  #end(how: { readonly status: number } | { readonly signal: string }): void {
    if (this.#ended) return
    this.#ended = true
    this.#over()
    if (!this.#closed) this.#listener.ended(how)
  }

  #say(message: ToMachines): void {
    if (!this.#closed && !this.#ended) this.#send(message)
  }
}
