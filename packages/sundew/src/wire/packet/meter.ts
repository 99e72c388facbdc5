import { FlowColumns } from '../flow/columns.ts'
import { clearRow, copyRow } from '../flow/row.ts'
import type { FlowSink } from '../flow/sink.ts'
import { type PacketFacts, readFrame } from './headers.ts'
import type { Link } from './link.ts'
import { Recency } from './recency.ts'

/** IANA flowEndReason. */
const reasons = { idle: 1, active: 2, end: 3, forced: 4, resources: 5 } as const
const flags = { fin: 1, syn: 2, rst: 4 } as const
const tcp = 6
const export200 = 200

export interface MeterOptions {
  /** A flow without a packet for so long is over, milliseconds. */
  readonly idleMs: number
  /** A flow that lasts longer is told in pieces, milliseconds. */
  readonly activeMs: number
  /** A TCP flow with FIN or RST is over after so long without a packet, milliseconds. */
  readonly closedMs: number
  /** Flows at once; past it the one that was silent the longest is told early. */
  readonly flows: number
}

const defaults: MeterOptions = { idleMs: 60_000, activeMs: 300_000, closedMs: 1_000, flows: 65_536 }

/** A packet as it was captured. */
export interface MeteredPacket {
  readonly view: DataView
  readonly offset: number
  readonly length: number
  readonly originalLength: number
  readonly timeMs: number
}

/**
 * Makes flows of packets: packets of one way that share addresses, protocol, ports and VLAN. Time is the packets' own, and
 * may go back a little. A packet's later fragments have no ports, so they are a flow of their own, as routers see them too.
 */
export class FlowMeter {
  /** Flows told so far. */
  flows = 0
  readonly #options: MeterOptions
  readonly #sink: FlowSink
  readonly #packet = new FlowColumns(1)
  /** One row a flow that is not over. */
  readonly #table: FlowColumns
  readonly #rows = new Map<string, number>()
  readonly #keys: string[]
  readonly #startMs: Float64Array
  readonly #lastMs: Float64Array
  readonly #free: number[]
  /** The flows by their last packet: those that go on, and those that were closed. */
  readonly #open: Recency
  readonly #closed: Recency
  readonly #isClosed: Uint8Array
  #nowMs = 0

  constructor(sink: FlowSink, options: Partial<MeterOptions> = {}) {
    this.#options = { ...defaults, ...options }
    const { flows } = this.#options
    this.#sink = sink
    this.#table = new FlowColumns(flows)
    this.#keys = Array.from<string>({ length: flows })
    this.#startMs = new Float64Array(flows)
    this.#lastMs = new Float64Array(flows)
    this.#isClosed = new Uint8Array(flows)
    this.#free = Array.from({ length: flows }, (_, row) => flows - 1 - row)
    this.#open = new Recency(flows)
    this.#closed = new Recency(flows)
  }

  /** The headers of the packet that was read last, as its only row. */
  get headers(): FlowColumns {
    return this.#packet
  }

  /** Counts a packet. @returns whether it is an IP packet: others are no flow's */
  add(packet: MeteredPacket, link: Link): boolean {
    return this.count(packet, this.read(packet, link))
  }

  /** Reads a packet's headers, and counts nothing. */
  read({ view, offset, length }: MeteredPacket, link: Link): Readonly<PacketFacts> {
    const packet = this.#packet
    packet.rows = 1
    packet.clear()
    return readFrame(view, offset, length, link, packet, 0)
  }

  /** Counts the packet that was read last. @returns as {@link add} */
  count({ offset, originalLength, timeMs }: MeteredPacket, facts: Readonly<PacketFacts>): boolean {
    if (facts.version === 0) return false
    this.#nowMs = Math.max(this.#nowMs, timeMs)
    this.#expire()
    const bytes = facts.ipBytes || Math.max(0, originalLength - (facts.network - offset))
    this.#count(this.#rowFor(keyOf(this.#packet), timeMs), bytes, timeMs)
    return true
  }

