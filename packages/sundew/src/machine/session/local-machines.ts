import type { MachineHost, MachineListener, MachineRequest, MachineSession } from '../host.ts'
import type { Install, Installed } from './installed.ts'
import { LocalSession } from './machine-session.ts'

export interface LocalOptions {
  /** How long a machine is kept after its last session. */
  readonly keptMs: number
  /** What all machines may hold; the longest unused one goes. */
  readonly totalBytes: number
  readonly install: Install
  /** A fault of ours: the session is over. */
  readonly fault?: (error: unknown) => void
}

/** Machines at once, whatever they hold. */
const maxMachines = 512
/** How often machines that nobody comes back to are let go, milliseconds. */
const sweepMs = 60_000

interface Kept {
  readonly installed: Promise<Installed>
  /** Undefined until it stands. */
  ready: Installed | undefined
  readonly sessions: Set<LocalSession>
  readonly terminals: Set<number>
  /** Of the logins: XDG_SESSION_ID. */
  number: number
  leftMs: number
}

/** Machines of this process: one for each source and persona, kept for a while after the last session. */
export class LocalMachines implements MachineHost {
  readonly #options: LocalOptions
  /** The longest unused first. */
  readonly #machines = new Map<string, Kept>()

  constructor(options: LocalOptions) {
    this.#options = options
    setInterval(() => this.#sweep(), sweepMs).unref()
  }

  open(request: MachineRequest, listener: MachineListener): MachineSession | undefined {
    this.#sweep()
    const kept = this.#find(request)
    if (!kept) return undefined
    const session: LocalSession = new LocalSession(request, listener, {
      installed: kept.installed,
      terminals: kept.terminals,
      number: kept.number++,
      fault: (error) => this.#options.fault?.(error),
      left: () => {
        kept.sessions.delete(session)
        kept.leftMs = Date.now()
      },
    })
    kept.sessions.add(session)
    return session
  }

  #find(request: MachineRequest): Kept | undefined {
    const key = `${request.persona} ${request.source}`
    const known = this.#machines.get(key)
    if (known) {
      this.#machines.delete(key)
      this.#machines.set(key, known)
      return known
    }
    if (this.#machines.size >= maxMachines && !this.#dropOldest()) return undefined
    const installed = this.#options.install(request)
    const kept: Kept = {
      installed,
      ready: undefined,
      sessions: new Set(),
      terminals: new Set(),
      number: 1,
      leftMs: Date.now(),
    }
    this.#machines.set(key, kept)
    installed.then(
      (ready) => {
        kept.ready = ready
        // Whoever came last is told.
        ready.onLosing = (file) => [...kept.sessions].at(-1)?.losing(file)
        ready.onLimit = (limit, value) => [...kept.sessions].at(-1)?.limited(limit, value)
      },
      () => this.#machines.delete(key),
    )
    return kept
  }

  #sweep(): void {
    const { keptMs, totalBytes } = this.#options
    const now = Date.now()
    for (const [key, kept] of this.#machines)
      if (kept.sessions.size === 0 && now - kept.leftMs > keptMs) this.#machines.delete(key)
    let held = 0
    for (const { ready } of this.#machines.values()) held += ready?.heldBytes() ?? 0
    while (held > totalBytes) {
      const dropped = this.#dropOldest()
      if (!dropped) return
      held -= dropped.ready?.heldBytes() ?? 0
    }
  }

  #dropOldest(): Kept | undefined {
    for (const [key, kept] of this.#machines) {
      if (kept.sessions.size > 0) continue
      this.#machines.delete(key)
      return kept
    }
    return undefined
  }
}
