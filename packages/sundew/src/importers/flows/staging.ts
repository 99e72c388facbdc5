import { blockColumns, nativeBlock } from '../../wire/columns/block.ts'
import { FlowColumns } from '../../wire/flow/columns.ts'
import { copyRow } from '../../wire/flow/row.ts'
import type { FlowSink } from '../../wire/flow/sink.ts'
import { BatchStaging, type BatchStagingOptions, type StagedBatch } from '../batch-staging.ts'

/** Rows of a batch. */
const batchRows = 65_536
/** Days that flows of one batch may be of: the store opens a part for each. */
const batchDays = 32
const dayMs = 86_400_000

export interface StagingOptions extends BatchStagingOptions {
  /** Older flows would leave no trace in the store: they are left out. Milliseconds since the Unix epoch. */
  readonly oldestMs: number
  /** Later ones are left out too: a clock was wrong. */
  readonly latestMs: number
  /** Looks at a batch before it is written, and may fill in what its decoder left empty. */
  readonly look?: (columns: FlowColumns) => void
}

/** Flows of one file go to the store all or not at all, and once: see {@link BatchStaging}. */
export class FlowStaging {
  readonly #options: StagingOptions
  readonly #staging: BatchStaging
  readonly #columns = new FlowColumns(batchRows)
  readonly #part = new FlowColumns(batchRows)
  #waiting: StagedBatch[] = []
  /** Flows left out because of their time. */
  expired = 0
  future = 0

  private constructor(options: StagingOptions, staging: BatchStaging) {
    this.#options = options
    this.#staging = staging
  }

  /** Hands over what a killed import had left. */
  static async open(options: StagingOptions): Promise<FlowStaging> {
    return new FlowStaging(options, await BatchStaging.open(options))
  }

  /** Flows that are on their way to the store. */
  get durable(): number {
    return this.#staging.durable
  }

  /** For decoders. After each piece of input, await {@link write}. */
  readonly sink: FlowSink = {
    columns: this.#columns,
    full: () => this.#seal(),
  }

  /** Another file begins. */
  async begin(identity: string): Promise<void> {
    await this.#staging.begin(identity)
    this.#columns.clear()
    this.#waiting = []
  }

  /** Writes the batches that are full. */
  async write(): Promise<void> {
    for (let batch = this.#waiting.shift(); batch; batch = this.#waiting.shift())
      await this.#staging.write(batch)
  }

  /** The file was read to its end: all of its flows have been looked at, and are written. */
  async finish(): Promise<void> {
    this.#seal()
    await this.write()
  }

  /** {@link finish}; the file is known from then on, and its flows are handed over. */
  async end(identity: string): Promise<void> {
    await this.finish()
    await this.#staging.end([`${identity}:1`])
  }

  /** The file at hand is given up: nothing of it is kept. */
  async drop(): Promise<void> {
    this.#waiting = []
    this.#columns.clear()
    await this.#staging.drop()
  }

  /** Takes the batch at hand apart where flows of it are too old, too late, or of too many days. */
  #seal(): void {
    const columns = this.#columns
    const { oldestMs, latestMs } = this.#options
    const part = this.#part
    const time = columns.cells('time')
    const days = new Set<number>()
    const touched = columns.touched.slice()
    let whole = true
    for (let row = 0; row < columns.rows; row++) {
      const ms = time[row * 2]! + time[row * 2 + 1]! * 0x1_0000_0000
      const fits = ms >= oldestMs && ms <= latestMs
      if (fits) days.add(Math.floor(ms / dayMs))
      if (whole && (!fits || days.size > batchDays)) {
        // Not in one piece: what came before goes into the part, and so does what follows.
        whole = false
        for (let before = 0; before < row; before++) copyRow(columns, before, part, part.rows++)
        if (days.size > batchDays) this.#flush(part, days, ms)
      } else if (days.size > batchDays) this.#flush(part, days, ms)
      if (!fits) {
        if (ms < oldestMs) this.expired++
        else this.future++
      } else if (!whole) copyRow(columns, row, part, part.rows++)
    }
    this.#enqueue(whole ? columns : part)
    if (!whole) part.clear()
    columns.clear()
    // A decoder in the middle of a packet has said already which columns it touches.
    columns.touched.set(touched)
  }

  #flush(part: FlowColumns, days: Set<number>, ms: number): void {
    this.#enqueue(part)
    part.clear()
    days.clear()
    days.add(Math.floor(ms / dayMs))
  }

  #enqueue(columns: FlowColumns): void {
    if (columns.rows === 0) return
    this.#options.look?.(columns)
    const pieces = nativeBlock(columns).map((piece) => piece.slice())
    this.#waiting.push({ pieces, rows: columns.rows, columns: blockColumns(columns) })
  }
}
