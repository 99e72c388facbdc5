import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { idMs } from '../../core/id.ts'
import type { EntryBytes, JournalEntry } from '../../core/journal/entry.ts'
import type { JournalPosition } from '../../core/journal/reader.ts'
import type { SundewEvent } from '../../event/event.ts'
import { pause, untilDone } from '../connection.ts'
import type { Campaigns } from '../enrich/campaigns.ts'
import type { LiveBus } from '../live.ts'
import { Aside } from './aside.ts'
import { saveCampaigns } from './campaign-rows.ts'
import { insertRows } from './insert.ts'
import { givenUp, isOfEntry, refusedOf } from './refused.ts'
import { Rows } from './rows.ts'
import { JournalSource, type SourceBatch } from './source.ts'
import { Turn } from './turn.ts'

export interface IngestOptions {
  /** One folder a journal. */
  readonly journals: string
  readonly cursors: string
  /** Where entries end that no row can hold. */
  readonly aside: string
  readonly store: ClickHouseClient
  readonly live: LiveBus
  /** Groups that `digest` puts mails into; saved with every batch. */
  readonly campaigns: Campaigns
  /** Asked before each batch. */
  readonly turn?: Turn
  /** Makes rows of an entry; throws TypeError or RangeError for one that no row can hold, which is set aside. */
  readonly digest: (entry: JournalEntry, spoolFile: string | undefined, rows: Rows) => Promise<void>
  /** Hears of what is in the store now; again where a kill came between. Must not reject. */
  readonly stored?: (events: readonly SundewEvent[]) => Promise<void>
  /** How far another reader is with the journal in a folder, where there is one: what it has yet to read is kept. */
  readonly otherReader?: (directory: string) => JournalPosition | undefined
  /** Hears of trouble that lasts, and of gaps in a journal. */
  readonly trouble: (code: string, message: string, cause?: unknown) => void
}

/** Between the end of one run of inserts and the next, milliseconds: each makes parts that the store must merge. */
const insertEveryMs = 500
/** How often an idle journal is looked at, milliseconds. */
const lookEveryMs = 50

/** Takes journals into the store, batch by batch, each entry once. */
export class Ingest {
  readonly #options: IngestOptions
  readonly #sources = new Map<string, JournalSource>()
  readonly #counts: Record<string, number> = {}
  readonly #turn: Turn
  readonly #aside: Aside
  #finding: Promise<void> | undefined
  #oldest = 0

  constructor(options: IngestOptions) {
    this.#options = options
    this.#turn = options.turn ?? new Turn()
    this.#aside = new Aside(options.aside)
  }

  /** Entries put in the store since the start, by kind. */
  get counts(): Readonly<Record<string, number>> {
    return this.#counts
  }

  /** Seconds since the oldest entry of the batch at hand was caught; 0 where nothing waits. */
  get lagSeconds(): number {
    return this.#oldest === 0 ? 0 : Math.max(0, (Date.now() - this.#oldest) / 1000)
  }

