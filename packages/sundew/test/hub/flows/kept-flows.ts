import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { columnWords, parseAddress } from '../../../src/match/parse-address.ts'
import type { Words } from '../../../src/match/words.ts'
import { blockColumns, nativeBlock } from '../../../src/wire/columns/block.ts'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import { flowColumns } from '../../../src/wire/flow/layout.ts'

/** A flow as a test writes it down. What is left out is 0. */
export interface Flow {
  readonly time: number
  readonly start?: number
  readonly duration?: number
  readonly source: string
  readonly destination: string
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly protocol?: number
  readonly flags?: number
  readonly bytes?: number
  readonly packets?: number
  readonly sampling?: number
  readonly exporter?: string
  readonly input?: number
  readonly output?: number
  readonly sourceAs?: number
  readonly destinationAs?: number
  readonly sourceCountry?: string
  readonly destinationCountry?: string
  readonly nextHop?: string
  readonly application?: string
}

const tables = ['flows', 'flows_1m', 'flows_5m', 'flows_1h', 'addresses_1h']

/** The tables keep what they get, whatever today is: tests have times of their own. */
export async function keepForever(store: ClickHouseClient): Promise<void> {
  for (const table of tables) await store.command({ query: `ALTER TABLE ${table} REMOVE TTL` })
}

/** Puts flows into the table as the collectors' batches are put there. */
export async function keepFlows(store: ClickHouseClient, flows: readonly Flow[]): Promise<void> {
  const columns = new FlowColumns(Math.max(1, flows.length))
  columns.wide = true
  columns.touch('time', 'flow_start', 'duration_ms', 'source_ip', 'destination_ip', 'source_port')
  columns.touch('destination_port', 'protocol', 'tcp_flags', 'raw_bytes', 'raw_packets', 'sampling')
  columns.touch('exporter_ip', 'input_interface', 'output_interface', 'source_as', 'destination_as')
  columns.touch('source_country', 'destination_country', 'next_hop', 'application')
  for (const [row, flow] of flows.entries()) {
    setNumber(columns.cells('time'), row, flow.time)
    setNumber(columns.cells('flow_start'), row, flow.start ?? flow.time)
    columns.cells('duration_ms')[row] = flow.duration ?? 0
    columns.cells('source_ip').set(columnWords(address(flow.source)), row * 4)
    columns.cells('destination_ip').set(columnWords(address(flow.destination)), row * 4)
    columns.cells('source_port')[row] = flow.sourcePort ?? 0
    columns.cells('destination_port')[row] = flow.destinationPort ?? 0
    columns.cells('protocol')[row] = flow.protocol ?? 6
    columns.cells('tcp_flags')[row] = flow.flags ?? 0
    setNumber(columns.cells('raw_bytes'), row, flow.bytes ?? 0)
    setNumber(columns.cells('raw_packets'), row, flow.packets ?? 0)
    columns.cells('sampling')[row] = flow.sampling ?? 0
    columns.cells('exporter_ip').set(columnWords(address(flow.exporter ?? '10.0.0.1')), row * 4)
    columns.cells('input_interface')[row] = flow.input ?? 0
    columns.cells('output_interface')[row] = flow.output ?? 0
    columns.cells('source_as')[row] = flow.sourceAs ?? 0
    columns.cells('destination_as')[row] = flow.destinationAs ?? 0
    columns.cells('source_country')[row] = country(flow.sourceCountry)
    columns.cells('destination_country')[row] = country(flow.destinationCountry)
    columns.cells('next_hop').set(columnWords(address(flow.nextHop ?? '::')), row * 4)
    columns.cells('application')[row] = flow.application
  }
  columns.rows = flows.length
  const names = blockColumns(columns).map((index) => flowColumns[index]!.name)
  await store.exec({
    query: `INSERT INTO flows (${names.join(', ')}) FORMAT Native`,
    values: Readable.from(nativeBlock(columns), { objectMode: false }),
  })
}

function address(text: string): Words {
  const words = parseAddress(text)
  if (!words) throw new TypeError(`${text} is no address`)
  return words
}

/** Of columns of 64-bit numbers. */
function setNumber(cells: Uint32Array, row: number, value: number): void {
  cells[row * 2] = value >>> 0
  cells[row * 2 + 1] = Math.floor(value / 2 ** 32)
}

function country(code = ''): number {
  return code === '' ? 0 : code.charCodeAt(0) | (code.charCodeAt(1) << 8)
}
