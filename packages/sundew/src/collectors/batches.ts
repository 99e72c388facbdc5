import { blockColumns, nativeBlock } from '../wire/columns/block.ts'
import type { Columns } from '../wire/columns/columns.ts'
import type { ColumnSpec } from '../wire/columns/layout.ts'

/** Batches: one is filled while others are written. */
const count = 4

/** Where batches are put: `core/batch-spool.ts`. */
export interface BatchSpool {
  /** False where too much waits: it is not kept. Rejects where the disk refuses. */
  write(pieces: readonly Uint8Array[], rows: number, columns: readonly number[]): Promise<boolean>
}

export interface BatchHost<C extends Columns<S>, W, S extends ColumnSpec> {
  readonly spool: BatchSpool
  readonly make: () => C
  /** How many rows fewer than it could a batch has, so that none is begun that would not fit. */
  readonly margin: number
  /** The rows from the last such call on are whole: look at them before they are out of reach. */
  readonly look: (columns: C, from: number, to: number) => void
  /** Who sent the rows: what is told where they cannot be kept. Shares memory with the columns. */
  readonly who: (columns: C) => W
  /** A copy of it that shares none. */
  readonly copied: (who: W) => W
  /** These rows were not kept: too much waits, or the disk refused (`error`). */
  readonly dropped: (who: W, error: unknown) => void
}

/** The batch being filled. */
export interface BatchSink<C> {
  readonly columns: C
  /** Called when no row is left: hands the batch over and empties it, so that `columns.rows` is 0 afterwards. */
  full(): void
}

/** Rows on their way to the spool: some are written into one batch while others are put there, one after the other. */
export class Batches<C extends Columns<S>, W, S extends ColumnSpec> {
  readonly #host: BatchHost<C, W, S>
  readonly #idle: C[] = []
  #current: C
  #looked = 0
  #beganMs = 0
  /** Batches, and copies of them, that are not written yet. */
  #pending = 0
  #writing = Promise.resolve()
  #awaited: { promise: Promise<void>; resolve: () => void } | undefined
  #sink: BatchSink<C>

  constructor(host: BatchHost<C, W, S>) {
    this.#host = host
    this.#current = host.make()
    this.#sink = this.#sinkOf(this.#current)
  }

  get sink(): BatchSink<C> {
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
    const { rows, capacity } = this.#current
    if (rows >= capacity - this.#host.margin) this.seal()
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
    if (this.#current.rows > 0 && nowMs - this.#beganMs >= olderThanMs) this.seal()
  }

  /** Sends what there is on its way; settles when everything has been written, or counted as dropped. */
  async settled(): Promise<void> {
    while (this.room) await this.room
    if (this.#current.rows > 0) this.seal()
    await this.#writing
  }

  /** Sends the batch on its way and goes on with another one; false where there is none. */
  seal(): boolean {
    if (this.room) return false
    this.look(this.#beganMs)
    const full = this.#current
    this.#current = this.#idle.pop() ?? this.#host.make()
    this.#sink = this.#sinkOf(this.#current)
    this.#looked = 0
    this.#write(nativeBlock(full), full.rows, blockColumns(full), this.#host.who(full), () => {
      full.clear()
      this.#idle.push(full)
    })
    return true
  }

  /** One packet had more rows than the margin: its decoder goes on in the same arrays, so they are copied. */
  #sinkOf(columns: C): BatchSink<C> {
    return {
      columns,
      full: () => {
        this.look(Date.now())
        const touched = columns.touched.slice()
        const who = this.#host.copied(this.#host.who(columns))
        const pieces = nativeBlock(columns).map((piece) => piece.slice())
        this.#write(pieces, columns.rows, blockColumns(columns), who, () => {})
        columns.clear()
        columns.touched.set(touched)
        this.#looked = 0
      },
    }
  }

  #write(pieces: Uint8Array[], rows: number, columns: number[], who: W, done: () => void): void {
    this.#pending++
    this.#writing = this.#writing
      .then(() => this.#host.spool.write(pieces, rows, columns))
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
