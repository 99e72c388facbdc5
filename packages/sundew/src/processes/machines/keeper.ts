import { Worker } from 'node:worker_threads'
import { explain } from '../../core/log.ts'
import type { FromMachines, FromWorker, ToMachines } from './protocol.ts'

export interface KeeperOptions {
  /** The worker's file, and what it is started with. */
  readonly file: URL
  readonly workerData: unknown
  readonly workers: number
  /** Workers beside them, for those who broke one twice. */
  readonly solitary: number
  readonly heapMegabytes: number
  readonly bufferBytes: number
  readonly send: (message: FromMachines) => void
}

/** How often a worker is looked at, milliseconds. */
const lookMs = 100
/** So many looks in time without a pulse and it is stuck: 2 s. */
const stuckLooks = 20
/** And so many before its first. */
const startLooks = 300
/** A look that came so much later than it should was no look: this process itself did not get its turn. */
const lateMs = 100
/** How long a worker that could not begin is waited for, milliseconds. */
const againMs = 2_000
/** Sources whose faults are remembered. */
const rememberedSources = 10_000

interface Place {
  readonly worker: Worker
  /** The source that has it to itself. */
  readonly owner: string | undefined
  readonly sessions: Map<number, string>
  /** It has gone round once. */
  begun: boolean
  gone: boolean
  silentLooks: number
  bufferBytes: number
}

/**
 * Gives each source's sessions to a worker thread, always the same one, and watches them: one that is stuck or grew too large is ended and another
 * takes its place. Its sessions end as if they were killed; those of others never notice.
 */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #places: Place[] = []
  readonly #solitary = new Map<string, Place>()
  readonly #placeOf = new Map<number, Place>()
  /** How often a source had a session in a worker that was ended. */
  readonly #faults = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #looked = performance.now()
  #stopping = false

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Settles when every worker goes round. */
  async start(): Promise<void> {
    for (let i = 0; i < this.#options.workers; i++) this.#places.push(this.#hire(undefined))
    await Promise.all(
      this.#places.map(
        ({ worker }) => new Promise<void>((resolve) => worker.once('message', () => resolve())),
      ),
    )
    this.#looked = performance.now()
    this.#timer = setInterval(() => this.#look(), lookMs)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    clearInterval(this.#timer)
    await Promise.all([...this.#places, ...this.#solitary.values()].map(({ worker }) => worker.terminate()))
  }

  heard(message: ToMachines): void {
    if (message.type === 'reset') {
      for (const place of [...this.#places, ...this.#solitary.values()]) {
        place.sessions.clear()
        place.worker.postMessage(message)
      }
      this.#placeOf.clear()
      return
    }
    if (message.type === 'open') {
      const { source } = message.request
      const place = this.#placeFor(source)
      if (!place || place.gone)
        return this.#options.send({ type: 'ended', id: message.id, how: { status: 254 } })
      place.sessions.set(message.id, source)
      this.#placeOf.set(message.id, place)
    }
    this.#placeOf.get(message.id)?.worker.postMessage(message)
  }

  #placeFor(source: string): Place | undefined {
    const own = this.#solitary.get(source)
    if (own) return own
    if ((this.#faults.get(source) ?? 0) < 2) return this.#places[numberOf(source) % this.#places.length]
    if (this.#solitary.size >= this.#options.solitary && !this.#dismissIdle()) return undefined
    const place = this.#hire(source)
    this.#solitary.set(source, place)
    return place
  }

  /** Makes room for another solitary one. */
  #dismissIdle(): boolean {
    for (const [source, place] of this.#solitary) {
      if (place.sessions.size > 0) continue
      this.#solitary.delete(source)
      void place.worker.terminate()
      return true
    }
    return false
  }

  #hire(owner: string | undefined): Place {
    const { file, workerData, heapMegabytes } = this.#options
    // No `execArgv`: with it, even an empty one, Node 26 leaves the process's permissions behind.
    const worker = new Worker(file, {
      workerData,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    })
    const place: Place = {
      worker,
      owner,
      sessions: new Map(),
      begun: false,
      gone: false,
      silentLooks: 0,
      bufferBytes: 0,
    }
    worker.on('message', (message: FromWorker) => this.#said(place, message))
    // Out of memory, or a fault of ours; `exit` follows.
    worker.on('error', (error) => this.#tell(`a worker ended: ${explain(error)}`))
    worker.once('exit', () => this.#ended(place))
    return place
  }

  #said(place: Place, message: FromWorker): void {
    place.silentLooks = 0
    place.begun = true
    if (message.type === 'pulse') {
      place.bufferBytes = message.bufferBytes
      return
    }
    if (message.type === 'ended' || message.type === 'closed') {
      place.sessions.delete(message.id)
      this.#placeOf.delete(message.id)
    }
    this.#options.send(message)
  }

  #look(): void {
    const now = performance.now()
    const late = now - this.#looked > lookMs + lateMs
    this.#looked = now
    for (const place of [...this.#places, ...this.#solitary.values()]) {
      if (!late) place.silentLooks++
      const large = place.bufferBytes > this.#options.bufferBytes
      if (place.silentLooks <= (place.begun ? stuckLooks : startLooks) && !large) continue
      place.silentLooks = Number.NEGATIVE_INFINITY
      place.bufferBytes = 0
      this.#tell(large ? 'a worker held too much memory' : 'a worker did not answer for 2 s')
      void place.worker.terminate()
    }
  }

  /** A worker is no more: another takes its place, and whoever had a session there is remembered. */
  #ended(place: Place): void {
    if (this.#stopping) return
    const { sessions, owner } = place
    for (const source of new Set(sessions.values())) {
      if (this.#faults.size >= rememberedSources) this.#faults.delete(this.#faults.keys().next().value!)
      this.#faults.set(source, (this.#faults.get(source) ?? 0) + 1)
    }
    for (const id of sessions.keys()) {
      this.#placeOf.delete(id)
      this.#options.send({ type: 'ended', id, how: { signal: 'KILL' } })
    }
    const at = this.#places.indexOf(place)
    if (at >= 0 && place.begun) this.#replace(place)
    else if (at >= 0) {
      // One that cannot even begin is not tried again at once.
      place.gone = true
      setTimeout(() => this.#replace(place), againMs)
    }
    if (owner !== undefined && this.#solitary.get(owner) === place) this.#solitary.delete(owner)
  }

  #replace(place: Place): void {
    const at = this.#places.indexOf(place)
    if (at >= 0 && !this.#stopping) this.#places[at] = this.#hire(undefined)
  }

  #tell(what: string): void {
    const message = `Make-believe machines: ${what}; it was replaced, and the sessions on it ended.`
    this.#options.send({ type: 'trouble', code: 'SUNDEW_MACHINES_WORKER', message })
  }
}

/** The same for the same text. */
function numberOf(text: string): number {
  let number = 0
  for (let i = 0; i < text.length; i++) number = (Math.imul(number, 31) + text.charCodeAt(i)) >>> 0
  return number
}
