import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ToCollectors } from '../../core/collector-messages.ts'
import type { Log } from '../../core/log.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { KindFields } from '../../event/event.ts'
import type { Attacker } from '../../intel/feeds/feed.ts'
import { AddressSet } from '../../match/address-set.ts'
import { NameSet } from '../../match/name-set.ts'
import type { NameLookup } from '../../match/named.ts'
import { pause } from '../connection.ts'
import type { Fetched, FetchRequest } from '../fetch/feed-fetch.ts'
import { Calls } from './calls.ts'
import type { IntelDesk, IntelNotes } from './desk.ts'
import type { IntelSettings } from './settings.ts'

export interface IntelligenceOptions {
  readonly settings: IntelSettings
  /** Tells the collectors. */
  readonly tell: (message: ToCollectors) => void
  readonly event: <K extends EventKind>(kind: K, fields: KindFields<K>) => void
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  readonly log: Log
  /** Fetches for the source of this name. */
  readonly fetch: (source: string, request: FetchRequest) => Promise<Fetched>
  readonly attackers: (since: number) => Promise<readonly Attacker[]>
}

/** What the thread tells beside answers. */
export type Told =
  | { readonly told: 'set'; readonly message: ToCollectors }
  | { readonly told: 'event'; readonly kind: EventKind; readonly fields: never }
  | { readonly told: 'trouble'; readonly code: string; readonly message: string }
  | { readonly told: 'info'; readonly message: string }

/** Heap of the thread, MB: what a list of five million brings while it waits for its commit. Sets lie outside of it. */
const heapMegabytes = 3072
/** And of what is new in it: millions of values come at once and stay, and are not to be moved time and again. */
const youngMegabytes = 192
/** Before the thread is started again, milliseconds. */
const againMs = 30_000

/** The sets that all is matched against now. */
export interface InForce {
  /** Undefined before the first. */
  readonly set: AddressSet | undefined
  readonly version: number
  /** Settles when newer sets than this version are in force, or the signal aborts. */
  newerThan(version: number, signal: AbortSignal): Promise<void>
}

/**
 * Threat intelligence as the hub sees it: a thread that has the book (`engine.ts`), the sets that it made, questions that it
 * answers. What it fetches goes through the hub's way out.
 */
export class Intelligence implements InForce, IntelDesk, IntelNotes {
  readonly #options: IntelligenceOptions
  #calls: Calls | undefined
  #set: AddressSet | undefined
  #names: NameLookup | undefined
  #message: ToCollectors | undefined
  #loading: Promise<void> = Promise.resolve()
  #waiting: (() => void)[] = []

  constructor(options: IntelligenceOptions) {
    this.#options = options
  }

  get set(): AddressSet | undefined {
    return this.#set
  }

  /** Names, URLs, hashes …; undefined where none is listed. */
  get names(): NameLookup | undefined {
    return this.#names
  }

  get version(): number {
    return this.#message?.version ?? 0
  }

  /** Tells the collectors of the sets in force, as when they have just come. */
  tellAgain(): void {
    if (this.#message) this.#options.tell(this.#message)
  }

  async newerThan(version: number, signal: AbortSignal): Promise<void> {
    while (this.version <= version && !signal.aborted) {
      await new Promise<void>((wake) => {
        const done = () => {
          signal.removeEventListener('abort', done)
          wake()
        }
        signal.addEventListener('abort', done)
        this.#waiting.push(done)
      })
    }
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { settings, trouble } = this.#options
    await mkdir(settings.folder, { recursive: true, mode: 0o700 })
    while (!signal.aborted) {
      try {
        await this.#thread(signal)
      } catch (error) {
        if (signal.aborted) return
        trouble(
          'SUNDEW_INTEL_SET',
          'the thread of threat intelligence ended; the former sets stay in force, and it is started again',
          error,
        )
      }
      if (!signal.aborted) await pause(againMs, signal)
    }
  }

  why: IntelDesk['why'] = (value) => this.#ask('why', value)
  search: IntelDesk['search'] = (query) => this.#ask('search', query)
  stats: IntelDesk['stats'] = () => this.#ask('stats')
  sources: IntelDesk['sources'] = () => this.#ask('sources')
  pull: IntelDesk['pull'] = (names) => this.#ask('pull', names)
  add: IntelDesk['add'] = (entry) => this.#ask('add', entry)
  remove: IntelDesk['remove'] = (value) => this.#ask('remove', value)
  allow: IntelDesk['allow'] = (entry) => this.#ask('allow', entry)
  disallow: IntelDesk['disallow'] = (value) => this.#ask('disallow', value)
  publish: IntelDesk['publish'] = (names) => this.#ask('publish', names)
  note: IntelNotes['note'] = (entry) => this.#ask('note', entry)

  async #ask<T>(name: string, ...args: readonly unknown[]): Promise<T> {
    if (!this.#calls) throw new Error('threat intelligence has not started yet')
    return await this.#calls.call<T>(name, ...args)
  }

  async #thread(signal: AbortSignal): Promise<void> {
    const { settings, fetch, attackers } = this.#options
    const worker = new Worker(join(import.meta.dirname, 'thread.ts'), {
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
    })
    const calls = new Calls(worker, { fetch, attackers })
    this.#calls = calls
    const stop = () => worker.postMessage('stop')
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      await new Promise<void>((resolve, reject) => {
        worker.on('message', (message: unknown) => {
          if (!calls.hear(message)) this.#told(message as Told)
        })
        worker.once('error', reject)
        worker.once('exit', (code) =>
          signal.aborted ? resolve() : reject(new Error(`it ended with ${code}`)),
        )
      })
    } finally {
      this.#calls = undefined
      calls.end(new Error('threat intelligence has ended'))
      signal.removeEventListener('abort', stop)
      await worker.terminate()
      await this.#loading
    }
  }

  #told(told: Told): void {
    const { log, trouble, event } = this.#options
    switch (told.told) {
      case 'set':
        this.#loading = this.#loading.then(() => this.#load(told.message))
        return
      case 'event':
        event(told.kind, told.fields)
        return
      case 'trouble':
        trouble(told.code, told.message)
        return
      case 'info':
        log.info(told.message)
        return
    }
  }

  async #load(message: ToCollectors): Promise<void> {
    try {
      const [addresses, names] = await Promise.all([
        readFile(message.path),
        message.names === undefined ? undefined : readFile(message.names),
      ])
      this.#set = AddressSet.from(addresses)
      this.#names = names && NameSet.from(names)
      this.#message = message
    } catch (error) {
      // A newer one may have come meanwhile.
      this.#options.log.warn(`the sets of version ${message.version} could not be read: ${String(error)}`)
      return
    }
    this.tellAgain()
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
