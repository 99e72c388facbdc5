import { refusals, type Decoded, type Exporter } from '../../wire/flow/sink.ts'
import type { FlowColumns } from '../../wire/flow/columns.ts'
import type { BatchSpool } from '../batches.ts'
import { type DroppedColumns, flowBatches } from './batches.ts'
import { type FlowDecoder, isSflow } from './decoder.ts'
import { datagramHeaderBytes, nextDatagram, type DatagramBlock } from './receiver.ts'
import type { Senders } from './senders.ts'

/** How long rows may wait for others before they go to the spool. */
const batchMs = 1_000

export interface PipelineParts {
  readonly senders: Senders
  readonly netflow: FlowDecoder
  readonly sflow: FlowDecoder
  readonly spool: BatchSpool
  /** Fills in country and autonomous system. */
  readonly geo?: { fill(columns: FlowColumns, from: number, to: number): void } | undefined
  readonly matcher?: { match(columns: FlowColumns, from: number, to: number): void } | undefined
  /** Flows that were decoded and could not be kept. */
  readonly dropped?: (columns: DroppedColumns, error: unknown) => void
}

/** What went through since the start. */
export interface PipelineCounts {
  packets: number
  flows: number
  /** Missing by sequence numbers. */
  lost: number
  /** Decoded and not kept. */
  dropped: number
  /** Packets in which something was not decoded. */
  refused: number
  /** Packets of senders that are not listened to. */
  strangers: number
  /** Of the refused, by reason. */
  readonly reasons: Record<(typeof refusals)[number], number>
}

/** The way of export packets: decoded into columns, country and matches looked up after each block, then the spool. */
export class FlowPipeline {
  readonly counts: PipelineCounts = {
    packets: 0,
    flows: 0,
    lost: 0,
    dropped: 0,
    refused: 0,
    strangers: 0,
    reasons: Object.fromEntries(refusals.map((reason) => [reason, 0])) as PipelineCounts['reasons'],
  }
  readonly #parts: PipelineParts
  readonly #batches: ReturnType<typeof flowBatches>

  constructor(parts: PipelineParts) {
    this.#parts = parts
    this.#batches = flowBatches({
      spool: parts.spool,
      look: (columns, from, to) => {
        parts.geo?.fill(columns, from, to)
        parts.matcher?.match(columns, from, to)
      },
      dropped: (columns, error) => {
        this.counts.dropped += columns.rows
        parts.dropped?.(columns, error)
      },
    })
  }

  /** Undefined where more can be taken at once; else settles when it can. */
  get room(): Promise<void> | undefined {
    return this.#batches.room
  }

  /** Takes a receiver's block; the promise says that it has to wait for the spool before the block is done with. */
  readonly take = (block: DatagramBlock): void | Promise<void> => {
    const { room } = this.#batches
    if (room) return room.then(() => this.take(block))
    this.#takeNow(block)
  }

  /** Takes one message of a stream. */
  message(view: DataView, offset: number, length: number, exporter: Exporter): void {
    const nowMs = Date.now()
    this.#packet(view, offset, length, exporter, nowMs)
    this.#batches.look(nowMs)
  }

  /** Call a few times a second. */
  tick(nowMs: number): void {
    this.#batches.flush(nowMs, batchMs)
  }

  /** Settles when everything that was taken is in the spool, or counted as dropped. */
  close(): Promise<void> {
    return this.#batches.settled()
  }

  #takeNow({ view, from, to }: DatagramBlock): void {
    let at = from
    while (at < to) {
      const length = view.getUint32(at, true)
      const sender = this.#parts.senders.find(view, at + 8, view.getUint16(at + 4, true))
      if (sender.allowed) {
        this.#packet(view, at + datagramHeaderBytes, length, sender, view.getFloat64(at + 24, true))
      } else this.counts.strangers++
      at = nextDatagram(at, length)
    }
    this.#batches.look(Date.now())
  }

  #packet(view: DataView, offset: number, length: number, exporter: Exporter, receivedMs: number): void {
    this.#batches.begin()
    const { netflow, sflow } = this.#parts
    const decoder = isSflow(view, offset, length) ? sflow : netflow
    const { counts } = this
    const decoded: Decoded = decoder.decode(view, offset, length, exporter, receivedMs, this.#batches.sink)
    counts.packets++
    counts.flows += decoded.flows
    counts.lost += decoded.lost
    if (decoded.refused === 0) return
    counts.refused++
    for (const [bit, reason] of refusals.entries()) {
      if ((decoded.refused & (1 << bit)) !== 0) counts.reasons[reason]++
    }
  }
}