  /** Tells every flow that is not over yet. */
  end(): void {
    for (const row of this.#rows.values())
      this.#tell(row, this.#isClosed[row] === 1 ? reasons.end : reasons.forced)
  }

  /** The row of the packet's flow, which begins with it where there is none, or none that it can belong to. */
  #rowFor(key: string, timeMs: number): number {
    let row = this.#rows.get(key)
    if (row !== undefined) {
      const anew = this.#isClosed[row] === 1 && (this.#packet.cells('tcp_flags')[0]! & flags.syn) !== 0
      if (anew) this.#tell(row, reasons.end)
      else if (timeMs - this.#startMs[row]! >= this.#options.activeMs) this.#tell(row, reasons.active)
      else return row
    }
    if (this.#free.length === 0) this.#tell(this.#oldest(), reasons.resources)
    row = this.#free.pop()!
    copyRow(this.#packet, 0, this.#table, row)
    this.#rows.set(key, row)
    this.#keys[row] = key
    this.#startMs[row] = this.#lastMs[row] = timeMs
    return row
  }

  #count(row: number, bytes: number, timeMs: number): void {
    const table = this.#table
    add(table.cells('raw_bytes'), row, bytes)
    add(table.cells('raw_packets'), row, 1)
    const ttl = this.#packet.cells('ttl')[0]!
    if (ttl < table.cells('ttl')[row]!) table.cells('ttl')[row] = ttl
    const seen = (table.cells('tcp_flags')[row]! |= this.#packet.cells('tcp_flags')[0]!)
    if (seen !== 0) table.touch('tcp_flags')
    this.#startMs[row] = Math.min(this.#startMs[row]!, timeMs)
    this.#lastMs[row] = Math.max(this.#lastMs[row]!, timeMs)
    const closed = this.#packet.cells('protocol')[0] === tcp && (seen & (flags.fin | flags.rst)) !== 0
    if (closed && this.#isClosed[row] === 0) {
      this.#open.remove(row)
      this.#isClosed[row] = 1
    }
    if (closed) this.#closed.touch(row)
    else this.#open.touch(row)
  }

  #expire(): void {
    const { idleMs, closedMs } = this.#options
    for (const [recency, afterMs, reason] of [
      [this.#open, idleMs, reasons.idle],
      [this.#closed, closedMs, reasons.end],
    ] as const)
      for (let row = recency.oldest; row >= 0; row = recency.oldest) {
        if (this.#nowMs - this.#lastMs[row]! < afterMs) break
        this.#tell(row, reason)
      }
  }

  #oldest(): number {
    return this.#closed.oldest >= 0 ? this.#closed.oldest : this.#open.oldest
  }

  #tell(row: number, reason: number): void {
    const table = this.#table
    const start = Math.floor(this.#startMs[row]!)
    const last = Math.floor(this.#lastMs[row]!)
    add(table.cells('time'), row, last)
    add(table.cells('flow_start'), row, start)
    table.cells('duration_ms')[row] = Math.min(0xffff_ffff, last - start)
    table.cells('end_reason')[row] = reason
    table.cells('export_version')[row] = export200
    table.touch(
      'time',
      'flow_start',
      'duration_ms',
      'raw_bytes',
      'raw_packets',
      'end_reason',
      'export_version',
    )
    const { columns } = this.#sink
    if (columns.rows === columns.capacity) this.#sink.full()
    copyRow(table, row, columns, columns.rows)
    columns.rows++
    this.flows++
    clearRow(table, row)
    ;(this.#isClosed[row] === 1 ? this.#closed : this.#open).remove(row)
    this.#isClosed[row] = 0
    this.#rows.delete(this.#keys[row]!)
    this.#free.push(row)
  }
}

/** Adds to a 64-bit cell. */
function add(cells: Uint32Array, row: number, value: number): void {
  const low = cells[row * 2]! + (value % 0x1_0000_0000)
  cells[row * 2] = low
  cells[row * 2 + 1] = cells[row * 2 + 1]! + Math.floor(value / 0x1_0000_0000) + (low > 0xffff_ffff ? 1 : 0)
}

const keyUnits = new Uint16Array(20)

/** What makes packets one flow, as a string. */
function keyOf(packet: FlowColumns): string {
  keyUnits.set(halves(packet.cells('source_ip')), 0)
  keyUnits.set(halves(packet.cells('destination_ip')), 8)
  keyUnits[16] = packet.cells('source_port')[0]!
  keyUnits[17] = packet.cells('destination_port')[0]!
  keyUnits[18] = packet.cells('protocol')[0]!
  keyUnits[19] = packet.cells('vlan')[0]!
  return String.fromCharCode(...keyUnits)
}

function halves(words: Uint32Array): Uint16Array {
  return new Uint16Array(words.buffer, words.byteOffset, 8)
}