  /** Bytes in all journals that are not in the store yet, also before {@link run}. */
  async waitingBytes(): Promise<number> {
    await this.#find()
    let bytes = 0
    for (const source of this.#sources.values()) bytes += await source.waitingBytes()
    return bytes
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#run(signal)
    } finally {
      for (const source of this.#sources.values()) await source.close()
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    let swept = false
    while (!signal.aborted) {
      await this.#find()
      let took = false
      for (const source of this.#sources.values()) {
        if (!signal.aborted && (await this.#drain(source, signal))) took = true
      }
      if (took) swept = false
      else {
        this.#oldest = 0
        this.#turn.caughtUp()
        if (!swept) for (const source of this.#sources.values()) await source.sweep()
        swept = true
      }
      await pause(took ? insertEveryMs : lookEveryMs, signal)
    }
  }

  /** Takes everything that waits; while one batch is being inserted the next is made. True where there was something. */
  async #drain(source: JournalSource, signal: AbortSignal): Promise<boolean> {
    await this.#turn.ours(signal)
    let batch = await source.next()
    if (!batch) return false
    let rows = await this.#make(source, batch, signal)
    while (batch && !signal.aborted) {
      const inserted = this.#insert(source, batch, rows, signal)
      inserted.catch(() => {}) // awaited below; the next batch may fail first
      await this.#turn.ours(signal)
      const following = await source.next(batch)
      const made = following && (await this.#make(source, following, signal))
      await inserted
      batch = following
      if (made) rows = made
    }
    return true
  }

  #find(): Promise<void> {
    return (this.#finding ??= this.#lookForJournals().finally(() => {
      this.#finding = undefined
    }))
  }

  async #lookForJournals(): Promise<void> {
    for (const name of await readdir(this.#options.journals)) {
      if (this.#sources.has(name)) continue
      const source = await JournalSource.open(join(this.#options.journals, name), this.#options.cursors)
      if (source) this.#sources.set(name, source)
    }
  }

  async #make(source: JournalSource, batch: SourceBatch, signal: AbortSignal): Promise<Rows> {
    const { trouble, live } = this.#options
    for (const gap of batch.gaps) {
      trouble(
        'SUNDEW_JOURNAL_GAP',
        `the journal in ${source.directory} has bytes at segment ${gap.segment}, offset ${gap.offset} that are no whole group: a process was killed while it wrote them (then nobody was told that they are kept), or the disk is damaged`,
      )
    }
    this.#oldest ||= caughtMs(batch.entries[0])
    const rows = await untilDone(
      async () => {
        const made = new Rows()
        for (const entry of batch.unreadable)
          await this.#setAside(source, entry, new TypeError('its JSON is no event'))
        for (const entry of batch.entries) await this.#digest(source, entry, made)
        return made
      },
      signal,
      (error) =>
        trouble(
          'SUNDEW_FILES_REFUSED',
          'what was caught cannot be put into the file store; it waits in the journal',
          error,
        ),
    )
    live.publish(rows.events)
    return rows
  }

  async #digest(source: JournalSource, entry: JournalEntry, rows: Rows): Promise<void> {
    try {
      await this.#options.digest(entry, source.spoolFile(entry), rows)
      rows.mark(entry)
    } catch (error) {
      if (!isOfEntry(error)) throw error
      rows.back()
      await this.#setAside(source, entry, error)
    }
  }

  /** The entry is on the disk elsewhere once this settles, and the owner has been told. */
  async #setAside(source: JournalSource, entry: EntryBytes, cause: unknown): Promise<void> {
    const { became, file } = await this.#aside.keep(source.name, entry, source.spoolFile(entry))
    if (became === 'known') return
    const where = became === 'kept' ? `it is in ${file}` : `${dirname(file)} is full, and it is lost`
    const what = `an event of the journal ${source.name} cannot be put into the store and was set aside: ${where}`
    this.#options.trouble('SUNDEW_EVENT_SET_ASIDE', what, cause)
  }

  async #insert(source: JournalSource, batch: SourceBatch, rows: Rows, signal: AbortSignal): Promise<void> {
    const { store, trouble, campaigns, stored, otherReader } = this.#options
    const away = (error: unknown) =>
      trouble('SUNDEW_STORE_AWAY', 'the store does not take what was caught; it waits in the journal', error)
    const changed = campaigns.changedRows()
    await source.intend(batch)
    const insert = async (final?: (error: unknown) => boolean) => {
      for (const table of rows.tables())
        await untilDone(() => insertRows(store, table, batch.token), signal, away, final)
    }
    const final = givenUp()
    try {
      await insert(final)
    } catch (error) {
      if (signal.aborted) throw error
      const refused = await untilDone(() => refusedOf(store, rows.events, error), signal, away)
      // Under the same token: of a refused batch nothing is there, and after a kill the whole of it may be tried again.
      for (const entry of rows.without(refused))
        await untilDone(() => this.#setAside(source, entry, error), signal, away)
      await insert()
    }
    await untilDone(() => saveCampaigns(store, changed, batch.token), signal, away)
    await stored?.(rows.events)
    await source.taken(batch, otherReader?.(source.directory))
    for (const event of rows.events) this.#count(event)
    this.#oldest = caughtMs(batch.entries.at(-1))
  }

  #count({ kind }: SundewEvent): void {
    this.#counts[kind] = (this.#counts[kind] ?? 0) + 1
  }
}

/** When an entry was written, by its id: an imported event's time may be years before. */
function caughtMs(entry: JournalEntry | undefined): number {
  return entry ? idMs(entry.event.id) : 0
}
