import type { FlowColumns } from '../flow/columns.ts'
import { columnIndex, flowColumns } from '../flow/layout.ts'

/** The cells of a batch by column; which type each has says flowColumns. */
export type Cells = readonly (Uint8Array | Uint16Array | Uint32Array)[]

/** What the rows of one packet have in common; the decoder's own object, filled anew for each packet. */
export class Run {
  receivedMs = 0
  /** The packet's own time. */
  exportMs = 0
  /** The exporter's uptime at `exportMs`, where it is known. */
  uptimeMs = 0
  uptimeKnown = false
  /** The exporter's address, as address columns have it. */
  word0 = 0
  word1 = 0
  word2 = 0
  word3 = 0
  port = 0
  domain = 0
  version = 0
  /** One packet in so many; 0 where nothing tells. */
  rate = 0
  /** `rate` is configured: what records tell is not believed. */
  override = false
  samplers: ReadonlyMap<number, number> | undefined = undefined
  interfaces: ReadonlyMap<number, number> | undefined = undefined
}

/** The same array for the same batch, as long as no other is asked for between. */
export class CellCache {
  #columns: FlowColumns | undefined
  #cells: Cells = []

  of(columns: FlowColumns): Cells {
    if (columns !== this.#columns) {
      // Text columns are no typed arrays: details write them by name, ops never.
      this.#cells = flowColumns.map((_, index) => columns.cellsAt(index) as Uint32Array)
      this.#columns = columns
    }
    return this.#cells
  }
}

/** Where the columns are that every row has. */
export const common = {
  time: columnIndex.time,
  start: columnIndex.flow_start,
  duration: columnIndex.duration_ms,
  source: columnIndex.source_ip,
  destination: columnIndex.destination_ip,
  destinationPort: columnIndex.destination_port,
  sampling: columnIndex.sampling,
  exporter: columnIndex.exporter_ip,
  port: columnIndex.exporter_port,
  domain: columnIndex.domain,
  version: columnIndex.export_version,
} as const

/** Milliseconds since 1970 of the year 2299, past which the store's dates do not go. */
export const maxMs = 10_413_792_000_000
/** Seconds from 1900, where NTP's time begins, to 1970. */
export const ntpEpoch = 2_208_988_800
