import type { ClickHouseClient } from '@clickhouse/client'
import type { QuotaState } from '../../core/room.ts'
import type { Alerts } from '../alerts.ts'
import { pause } from '../connection.ts'
import type { FileStore } from '../enrich/file-store.ts'
import type { FlowRoom } from './flow-room.ts'
import type { Quota, Usage } from './quota.ts'
import { expiredFiles, setLifetimes, type Lifetimes } from './retention.ts'

export interface KeeperOptions {
  readonly store: ClickHouseClient
  readonly cluster: string | undefined
  readonly files: FileStore
  readonly keep: Lifetimes
  readonly quota: Quota
  readonly flowRoom: FlowRoom
  readonly alerts: Alerts
  /** Bytes that wait in journals: 0 where everything caught is in the store. */
  readonly waitingBytes: () => Promise<number>
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
  #sweeping: Promise<void> | undefined

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
        await this.#trimFlows()
        this.#tell(await this.#options.quota.measure())
        if (performance.now() - swept > sweepEveryMs && (await this.sweep())) swept = performance.now()
      } catch {
        // The store is away; ingest says so. The decoys go on with what they were told last.
      }
      await pause(measureEveryMs, signal)
    }
  }

  async #trimFlows(): Promise<void> {
    const dropped = await this.#options.flowRoom.trim()
    if (dropped.length === 0) return
    const all = dropped.map(
      ({ table, partition, whole }) => `${whole ? '' : 'the first of '}${partition} of ${table}`,
    )
    const what = [...new Set(all)].join(', ')
    this.#options.alerts.raise(
      'SUNDEW_FLOWS_TRIMMED',
      `flows and firewalls' lines have used their share of the disk, and the oldest are gone before their time: ${what}. Give them more with keep.quota_gb, or keep less with keep.flows_days and keep.firewall_days`,
    )
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

  /** Settles when no file is being removed. Wait for it before a file is put into the file store. */
  async quiet(): Promise<void> {
    while (this.#sweeping) await this.#sweeping
  }

  /**
   * Removes files past their lifetime; false where this has to wait. A file that just came again is in the file store
   * before its row is in the table that tells what has expired, so nothing may be on its way between the two.
   */
  async sweep(): Promise<boolean> {
    const { store, keep, files, waitingBytes } = this.#options
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#sweeping = promise
    try {
      if ((await waitingBytes()) > 0) return false
      for (const sha256 of await expiredFiles(store, keep)) await files.remove(sha256)
      return true
    } finally {
      this.#sweeping = undefined
      resolve()
    }
  }
}
