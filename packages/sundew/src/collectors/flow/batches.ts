import { blockColumns, flowBlock } from '../../wire/flow/block.ts'
import { FlowColumns } from '../../wire/flow/columns.ts'
import type { FlowSink } from '../../wire/flow/sink.ts'

/** Rows of a batch, and how many fewer it may have so that no packet is begun that would not fit. */
const capacity = 65_536
const margin = 4_096
/** Batches: one is filled while others are written. */
const count = 4

/** Where batches are put: `core/flow-spool.ts`. */
export interface FlowSpool {
  /** False where too much waits: it is not kept. Rejects where the disk refuses. */
  write(pieces: readonly Uint8Array[], rows: number, columns: readonly number[]): Promise<boolean>
}

export interface BatchHost {
  readonly spool: FlowSpool
  /** The rows from the last such call on are whole: look at them before they are out of reach. */
  readonly look: (columns: FlowColumns, from: number, to: number) => void
  /** These rows were not kept: too much waits, or the disk refused (`error`). */
  readonly dropped: (columns: DroppedColumns, error: unknown) => void
}

/** Who sent the rows that were dropped. */
export interface DroppedColumns {
  readonly rows: number
  readonly exporterIp: Uint32Array
  readonly exporterPort: Uint16Array
}

/** Rows on their way to the spool: decoding goes on in one batch while others are written, one after the other. */
export class Batches {
  readonly #host: BatchHost
  readonly #idle: FlowColumns[] = []
  #current = new FlowColumns(capacity)
  #looked = 0
  #beganMs = 0
  /** Batches, and copies of them, that are not written yet. */
  #pending = 0
  #writing = Promise.resolve()
  #awaited: { promise: Promise<void>; resolve: () => void } | undefined
  /** For decoders: the batch being filled. */
  #sink: FlowSink = this.#sinkOf(this.#current)

  constructor(host: BatchHost) {
    this.#host = host
  }

  get sink(): FlowSink {
    return this.#sink
  }

  /** Undefined where there is a batch to go on with when this one is full; else settles when that may be so. */
  get room(): Promise<void> | undefined {
    if (this.#pending < count - 1) return undefined
    this.#awaited ??= Promise.withResolvers<void>()
    return this.#awaited.promise
  }

  /** Call before each packet. */
  begin(): void {
    if (this.#current.rows >= capacity - margin && !this.room) this.#seal()
  }

  /** Looks at the rows that came since the last time. */
  look(nowMs: number): void {
    const { rows } = this.#current
    if (rows === 0) return
    if (this.#looked === 0) this.#beganMs = nowMs
    if (rows > this.#looked) this.#host.look(this.#current, this.#looked, rows)
    this.#looked = rows
  }

  /** Sends the batch on its way where it began that long ago. */
  flush(nowMs: number, olderThanMs: number): void {
    this.look(nowMs)
    if (this.#current.rows > 0 && nowMs - this.#beganMs >= olderThanMs && !this.room) this.#seal()
  }

  /** Settles when everything has been written. */
  async close(): Promise<void> {
    while (this.room) await this.room
    this.flush(Infinity, 0)
    await this.#writing
  }

  #seal(): void {
    this.look(this.#beganMs)
    const full = this.#current
    this.#current = this.#idle.pop() ?? new FlowColumns(capacity)
    this.#sink = this.#sinkOf(this.#current)
    this.#looked = 0
    this.#write(flowBlock(full), blockColumns(full), dropped(full), () => {
      full.clear()
      this.#idle.push(full)
    })
  }

  /** One packet had more rows than the margin: the decoder goes on in the same arrays, so they are copied. */
  #sinkOf(columns: FlowColumns): FlowSink {
    return {
      columns,
      full: () => {
        this.look(Date.now())
        const touched = columns.touched.slice()
        const { rows, exporterIp, exporterPort } = dropped(columns)
        const pieces = flowBlock(columns).map((piece) => piece.slice())
        const who = { rows, exporterIp: exporterIp.slice(), exporterPort: exporterPort.slice() }
        this.#write(pieces, blockColumns(columns), who, () => {})
        columns.clear()
        columns.touched.set(touched)
        this.#looked = 0
      },
    }
  }

  #write(pieces: Uint8Array[], columns: number[], who: DroppedColumns, done: () => void): void {
    this.#pending++
    this.#writing = this.#writing
      .then(() => this.#host.spool.write(pieces, who.rows, columns))
      .then(
        (kept) => {
          if (!kept) this.#host.dropped(who, undefined)
        },
        (error: unknown) => this.#host.dropped(who, error),
      )
      .finally(() => {
        done()
        this.#pending--
        this.#awaited?.resolve()
        this.#awaited = undefined
      })
  }
}

function dropped(columns: FlowColumns): DroppedColumns {
  const { rows } = columns
  return {
    rows,
    exporterIp: columns.cells('exporter_ip').subarray(0, rows * 4),
    exporterPort: columns.cells('exporter_port').subarray(0, rows),
  }
}
