import { spawn, type ChildProcess } from 'node:child_process'
import type { Log } from './log.ts'
import type { FromPart, PeerMessage, RelayMessage, ToPart } from './messages.ts'
import { keepLoopApart, stepBack } from './scheduling.ts'
import type { ListenerStatus, PartStatus, SupervisorStatus } from './status.ts'

export interface PartSpec {
  readonly name: PartStatus['name']
  /** The file that runs it. */
  readonly file: string
  /** Node's own options: the permission model's, memory. */
  readonly nodeOptions: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Sent as the first message; may hold secrets, so it is not on the command line. */
  readonly start: unknown
  /** `first` for those an intruder waits for; what is `behind` works while these have nothing to do (`scheduling.ts`). */
  readonly turn: 'first' | 'behind'
  /** Its event loop has a processor to itself, its other threads the rest (`scheduling.ts`). Not where a thread of its own has as much to do. */
  readonly loopApart?: boolean
}

/** Waits before a new start: doubled from the first to the last, back to the first after a quiet while. */
const restartMs = { first: 50, last: 2_000, quiet: 20_000 }
/** Parts that speak with each other: each hears of the other's comings and goings. */
const pairs: Readonly<Partial<Record<PartStatus['name'], RelayMessage['to']>>> = {
  decoys: 'machines',
  machines: 'decoys',
  collectors: 'hub',
  hub: 'collectors',
}
/** How long a part may take to stop before it is killed. */
const stopMs = 20_000

interface Running {
  readonly spec: PartSpec
  child: ChildProcess | undefined
  state: PartStatus['state']
  restarts: number
  since: number
  waitMs: number
  listeners: readonly ListenerStatus[]
  notices: readonly string[]
  url: string | undefined
}

/** Starts each part as a process, starts again what dies, passes their messages on, and stops them in order. */
export class Supervisor {
  readonly #parts: Running[]
  readonly #log: Log
  readonly #started = new Date().toISOString()
  #stopping = false
  #quota: ToPart | undefined
  /** The part that has its hands full. */
  #busy: Running | undefined
  #waiting: (() => void)[] = []

  constructor(specs: readonly PartSpec[], log: Log) {
    this.#log = log
    this.#parts = specs.map((spec) => ({
      spec,
      child: undefined,
      state: 'starting',
      restarts: 0,
      since: Date.now(),
      waitMs: restartMs.first,
      listeners: [],
      notices: [],
      url: undefined,
    }))
  }

  get status(): SupervisorStatus {
    return {
      started: this.#started,
      parts: this.#parts.map((part) => ({
        name: part.spec.name,
        state: part.state,
        pid: part.child?.pid,
        restarts: part.restarts,
        since: new Date(part.since).toISOString(),
      })),
      listeners: this.#parts.flatMap((part) => part.listeners),
    }
  }

  /** What parts want the owner to read at start. */
  get notices(): readonly string[] {
    return this.#parts.flatMap((part) => part.notices)
  }

  /** Where a part's page is; undefined for one without. */
  url(name: PartStatus['name']): string | undefined {
    return this.#parts.find((part) => part.spec.name === name)?.url
  }

  start(): void {
    for (const part of this.#parts) this.#spawn(part)
  }

  /** Settles when every part runs. */
  async running(): Promise<void> {
    while (!this.#parts.every((part) => part.state === 'running')) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Stops the parts in their order, each before the next: who accepts first, who keeps last. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const part of this.#parts) await this.#end(part)
  }

  #spawn(part: Running): void {
    const { spec } = part
    const child = spawn(process.execPath, [...spec.nodeOptions, spec.file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...spec.env },
      // Bytes are relayed as they are.
      serialization: 'advanced',
    })
    part.child = child
    part.since = Date.now()
    child.on('error', (error) => this.#log.error(`starting ${spec.name} failed`, error))
    child.on('message', (message: FromPart) => this.#hear(part, message))
    child.once('exit', (code, signal) => this.#exited(part, code, signal))
    if (spec.turn === 'behind' && child.pid !== undefined) void stepBack(child.pid)
    this.#send(part, { type: 'start', start: spec.start })
    if (this.#quota) this.#send(part, this.#quota)
    const partner = this.#named(pairs[spec.name])
    if (partner?.state === 'running') this.#tellPeer(part, partner, 'here')
    if (this.#busy && spec.name === 'hub') this.#send(part, { type: 'busy', busy: true })
    this.#tell()
  }

  #exited(part: Running, code: number | null, signal: NodeJS.Signals | null): void {
    part.child = undefined
    part.listeners = []
    if (this.#busy === part) this.#hear(part, { type: 'busy', busy: false })
    const partner = this.#named(pairs[part.spec.name])
    if (partner) this.#tellPeer(partner, part, 'gone')
    if (this.#stopping) {
      part.state = 'stopped'
      return
    }
    if (Date.now() - part.since > restartMs.quiet) part.waitMs = restartMs.first
    part.state = 'restarting'
    part.restarts++
    const wait = part.waitMs
    part.waitMs = Math.min(part.waitMs * 2, restartMs.last)
    this.#log.warn(
      `${part.spec.name} ended (${signal ?? `exit code ${code}`}); starting it again in ${wait} ms`,
    )
    this.#tell()
    setTimeout(() => {
      if (!this.#stopping) this.#spawn(part)
    }, wait)
  }

  #hear(part: Running, message: FromPart): void {
    switch (message.type) {
      case 'ready':
        part.state = 'running'
        part.listeners = message.listeners ?? []
        part.notices = message.notices ?? []
        part.url = message.url
        // Now: the threads that are to stay out of its loop's way have been started.
        if (part.spec.loopApart && part.child?.pid !== undefined) void keepLoopApart(part.child.pid)
        this.#ready(part)
        this.#tell()
        for (const resolve of this.#waiting.splice(0)) resolve()
        break
      case 'busy':
        this.#busy = message.busy ? part : undefined
        this.#sendHub(message)
        break
      case 'alert':
        this.#sendHub(message)
        break
      case 'relay': {
        const to = this.#named(pairs[part.spec.name])
        if (to?.spec.name === message.to) this.#send(to, message)
        break
      }
      case 'quota':
        this.#quota = message
        for (const other of this.#parts) if (other !== part) this.#send(other, message)
        break
    }
  }

  #ready(part: Running): void {
    const partner = this.#named(pairs[part.spec.name])
    if (partner) this.#tellPeer(partner, part, 'here')
  }

  #tellPeer(to: Running, about: Running, state: PeerMessage['state']): void {
    this.#send(to, { type: 'peer', name: about.spec.name as PeerMessage['name'], state })
  }

  #named(name: PartStatus['name'] | undefined): Running | undefined {
    return this.#parts.find((part) => part.spec.name === name)
  }

  #tell(): void {
    this.#sendHub({ type: 'status', status: this.status })
  }

  #sendHub(message: ToPart): void {
    for (const part of this.#parts) if (part.spec.name === 'hub') this.#send(part, message)
  }

  #send(part: Running, message: ToPart): void {
    if (part.child?.connected) part.child.send(message, () => {})
  }

  async #end(part: Running): Promise<void> {
    const { child } = part
    if (!child) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    this.#send(part, { type: 'stop' })
    const late = setTimeout(() => {
      this.#log.warn(`${part.spec.name} did not stop within ${stopMs / 1000} s; killing it`)
      child.kill('SIGKILL')
    }, stopMs)
    await gone
    clearTimeout(late)
  }
}
