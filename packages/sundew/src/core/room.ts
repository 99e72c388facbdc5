import { statfs } from 'node:fs/promises'
import type { Backlog } from './backlog.ts'

/** Whether there is room for more from a source: `source` where only it has used its share, `full` where nobody may. */
export type RoomState = 'room' | 'source' | 'full'

/** What the hub says about the disk quota; it sees everything kept, the decoys only their journal. */
export interface QuotaState {
  /** The quota as a whole is used up. */
  readonly full: boolean
  /** Sources ({@link sourceKey}) that have used their share. */
  readonly sources: readonly string[]
}

export interface RoomOptions {
  /** The folder whose disk is watched. */
  readonly directory: string
  /** Below this much free disk nothing more is accepted, so that what was accepted can still be put in the store. */
  readonly reserveBytes: number
  readonly everyMs?: number
  /** What waits in the journal; asked too where it is given. */
  readonly backlog?: Backlog
}

/** The decoys' gate: asked before anything is accepted. */
export class Room {
  readonly #options: RoomOptions
  #diskFull = false
  #quota: QuotaState = { full: false, sources: [] }
  #sources = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: RoomOptions) {
    this.#options = options
  }

  /** Watches the disk until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    await this.look()
    this.#timer = setInterval(() => {
      this.look().catch(() => {
        this.#diskFull = true // a disk that cannot be asked is no place to keep anything
      })
    }, this.#options.everyMs ?? 200)
    this.#timer.unref()
    signal.addEventListener('abort', () => clearInterval(this.#timer), { once: true })
  }

  async look(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#options.directory)
    this.#diskFull = bavail * bsize < this.#options.reserveBytes
    await this.#options.backlog?.look()
  }

  /** Counts what was written to the journal for a source. */
  took(segment: number, source: string, bytes: number): void {
    this.#options.backlog?.add(segment, source, bytes)
  }

  set quota(state: QuotaState) {
    this.#quota = state
    this.#sources = new Set(state.sources)
  }

  /** Why nobody's mail is taken at the moment; undefined while there is room. */
  get closed(): 'reserve' | 'quota' | 'backlog' | undefined {
    if (this.#diskFull) return 'reserve'
    if (this.#quota.full) return 'quota'
    return this.#options.backlog?.full ? 'backlog' : undefined
  }

  /** Whether there is room for more from a source (`core/address.ts`). */
  for(source: string): RoomState {
    const { backlog } = this.#options
    if (this.closed !== undefined) return 'full'
    if (this.#sources.size > 0 && this.#sources.has(source)) return 'source'
    return backlog?.sourceFull(source) ? 'source' : 'room'
  }
}
