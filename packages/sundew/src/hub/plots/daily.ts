import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ClickHouseClient } from '@clickhouse/client'
import { type Day, dayOf } from '../../plots/days.ts'
import { rows } from '../api/store-reader.ts'
import { pause, type StoreAddress } from '../connection.ts'
import { DailyFolder } from './daily-files.ts'
import type { DailyTold, DailyWork } from './daily-thread.ts'
import type { DailySection } from './section.ts'

/** After midnight: what firewalls told of the last minutes is in the store by then. */
const settleMs = 5 * 60_000
/** A look at least so often: whoever was asleep at midnight does not wait for the next. */
const lookEveryMs = 3_600_000
/** Days that are made up for, after the machine was off or where the folder is new. */
const mostMissed = 31

export interface DailyOptions {
  readonly section: DailySection
  /** Where the section's folder is, as a whole path. */
  readonly folder: string
  readonly sensor: string
  readonly store: ClickHouseClient
  /** For the thread's own connection. */
  readonly address: StoreAddress
  /** Where it is remembered whose scans were told. */
  readonly scansFile?: string
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  readonly clock?: () => number
}

/** Writes yesterday's fireplot shortly after midnight, and those of days that were missed. */
export class Daily {
  readonly #options: DailyOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: DailyOptions) {
    this.#options = options
  }

  get folder(): string {
    return this.#options.folder
  }

  /** Whose days they are: IANA's name; this machine's where undefined. */
  get zone(): string | undefined {
    return this.#options.section.time_zone
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look(signal)
      } catch (error) {
        if (!signal.aborted) this.#trouble('could not be drawn', error)
      }
      const now = this.#now()
      const { to } = this.#day(now)
      await pause(Math.min(lookEveryMs, to + settleMs - now), signal)
    }
  }

  /** Draws the days that are missing; what it wrote. */
  async look(signal: AbortSignal): Promise<readonly DailyTold[]> {
    const days = await this.#missing(signal)
    return days.length === 0 ? [] : await this.draw(days, signal)
  }

  /** Draws these days, whether they are there or not, one after the other. */
  draw(days: readonly Day[], signal: AbortSignal): Promise<readonly DailyTold[]> {
    const drawn = this.#last.then(() => this.#thread(days, signal))
    this.#last = drawn.catch(() => {})
    return drawn
  }

  /** Yesterday, or so many days before today. */
  day(before = 1): Day {
    return this.#day(this.#now(), before)
  }

  /** The newest first, so that yesterday's is there soon. */
  async #missing(signal: AbortSignal): Promise<Day[]> {
    const { store, section, folder } = this.#options
    const [kept] = await rows<{ first: string | number; lines: string | number }>(
      store,
      'SELECT toUnixTimestamp64Milli(min(time)) AS first, count() AS lines FROM firewall',
      {},
      signal,
    )
    if (!kept || Number(kept.lines) === 0) return []
    const there = await new DailyFolder(folder).days()
    const now = this.#now()
    const days: Day[] = []
    for (let before = 1; before <= mostMissed; before++) {
      const day = this.#day(now, before)
      if (day.to <= Number(kept.first)) break
      if (now < day.to + settleMs) continue
      if (!section.formats.every((format) => there.get(day.name)?.has(format))) days.push(day)
    }
    return days
  }

  async #thread(days: readonly Day[], signal: AbortSignal): Promise<readonly DailyTold[]> {
    const { section, folder, sensor, address: store, scansFile } = this.#options
    signal.throwIfAborted()
    const work: DailyWork = {
      store,
      section,
      folder,
      sensor,
      days,
      ...(scansFile !== undefined && { scansFile }),
    }
    const worker = new Worker(join(import.meta.dirname, 'daily-thread.ts'), { workerData: work })
    const stop = () => worker.postMessage('stop')
    signal.addEventListener('abort', stop, { once: true })
    const told: DailyTold[] = []
    try {
      await new Promise<void>((resolve, reject) => {
        worker.on('message', (one: DailyTold) => told.push(one))
        worker.once('error', reject)
        worker.once('exit', () => resolve())
      })
    } finally {
      signal.removeEventListener('abort', stop)
      await worker.terminate()
    }
    signal.throwIfAborted()
    for (const { day, trouble } of told)
      if (trouble !== undefined) this.#trouble(`of ${day} could not be drawn: ${trouble}`)
    return told
  }

  #trouble(what: string, cause?: unknown): void {
    this.#options.trouble(
      'SUNDEW_DAILY_PICTURE',
      `the daily fireplot in ${this.#options.folder} ${what}`,
      cause,
    )
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)()
  }

  #day(now: number, before = 0): Day {
    return dayOf(now, this.#options.section.time_zone, before)
  }
}
