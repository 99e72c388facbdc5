import type { FlowColumns } from '../flow/columns.ts'
import { clearRow } from '../flow/row.ts'
import type { Exporter, FlowSink, Refusal } from '../flow/sink.ts'
import type { Agent } from './agents.ts'
import { droppedFor } from './drops.ts'
import { type Length, readRecord } from './records.ts'

/** `flow_sample`, `flow_sample_expanded` and `discarded_packet`. */
export type SampleFormat = 'flow' | 'expanded' | 'discarded'

/** Words before the records of a sample. */
const headWords = { flow: 8, expanded: 11, discarded: 8 } as const
/** An interface that is the agent itself, or not known. */
const noInterface = 0x3fff_ffff
/** What an interface's number is: its ifIndex, why the packet was dropped, or to how many interfaces it went. */
const kinds = { ifIndex: 0, dropped: 1 } as const
const export105 = 105

/** Reads samples into rows. Told once a datagram for whom. */
export class SampleReader {
  /** Why something of the last sample was not read. */
  refusal: Refusal | undefined
  #exporter: Exporter | undefined
  #agent: Agent | undefined
  #timeLow = 0
  #timeHigh = 0
  readonly #length: Length = { rank: 0, bytes: 0, ip: false }

  begin(exporter: Exporter, receivedMs: number, agent: Agent): void {
    const ms = Math.max(0, Math.floor(receivedMs))
    this.#exporter = exporter
    this.#agent = agent
    this.#timeLow = ms % 0x1_0000_0000
    this.#timeHigh = Math.floor(ms / 0x1_0000_0000)
  }

  /** @returns rows written: 1, or 0 where the sample tells of no IP packet */
  read(view: DataView, offset: number, end: number, format: SampleFormat, sink: FlowSink): number {
    this.refusal = undefined
    const words = headWords[format]
    if (offset + words * 4 > end) {
      this.refusal = 'length'
      return 0
    }
    const { columns } = sink
    if (columns.rows === columns.capacity) sink.full()
    const row = columns.rows
    const length = this.#length
    length.rank = length.bytes = 0
    length.ip = false
    const count = view.getUint32(offset + words * 4 - 4)
    let at = offset + words * 4
    for (let record = 0; record < count; record++) {
      if (at + 8 > end) {
        this.refusal = 'length'
        break
      }
      const bytes = view.getUint32(at + 4)
      const stop = at + 8 + bytes
      // What a record was cut short of, it cannot tell: it is not read.
      if (stop > end || !readRecord(view, view.getUint32(at), at + 8, stop, columns, row, length)) {
        this.refusal = stop > end ? 'length' : 'record'
        if (stop > end) break
      }
      at = stop
    }
    if (!length.ip) {
      clearRow(columns, row)
      return 0
    }
    this.#head(view, offset, format, columns, row)
    this.#common(columns, row)
    columns.rows++
    return 1
  }

  /** The words before the records: sampling, and by which interfaces the packet came and went. */
  #head(view: DataView, at: number, format: SampleFormat, columns: FlowColumns, row: number): void {
    const word = (index: number) => view.getUint32(at + index * 4)
    let [rate, input, output] = [1, 0, 0]
    let reason: number | undefined
    if (format === 'flow') {
      rate = word(2)
      input = word(5) >>> 30 === kinds.ifIndex ? word(5) : 0
      const kind = word(6) >>> 30
      if (kind === kinds.dropped) reason = word(6) & 0x3fff_ffff
      output = kind === kinds.ifIndex ? word(6) : 0
    } else if (format === 'expanded') {
      rate = word(3)
      input = word(6) === kinds.ifIndex ? word(7) : 0
      if (word(8) === kinds.dropped) reason = word(9)
      output = word(8) === kinds.ifIndex ? word(9) : 0
    } else {
      input = word(4)
      output = word(5)
      reason = word(6)
    }
    columns.cells('sampling')[row] = rate
    if (format !== 'discarded') this.#agent!.sampling = rate
    columns.cells('input_interface')[row] = input === noInterface ? 0 : input
    columns.cells('output_interface')[row] = output === noInterface ? 0 : output
    columns.touch('sampling', 'input_interface', 'output_interface')
    if (reason === undefined) return
    columns.cells('forwarding_status')[row] = droppedFor(reason)
    columns.touch('forwarding_status')
  }

  #common(columns: FlowColumns, row: number): void {
    const { words, port } = this.#exporter!
    for (const name of ['time', 'flow_start'] as const) {
      const cells = columns.cells(name)
      cells[row * 2] = this.#timeLow
      cells[row * 2 + 1] = this.#timeHigh
    }
    columns.cells('raw_packets')[row * 2] = 1
    columns.cells('raw_bytes')[row * 2] = this.#length.bytes
    const exporter = columns.cells('exporter_ip')
    for (let word = 0; word < 4; word++) exporter[row * 4 + word] = words[word]!
    columns.cells('exporter_port')[row] = port
    columns.cells('domain')[row] = this.#agent!.subAgent
    columns.cells('export_version')[row] = export105
    columns.touch('time', 'flow_start', 'raw_packets', 'raw_bytes')
    columns.touch('exporter_ip', 'exporter_port', 'domain', 'export_version')
  }
}
