import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import { columnIndex, flowColumns, type FlowColumnName } from '../../../src/wire/flow/layout.ts'
import { type Decoded, type Exporter, refusals, type Refusal } from '../../../src/wire/flow/sink.ts'
import { NetflowDecoder, type NetflowOptions } from '../../../src/wire/netflow/decoder.ts'

export const nowMs = 1_700_000_000_000

export function exporterAt(lastByte: number, port = 2055): Exporter {
  const words = new Uint32Array([0, 0, 0xffff_0000, 0])
  new Uint8Array(words.buffer).set([192, 0, 2, lastByte], 12)
  return { words, port, name: `192.0.2.${lastByte}:${port}` }
}

export type Row = Partial<Record<FlowColumnName, string | number>>

/** A decoder, a batch, and what came of them. */
export class Rig {
  readonly columns: FlowColumns
  readonly decoder: NetflowDecoder
  readonly options: Record<string, unknown>[] = []
  /** Rows of batches that were full. */
  readonly handed: Row[] = []

  constructor(options: Partial<NetflowOptions> = {}, capacity = 4096) {
    this.columns = new FlowColumns(capacity)
    this.decoder = new NetflowDecoder({
      keepUnknown: true,
      sampling: () => undefined,
      option: (_exporter, _domain, values) => this.options.push({ ...values }),
      ...options,
    })
  }

  decode(bytes: Uint8Array, exporter = exporterAt(1), receivedMs = nowMs): Decoded {
    // Bytes around a packet: what reads past it is found out.
    const room = new Uint8Array(bytes.length + 16).fill(0xa5)
    room.set(bytes, 8)
    const view = new DataView(room.buffer)
    const { columns } = this
    const full = (): void => {
      this.handed.push(...rowsOf(columns))
      columns.clear()
    }
    return { ...this.decoder.decode(view, 8, bytes.length, exporter, receivedMs, { columns, full }) }
  }

  rows(): Row[] {
    return [...this.handed, ...rowsOf(this.columns)]
  }

  refused(): Partial<Record<Refusal, number>> {
    const all: Partial<Record<Refusal, number>> = {}
    for (const { refused } of this.decoder.exporters())
      for (const [reason, count] of Object.entries(refused) as [Refusal, number][])
        all[reason] = (all[reason] ?? 0) + count
    return all
  }
}

export function reasons(decoded: Decoded): Refusal[] {
  return refusals.filter((_, index) => (decoded.refused & (1 << index)) !== 0)
}

/** Rows as objects; columns that no row touched are left out. */
export function rowsOf(columns: FlowColumns): Row[] {
  return Array.from({ length: columns.rows }, (_, row) => {
    const of: Row = {}
    for (const { name, cell } of flowColumns) {
      const index = columnIndex[name]
      if (columns.touched[index] === 0) continue
      const cells = columns.cellsAt(index)
      if (cell === 'text') {
        const text = cells[row] as string | undefined
        if (text !== undefined) of[name] = text
      } else if (cell === 'address') of[name] = address(cells as Uint32Array, row)
      else if (cell === 'u64' || cell === 'ms')
        of[name] = (cells[row * 2 + 1] as number) * 4_294_967_296 + (cells[row * 2] as number)
      else of[name] = cells[row] as number
    }
    return of
  })
}

function address(words: Uint32Array, row: number): string {
  const bytes = new Uint8Array(words.buffer, row * 16, 16)
  const four = bytes.subarray(12).join('.')
  if (bytes.subarray(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 255))) return four
  const groups = Array.from({ length: 8 }, (_, at) => (bytes[at * 2]! << 8) | bytes[at * 2 + 1]!)
  const text = groups.map((group) => group.toString(16)).join(':')
  // The longest run of zeros, as the samples' expectations write addresses.
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?::|$)/g)].map(([found]) => found)
  const longest = runs.toSorted((a, b) => b.length - a.length)[0]
  return longest === undefined ? text : text.replace(longest, '::')
}
