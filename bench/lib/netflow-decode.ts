import { FlowColumns } from '../../packages/sundew/src/wire/flow/columns.ts'
import type { Exporter, FlowSink } from '../../packages/sundew/src/wire/flow/sink.ts'
import { NetflowDecoder } from '../../packages/sundew/src/wire/netflow/decoder.ts'
import {
  encodeIpfix,
  encodeV5,
  encodeV9,
  type FieldSpec,
  type FieldValue,
} from '../../packages/sundew/src/wire/netflow/encode.ts'
import { median, round } from './measure.ts'

/** Rows of a batch, as the collector has them. */
const capacity = 65_536
/** Flows of a packet: what fits into 1,400 bytes or so. */
const flowsAPacket = 26
/** Different packets in turn, so that nothing is learnt by heart. */
const packets = 512

/** What most routers send of an IPv4 flow: 13 fields, 44 bytes. */
const fields: readonly FieldSpec[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 7, length: 2 },
  { id: 11, length: 2 },
  { id: 4, length: 1 },
  { id: 6, length: 1 },
  { id: 5, length: 1 },
  { id: 61, length: 1 },
  { id: 10, length: 4 },
  { id: 14, length: 4 },
  { id: 2, length: 4 },
  { id: 1, length: 4 },
]
const uptimes: readonly FieldSpec[] = [
  { id: 22, length: 4 },
  { id: 21, length: 4 },
]
const milliseconds: readonly FieldSpec[] = [
  { id: 152, length: 8 },
  { id: 153, length: 8 },
]

const seconds = 1_700_000_000
const uptimeMs = 3_600_000

/**
 * Decodes packets from memory into batches that are emptied when they are full, as fast as one core does.
 *
 * @param options how many runs, and how long each takes at least
 * @returns millions of flows a second of processor time, the median of the runs, by protocol
 */
export function measureNetflowDecode({ runs = 5, runMs = 400 } = {}): Record<'v5' | 'v9' | 'ipfix', number> {
  return {
    v5: measure(packetsOf(v5Packet), runs, runMs),
    v9: measure(packetsOf(v9Packet), runs, runMs),
    ipfix: measure(packetsOf(ipfixPacket), runs, runMs),
  }
}

function measure(made: readonly Uint8Array[], runs: number, runMs: number): number {
  const columns = new FlowColumns(capacity)
  const sink: FlowSink = { columns, full: () => columns.clear() }
  const decoder = new NetflowDecoder({ keepUnknown: false, sampling: () => undefined })
  const exporter: Exporter = {
    words: new Uint32Array([0, 0, 0xffff_0000, 0x0100_007f]),
    port: 2055,
    name: '127.0.0.1:2055',
  }
  const views = made.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const rounds = (): number => {
    let flows = 0
    for (const view of views)
      flows += decoder.decode(view, 0, view.byteLength, exporter, seconds * 1000, sink).flows
    return flows
  }
  for (let warm = 0; warm < 200; warm++) rounds()
  const rates: number[] = []
  for (let run = 0; run < runs; run++) {
    let flows = 0
    const until = performance.now() + runMs
    const before = process.cpuUsage()
    while (performance.now() < until) for (let turn = 0; turn < 20; turn++) flows += rounds()
    const { user, system } = process.cpuUsage(before)
    rates.push(flows / (user + system))
  }
  return round(median(rates))
}

type Maker = (sequence: number, flow: () => number) => Uint8Array

function packetsOf(make: Maker): Uint8Array[] {
  let state = 1
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
  return Array.from({ length: packets }, (_, index) => make(index, random))
}

function v5Packet(sequence: number, random: () => number): Uint8Array {
  return encodeV5(
    { uptimeMs, seconds, sequence: sequence * flowsAPacket },
    Array.from({ length: flowsAPacket }, () => ({
      source: random(),
      destination: random(),
      packets: random() % 1000,
      bytes: random() % 1_000_000,
      firstMs: uptimeMs - 60_000,
      lastMs: uptimeMs - (random() % 60_000),
      sourcePort: random() & 0xffff,
      destinationPort: 443,
      protocol: 6,
      tcpFlags: 27,
      input: 1,
      output: 2,
    })),
  )
}

function record(random: () => number, ...times: readonly number[]): FieldValue[] {
  const common = [random(), random(), random() & 0xffff, 443, 6, 27, 0, 0, 1, 2]
  return [...common, random() % 1000, random() % 1_000_000, ...times]
}

function v9Packet(sequence: number, random: () => number): Uint8Array {
  const all = [...fields, ...uptimes]
  const records = Array.from({ length: flowsAPacket }, () =>
    record(random, uptimeMs - 60_000, uptimeMs - (random() % 60_000)),
  )
  // The template comes as seldom as routers send it.
  const template = sequence === 0 ? [{ templates: [{ id: 256, fields: all }] }] : []
  return encodeV9({ uptimeMs, seconds, sequence, domain: 1 }, [
    ...template,
    { id: 256, fields: all, records },
  ])
}

function ipfixPacket(sequence: number, random: () => number): Uint8Array {
  const all = [...fields, ...milliseconds]
  const nowMs = seconds * 1000
  const records = Array.from({ length: flowsAPacket }, () =>
    record(random, nowMs - 60_000, nowMs - (random() % 60_000)),
  )
  const template = sequence === 0 ? [{ templates: [{ id: 256, fields: all }] }] : []
  return encodeIpfix({ seconds, sequence: sequence * flowsAPacket, domain: 1 }, [
    ...template,
    { id: 256, fields: all, records },
  ])
}
