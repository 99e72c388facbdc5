import { statfs } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { quotaBytes, type Config } from '../config.ts'
import { Backlog } from '../core/backlog.ts'
import type { Layout } from '../core/layout.ts'
import { makeJournalFolder } from '../core/journal/segments.ts'
import { Room } from '../core/room.ts'
import type { Status } from '../hub/api/contract.ts'
import { claimedBy } from './claim.ts'
import { Hub } from './client.ts'
import { exitCode, Failure } from './failure.ts'
import { note } from './output.ts'

/** Share of the quota that may wait in the import's journal, and at least so much, bytes. The decoys' journal has its own room. */
const waiting = { share: 1 / 16, leastBytes: 64 * 1024 * 1024 } as const
/** The hub removes whole segments, never the newest: several must fit. */
const segmentsWaiting = 4
const mostSegmentBytes = 64 * 1024 * 1024
const lookEveryMs = 250
/** How often the hub is asked about the quota, milliseconds. */
const askEveryMs = 3000

/** Whether an import may go on: it must not take the room that what is being caught needs. */
export class ImportRoom {
  readonly segmentBytes: number
  readonly #layout: Layout
  readonly #room: Room
  readonly #stop: AbortSignal
  #asked = -Infinity
  #told = false

  private constructor(layout: Layout, room: Room, segmentBytes: number, stop: AbortSignal) {
    this.#layout = layout
    this.#room = room
    this.segmentBytes = segmentBytes
    this.#stop = stop
  }

  static async open(config: Config, layout: Layout, stop: AbortSignal): Promise<ImportRoom> {
    const directory = layout.importJournal
    await makeJournalFolder(directory)
    const { blocks, bsize } = await statfs(directory)
    const totalBytes = Math.max(waiting.leastBytes, quotaBytes(config, blocks * bsize) * waiting.share)
    const room = new Room({
      directory,
      reserveBytes: config.keep.reserve_mb * 1_000_000,
      backlog: new Backlog(directory, { totalBytes, sourceBytes: totalBytes }),
    })
    return new ImportRoom(layout, room, Math.min(mostSegmentBytes, totalBytes / segmentsWaiting), stop)
  }

  /**
   * Waits while much waits in the journal and Sundew runs, which takes it. @throws Failure SUNDEW_IMPORT_ROOM where waiting
   * would not help: the disk or the quota is full, or the journal is and nobody takes what is in it.
   */
  async wait(): Promise<void> {
    for (;;) {
      await this.#room.look()
      const running = await claimedBy(this.#layout.pidFile)
      if (running !== undefined) await this.#ask()
      const { closed } = this.#room
      if (closed === undefined) return
      if (closed !== 'backlog') throw full(`${fullOf[closed]}. Make room`)
      if (running === undefined)
        throw full('as much waits in the journal as may. Start Sundew, which takes it')
      if (this.#stop.aborted) throw full('it was stopped while it waited for the store')
      if (!this.#told) note('Waiting for the store to take what was imported so far.')
      this.#told = true
      await sleep(lookEveryMs)
    }
  }

  async #ask(): Promise<void> {
    if (performance.now() - this.#asked < askEveryMs) return
    this.#asked = performance.now()
    try {
      const { disk } = await (await Hub.find(this.#layout)).json<Status>('/status')
      this.#room.quota = { full: disk.full, sources: [] }
    } catch {
      // A hub that is being started again: what it said last stands.
    }
  }
}

const fullOf = {
  reserve: 'the disk has less room left than keep.reserve_mb',
  quota: 'the quota is used up (keep.quota_gb)',
} as const

function full(why: string): Failure {
  return new Failure(
    'SUNDEW_IMPORT_ROOM',
    exitCode.unavailable,
    `the import ended early: ${why}, then run the same command again. What is imported stays, and is not imported twice.`,
  )
}
