import { closeSync, openSync, writeSync } from 'node:fs'
import type { FlowColumns } from '../../packages/sundew/src/wire/flow/columns.ts'
import { columnIndex, type FlowColumnName } from '../../packages/sundew/src/wire/flow/layout.ts'

/** What a file of packets holds. */
export interface PacketFileFacts {
  readonly path: string
  readonly packets: number
  readonly flows: number
  readonly bytes: number
  readonly streams: number
}

export type ExportVersion = 5 | 9 | 10

/** Exporters in a file, each a stream of one version: two of each make the mix. */
export const mixedStreams: readonly ExportVersion[] = [5, 9, 10, 5, 9, 10]

/** Packets of one stream that follow each other: as many as the sender hands to the kernel at once. */
const run = 32
/** Uptime of all exporters when they send: ten days. */
const uptimeMs = 864_000_000
const recordHeader = 8
const maxPacket = 1_500
const mappedWords = 0xffff_0000

type Kind = 'number' | 'address4' | 'address6' | 'first' | 'last' | 'firstMs' | 'lastMs'

interface Field {
  readonly id: number
  readonly length: number
  readonly kind: Kind
  readonly column: FlowColumnName
}

function field(id: number, length: number, column: FlowColumnName, kind: Kind = 'number'): Field {
  return { id, length, kind, column }
}

/** What all three carry of a flow, and so what is the same whichever router told it. */
const common: readonly Field[] = [
  field(1, 4, 'raw_bytes'),
  field(2, 4, 'raw_packets'),
  field(7, 2, 'source_port'),
  field(11, 2, 'destination_port'),
  field(4, 1, 'protocol'),
  field(6, 1, 'tcp_flags'),
  field(5, 1, 'tos'),
  field(10, 2, 'input_interface'),
  field(14, 2, 'output_interface'),
  field(16, 4, 'source_as'),
  field(17, 4, 'destination_as'),
]
const four: readonly Field[] = [
  field(8, 4, 'source_ip', 'address4'),
  field(12, 4, 'destination_ip', 'address4'),
  field(15, 4, 'next_hop', 'address4'),
  field(9, 1, 'source_mask'),
  field(13, 1, 'destination_mask'),
]
const six: readonly Field[] = [
  field(27, 16, 'source_ip', 'address6'),
  field(28, 16, 'destination_ip', 'address6'),
  field(62, 16, 'next_hop', 'address6'),
  field(29, 1, 'source_mask'),
  field(30, 1, 'destination_mask'),
]
const uptimes = [field(22, 4, 'flow_start', 'first'), field(21, 4, 'flow_start', 'last')]
const epochs = [field(152, 8, 'flow_start', 'firstMs'), field(153, 8, 'flow_start', 'lastMs')]

interface Plan {
  readonly four: { readonly id: number; readonly fields: readonly Field[]; readonly rows: number }
  readonly six: { readonly id: number; readonly fields: readonly Field[]; readonly rows: number }
}

/** Rows that fill an Ethernet frame: 24 in v9, 21 in IPFIX, 30 in v5. */
const plans: Readonly<Record<9 | 10, Plan>> = {
  9: {
    four: { id: 256, fields: [...four, ...uptimes, ...common], rows: 18 },
    six: { id: 257, fields: [...six, ...uptimes, ...common], rows: 6 },
  },
  10: {
    four: { id: 256, fields: [...four, ...epochs, ...common], rows: 16 },
    six: { id: 257, fields: [...six, ...epochs, ...common], rows: 5 },
  },
}
const legacyRows = 30

/**
 * Rows as the packets of a few exporters, in a file for `flow-sender.c`: u32 bytes, u16 flows, u8 version, u8 stream and
 * the packet, on end. v5 takes IPv4 rows only; what else there is goes to the others. Each run of packets of a stream
 * begins with its templates, as a router sends them again and again.
 */
export class PacketFile {
  readonly #path: string
  readonly #streams: readonly ExportVersion[]
  readonly #file: number
  readonly #buffer = Buffer.alloc(4 << 20)
  readonly #view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length)
  #at = 0
  #columns: FlowColumns | undefined
  /** Rows of the columns at hand that no packet has yet. */
  #four: number[] = []
  #six: number[] = []
  #stream = 0
  #inRun = 0
  #packets = 0
  #flows = 0
  #bytes = 0
  #sequence: number[]

