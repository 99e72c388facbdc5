import type { ClickHouseClient } from '@clickhouse/client'
import type { QuotaState } from '../../core/room.ts'
import type { Alerts } from '../alerts.ts'
import { pause } from '../connection.ts'
import type { FileStore } from '../enrich/file-store.ts'
import type { Quota, Usage } from './quota.ts'
import { expiredFiles, setLifetimes, type Lifetimes } from './retention.ts'

export interface KeeperOptions {
  readonly store: ClickHouseClient
  readonly cluster: string | undefined
  readonly files: FileStore
  readonly keep: Lifetimes
  readonly quota: Quota
  readonly alerts: Alerts
  /** Tells the decoys. */
  readonly tell: (state: QuotaState) => void
}

/** How often what is kept is measured, milliseconds. */
const measureEveryMs = 3_000
const sweepEveryMs = 6 * 3_600_000

/** Watches over what is kept: lifetimes, quota, shares. */
export class Keeper {
  readonly #options: KeeperOptions
  #told = ''

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let lifetimesSet = false
    let swept = -Infinity
    while (!signal.aborted) {
      try {
        if (!lifetimesSet) await setLifetimes(this.#options.store, this.#options.keep, this.#options.cluster)
        lifetimesSet = true
        this.#tell(await this.#options.quota.measure())
        if (performance.now() - swept > sweepEveryMs) {
          swept = performance.now()
          await this.#sweepFiles()
        }
      } catch {
        // The store is away; ingest says so. The decoys go on with what they were told last.
      }
      await pause(measureEveryMs, signal)
    }
  }

  #tell({ full, sources, over }: Usage): void {
    const state: QuotaState = { full, sources }
    const text = JSON.stringify(state)
    if (text === this.#told) return
    this.#told = text
    this.#options.tell(state)
    if (full) {
      this.#options.alerts.raise(
        'SUNDEW_QUOTA_FULL',
        'the disk quota is used up: the decoys answer as full servers do. Give them more with keep.quota_gb, or keep less with keep.*_days',
      )
    }
    if (over.length > 0) {
      const who = over.slice(0, 3).map(({ source, bytes }) => `${source} (${Math.round(bytes / 1e6)} MB)`)
      this.#options.alerts.raise(
        'SUNDEW_SHARE_USED',
        `${over.length} source(s) have used their share of the disk and hear that it is full: ${who.join(', ')}. keep.source_share sets the share`,
      )
    }
  }

  async #sweepFiles(): Promise<void> {
    const { store, keep, files } = this.#options
    for (const sha256 of await expiredFiles(store, keep.filesDays)) await files.remove(sha256)
  }
}
