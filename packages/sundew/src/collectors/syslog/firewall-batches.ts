import { FirewallColumns } from '../../wire/firewall/columns.ts'
import type { firewallColumns } from '../../wire/firewall/layout.ts'
import { Batches, type BatchSpool } from '../batches.ts'
import type { Geo } from '../flow/geo.ts'
import type { FirewallMatcher } from './firewall-matcher.ts'
import type { FirewallRow } from './firewall-row.ts'
import type { FirewallSink, LineAbout } from './firewall-sink.ts'
import { RowWriter } from './row-writer.ts'

/** Rows of a batch, and how long they may wait for others, milliseconds. */
const capacity = 65_536
const batchMs = 1_000

export interface FirewallBatchesParts {
  readonly spool: BatchSpool
  readonly geo?: Pick<Geo, 'look'> | undefined
  readonly matcher?: Pick<FirewallMatcher, 'match' | 'hits'> | undefined
  /** Rows that could not be kept: too much waits, or the disk refused (`error`). */
  readonly dropped?: (rows: number, error: unknown) => void
}

/** What firewalls' lines tell on its way to the spool: copied into columns, looked up some times a second, a file a batch. */
export class FirewallBatches implements FirewallSink {
  readonly counts = { rows: 0, dropped: 0, listed: 0 }
  readonly #parts: FirewallBatchesParts
  readonly #batches: Batches<FirewallColumns, number, (typeof firewallColumns)[number]>
  #into: RowWriter

  constructor(parts: FirewallBatchesParts) {
    this.#parts = parts
    this.#batches = new Batches({
      spool: parts.spool,
      make: () => new FirewallColumns(capacity),
      margin: 0,
      look: (columns, from, to) => this.#look(columns, from, to),
      who: ({ rows }) => rows,
      copied: (rows) => rows,
      dropped: (rows, error) => this.#drop(rows, error),
    })
    this.#into = new RowWriter(this.#batches.sink.columns)
  }

  get room(): Promise<void> | undefined {
    return this.#batches.room
  }

  take(row: FirewallRow, line: Uint8Array, about: LineAbout): void {
    this.counts.rows++
    if (this.#writer().write(row, line, about)) return
    if (!this.#batches.seal() || !this.#writer().write(row, line, about)) this.#drop(1, undefined)
  }

  /** Call some times a second. */
  tick(nowMs: number): void {
    this.#batches.flush(nowMs, batchMs)
  }

  settled(): Promise<void> {
    return this.#batches.settled()
  }

  /** Settles when everything that was taken is in the spool, or counted as dropped. */
  close(): Promise<void> {
    return this.#batches.settled()
  }

  /** Of the batch that is being filled. */
  #writer(): RowWriter {
    const { columns } = this.#batches.sink
    if (columns !== this.#into.columns) this.#into = new RowWriter(columns)
    return this.#into
  }

  #look(columns: FirewallColumns, from: number, to: number): void {
    const { geo, matcher } = this.#parts
    const systems = columns.cells('source_as')
    const countries = columns.cells('source_country')
    if (geo?.look(columns.cells('source_ip'), systems, countries, from, to))
      columns.touch('source_as', 'source_country')
    if (!matcher) return
    matcher.match(columns, from, to)
    const listed = columns.cells('listed')
    for (let row = from; row < to; row++) this.counts.listed += listed[row]!
  }

  #drop(rows: number, error: unknown): void {
    this.counts.dropped += rows
    this.#parts.dropped?.(rows, error)
  }
}