  constructor(path: string, streams: readonly ExportVersion[] = mixedStreams) {
    this.#path = path
    this.#streams = streams
    this.#sequence = streams.map(() => 0)
    this.#file = openSync(path, 'w')
  }

  /** Packets of all rows of the columns; they may be cleared afterwards. */
  add(columns: FlowColumns): void {
    this.#columns = columns
    const source = columns.cells('source_ip')
    for (let row = 0; row < columns.rows; row++) {
      const at = row * 4
      const mapped = source[at] === 0 && source[at + 1] === 0 && source[at + 2] === mappedWords
      ;(mapped ? this.#four : this.#six).push(row)
    }
    // Backwards, because rows are taken from the end.
    this.#four.reverse()
    this.#six.reverse()
    while (this.#four.length + this.#six.length > 0) this.#packet()
  }

  close(): PacketFileFacts {
    this.#flush()
    closeSync(this.#file)
    return {
      path: this.#path,
      packets: this.#packets,
      flows: this.#flows,
      bytes: this.#bytes,
      streams: this.#streams.length,
    }
  }

  #packet(): void {
    if (this.#inRun === run) {
      this.#inRun = 0
      this.#stream = (this.#stream + 1) % this.#streams.length
    }
    const version = this.#streams[this.#stream]!
    if (version === 5 && this.#four.length === 0) {
      this.#inRun = run
      if (this.#streams.every((each) => each === 5)) throw new RangeError('v5 has no IPv6')
      return
    }
    if (this.#at + recordHeader + maxPacket + 200 > this.#buffer.length) this.#flush()
    const start = this.#at
    this.#at += recordHeader
    const flows = version === 5 ? this.#legacy() : this.#templated(version)
    const length = this.#at - start - recordHeader
    this.#view.setUint32(start, length, true)
    this.#view.setUint16(start + 4, flows, true)
    this.#view.setUint8(start + 6, version)
    this.#view.setUint8(start + 7, this.#stream)
    this.#packets++
    this.#flows += flows
    this.#bytes += length
    this.#sequence[this.#stream]! += version === 9 ? 1 : flows
    this.#inRun++
  }

  #legacy(): number {
    const rows = this.#four.splice(-Math.min(legacyRows, this.#four.length)).reverse()
    const header = this.#at
    this.#at += 24
    const sentMs = this.#latest(rows)
    const view = this.#view
    view.setUint16(header, 5)
    view.setUint16(header + 2, rows.length)
    view.setUint32(header + 4, uptimeMs)
    view.setUint32(header + 8, Math.floor(sentMs / 1000))
    view.setUint32(header + 12, (sentMs % 1000) * 1_000_000)
    view.setUint32(header + 16, this.#sequence[this.#stream]!)
    view.setUint8(header + 20, 0)
    view.setUint8(header + 21, this.#stream)
    view.setUint16(header + 22, 0)
    const columns = this.#columns!
    const cell = (name: FlowColumnName, row: number) => columns.cellsAt(columnIndex[name])[row] as number
    for (const row of rows) {
      const at = this.#at
      this.#address(at, 'source_ip', row, false)
      this.#address(at + 4, 'destination_ip', row, false)
      this.#address(at + 8, 'next_hop', row, false)
      view.setUint16(at + 12, cell('input_interface', row))
      view.setUint16(at + 14, cell('output_interface', row))
      view.setUint32(at + 16, cell('raw_packets', row * 2))
      view.setUint32(at + 20, cell('raw_bytes', row * 2))
      const first = uptimeMs - (sentMs - this.#ms('flow_start', row))
      view.setUint32(at + 24, first)
      view.setUint32(at + 28, first + cell('duration_ms', row))
      view.setUint16(at + 32, cell('source_port', row))
      view.setUint16(at + 34, cell('destination_port', row))
      view.setUint8(at + 36, 0)
      view.setUint8(at + 37, cell('tcp_flags', row))
      view.setUint8(at + 38, cell('protocol', row))
      view.setUint8(at + 39, cell('tos', row))
      view.setUint16(at + 40, cell('source_as', row))
      view.setUint16(at + 42, cell('destination_as', row))
      view.setUint8(at + 44, cell('source_mask', row))
      view.setUint8(at + 45, cell('destination_mask', row))
      view.setUint16(at + 46, 0)
      this.#at += 48
    }
    return rows.length
  }

  #templated(version: 9 | 10): number {
    const plan = plans[version]
    const fourRows = this.#four.splice(-Math.min(plan.four.rows, this.#four.length)).reverse()
    // What one family lacks, the other fills.
    const sixRows = this.#six.splice(-Math.min(plan.six.rows, this.#six.length)).reverse()
    const header = this.#at
    const sentMs = Math.max(this.#latest(fourRows), this.#latest(sixRows))
    const seconds = Math.floor(sentMs / 1000)
    const view = this.#view
    const withTemplates = this.#inRun === 0
    view.setUint16(header, version)
    if (version === 9) {
      view.setUint16(header + 2, fourRows.length + sixRows.length + (withTemplates ? 2 : 0))
      view.setUint32(header + 4, uptimeMs + (sentMs % 1000))
      view.setUint32(header + 8, seconds)
      view.setUint32(header + 12, this.#sequence[this.#stream]!)
      view.setUint32(header + 16, this.#stream)
      this.#at += 20
    } else {
      view.setUint32(header + 4, seconds)
      view.setUint32(header + 8, this.#sequence[this.#stream]!)
      view.setUint32(header + 12, this.#stream)
      this.#at += 16
    }
    if (withTemplates) this.#templates(version, plan)
    this.#set(plan.four, fourRows, seconds * 1000)
    this.#set(plan.six, sixRows, seconds * 1000)
    if (version === 10) view.setUint16(header + 2, this.#at - header)
    return fourRows.length + sixRows.length
  }

  #templates(version: 9 | 10, plan: Plan): void {
    const view = this.#view
    const start = this.#at
    view.setUint16(start, version === 9 ? 0 : 2)
    this.#at += 4
    for (const { id, fields } of [plan.four, plan.six]) {
      view.setUint16(this.#at, id)
      view.setUint16(this.#at + 2, fields.length)
      this.#at += 4
      for (const each of fields) {
        view.setUint16(this.#at, each.id)
        view.setUint16(this.#at + 2, each.length)
        this.#at += 4
      }
    }
    view.setUint16(start + 2, this.#at - start)
  }

  /** One data set; its times are relative to an exporter that came up {@link uptimeMs} before `zeroMs`. */
  #set({ id, fields }: Plan['four'], rows: readonly number[], zeroMs: number): void {
    if (rows.length === 0) return
    const view = this.#view
    const start = this.#at
    view.setUint16(start, id)
    let at = start + 4
    const columns = this.#columns!
    for (const row of rows) {
      for (const { length, kind, column } of fields) {
        switch (kind) {
          case 'number': {
            const cells = columns.cellsAt(columnIndex[column]) as Uint32Array
            const value = cells[column === 'raw_bytes' || column === 'raw_packets' ? row * 2 : row]!
            if (length === 1) view.setUint8(at, value)
            else if (length === 2) view.setUint16(at, value)
            else view.setUint32(at, value)
            break
          }
          case 'address4':
            this.#address(at, column, row, false)
            break
          case 'address6':
            this.#address(at, column, row, true)
            break
          case 'first':
          case 'last':
          case 'firstMs':
          case 'lastMs': {
            let ms = this.#ms('flow_start', row)
            if (kind === 'last' || kind === 'lastMs') ms += columns.cells('duration_ms')[row]!
            if (length === 4) view.setUint32(at, uptimeMs + ms - zeroMs)
            else view.setBigUint64(at, BigInt(ms))
            break
          }
        }
        at += length
      }
    }
    while ((at - start) % 4 !== 0) view.setUint8(at++, 0)
    view.setUint16(start + 2, at - start)
    this.#at = at
  }

  #address(at: number, column: FlowColumnName, row: number, wide: boolean): void {
    const words = this.#columns!.cellsAt(columnIndex[column]) as Uint32Array
    if (wide) for (let i = 0; i < 4; i++) this.#view.setUint32(at + i * 4, words[row * 4 + i]!, true)
    else this.#view.setUint32(at, words[row * 4 + 3]!, true)
  }

  #ms(column: FlowColumnName, row: number): number {
    const words = this.#columns!.cellsAt(columnIndex[column]) as Uint32Array
    return words[row * 2]! + words[row * 2 + 1]! * 2 ** 32
  }

  #latest(rows: readonly number[]): number {
    return rows.reduce((latest, row) => Math.max(latest, this.#ms('time', row)), 0)
  }

  #flush(): void {
    writeSync(this.#file, this.#buffer, 0, this.#at)
    this.#at = 0
  }
}
