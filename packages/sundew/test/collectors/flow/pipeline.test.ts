import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBytes } from '../../../src/collectors/flow/address-bytes.ts'
import type { FlowDecoder } from '../../../src/collectors/flow/decoder.ts'
import { FlowPipeline, type PipelineParts } from '../../../src/collectors/flow/pipeline.ts'
import {
  datagramHeaderBytes,
  nextDatagram,
  type DatagramBlock,
} from '../../../src/collectors/flow/receiver.ts'
import { allowedBy, Senders } from '../../../src/collectors/flow/senders.ts'
import { columnIndex } from '../../../src/wire/flow/layout.ts'
import type { Decoded } from '../../../src/wire/flow/sink.ts'
import { NetflowDecoder } from '../../../src/wire/netflow/decoder.ts'
import { encodeIpfix } from '../../../src/wire/netflow/encode.ts'

/** Makes as many rows as the packet's first word says, numbered by `raw_bytes` over all packets. */
class CountingDecoder implements FlowDecoder {
  made = 0
  readonly seen: string[] = []
  decode(...[view, offset, length, exporter, , sink]: Parameters<FlowDecoder['decode']>): Decoded {
    this.seen.push(exporter.name)
    const flows = length < 4 ? 0 : view.getUint32(offset)
    const { columns } = sink
    columns.touch('raw_bytes', 'exporter_ip', 'exporter_port')
    for (let i = 0; i < flows; i++) {
      if (columns.rows === columns.capacity) sink.full()
      const row = columns.rows++
      columns.cells('raw_bytes')[row * 2] = this.made++
      columns.cells('exporter_ip').set(exporter.words, row * 4)
      columns.cells('exporter_port')[row] = exporter.port
    }
    return {
      version: 9,
      domain: 0,
      flows,
      optionRecords: 0,
      templates: 0,
      held: 0,
      lost: 0,
      refused: length < 4 ? 0b11 : 0,
    }
  }
}

interface Packet {
  readonly from?: string
  readonly port?: number
  readonly bytes: Uint8Array
}

function block(...packets: readonly Packet[]): DatagramBlock {
  const bytes = new Uint8Array(1 << 20)
  const view = new DataView(bytes.buffer)
  let at = 8
  for (const { from = '192.0.2.1', port = 2055, bytes: payload } of packets) {
    view.setUint32(at, payload.length, true)
    view.setUint16(at + 4, port, true)
    bytes.set(addressBytes(from), at + 8)
    view.setFloat64(at + 24, Date.now(), true)
    bytes.set(payload, at + datagramHeaderBytes)
    at = nextDatagram(at, payload.length)
  }
  return { view, from: 8, to: at, datagrams: packets.length }
}

const rows = (count: number): Uint8Array => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(count)
  bytes.writeUInt32BE(1, 4)
  return bytes
}

function pipeline(parts: Partial<PipelineParts> = {}) {
  const netflow = new CountingDecoder()
  const sflow = new CountingDecoder()
  const looked: [number, number][] = []
  const written: number[] = []
  const made = new FlowPipeline({
    senders: new Senders(allowedBy([])),
    netflow,
    sflow,
    spool: {
      write: (_, count) => {
        written.push(count)
        return Promise.resolve(true)
      },
    },
    matcher: { match: (_, from, to) => void looked.push([from, to]) },
    ...parts,
  })
  return { made, netflow, sflow, looked, written }
}

test('rows are looked at after each block, each once, and written a second later', async () => {
  const { made, looked, written } = pipeline()
  await made.take(block({ bytes: rows(3) }, { bytes: rows(2) }))
  await made.take(block({ bytes: rows(4) }))
  assert.deepEqual(looked, [
    [0, 5],
    [5, 9],
  ])
  made.tick(Date.now())
  assert.deepEqual(written, [])
  made.tick(Date.now() + 1_001)
  await made.close()
  assert.deepEqual(written, [9])
  assert.deepEqual([made.counts.packets, made.counts.flows], [3, 9])
})

test('full batches go on their way, however many rows a packet has', async () => {
  const { made, looked, written } = pipeline()
  for (const count of [60_000, 3_000, 3_000, 200_000, 1]) await made.take(block({ bytes: rows(count) }))
  await made.close()
  assert.equal(
    written.reduce((sum, count) => sum + count, 0),
    266_001,
  )
  assert.equal(
    looked.reduce((sum, [from, to]) => sum + to - from, 0),
    266_001,
  )
  assert.ok(written.every((count) => count > 0 && count <= 65_536))
})

test('while nothing can be written, it takes no more than its batches hold, and goes on afterwards', async () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  let written = 0
  const { made } = pipeline({
    spool: {
      write: async (_, count) => {
        await opened
        written += count
        return true
      },
    },
  })
  let taken = 0
  let waiting: Promise<void> | undefined
  while (!waiting && taken < 100) {
    waiting = made.take(block({ bytes: rows(60_000) })) ?? undefined
    if (!waiting) taken++
  }
  assert.ok(taken >= 2 && taken < 10, `${taken} blocks`)
  assert.equal(made.counts.flows, taken * 60_000)
  open()
  await waiting
  await made.close()
  assert.equal(written, (taken + 1) * 60_000)
})

test('what cannot be kept is counted, by exporter', async () => {
  for (const write of [() => Promise.resolve(false), () => Promise.reject(new Error('disk'))]) {
    const lost: [number, number, unknown][] = []
    const { made } = pipeline({
      spool: { write },
      dropped: ({ rows: count, exporterPort }, error) => lost.push([count, exporterPort[0]!, error]),
    })
    await made.take(block({ bytes: rows(7), port: 9_995 }))
    await made.close()
    assert.equal(made.counts.dropped, 7)
    assert.deepEqual(
      lost.map(([count, port]) => [count, port]),
      [[7, 9_995]],
    )
  }
})

test('only listed exporters are listened to, in IPv4 and IPv6', async () => {
  const { made, netflow } = pipeline({
    senders: new Senders(allowedBy(['192.0.2.0/24', '2001:db8::7'])),
  })
  await made.take(
    block(
      { bytes: rows(1) },
      { bytes: rows(1), from: '198.51.100.1' },
      { bytes: rows(1), from: '2001:db8::7', port: 1 },
      { bytes: rows(1), from: '2001:db8::8' },
    ),
  )
  assert.deepEqual(netflow.seen, ['192.0.2.1:2055', '[2001:db8::7]:1'])
  assert.deepEqual([made.counts.packets, made.counts.strangers], [2, 2])
})

test('sFlow is told from NetFlow by its version word, on any port', async () => {
  const { made, netflow, sflow } = pipeline()
  await made.take(
    block(
      { bytes: Buffer.from('0000000500000001', 'hex') },
      { bytes: Buffer.from('0005000000000000', 'hex') },
    ),
  )
  assert.deepEqual([sflow.seen.length, netflow.seen.length], [1, 1])
})

test('an empty datagram is refused and counted by reason', async () => {
  const { made } = pipeline()
  await made.take(block({ bytes: new Uint8Array(0) }))
  assert.equal(made.counts.refused, 1)
  assert.deepEqual([made.counts.reasons.version, made.counts.reasons.header], [1, 1])
})

test('the real decoder goes on in the middle of a packet when a batch is full, and loses no row and no column', async () => {
  const fields = [8, 12, 7].map((id) => ({ id, length: id === 7 ? 2 : 4 }))
  const perMessage = 6_000
  const messages = 40
  const written: { rows: number; columns: readonly number[]; bytes: number }[] = []
  let ports = 0
  const { made } = pipeline({
    netflow: new NetflowDecoder({ keepUnknown: false, sampling: () => undefined }),
    matcher: {
      match: (columns, from, to) => {
        for (let row = from; row < to; row++) ports += columns.cells('source_port')[row]!
      },
    },
    spool: {
      write: (pieces, count, columns) => {
        written.push({ rows: count, columns, bytes: Buffer.concat(pieces).length })
        return Promise.resolve(true)
      },
    },
  })
  for (let sent = 0; sent < messages; sent++) {
    const records = Array.from({ length: perMessage }, (_, i) => [0x0a000000 + i, 0xc6336401, i])
    const bytes = encodeIpfix({ seconds: 1_790_000_000, sequence: sent * perMessage, domain: 1 }, [
      { templates: [{ id: 256, fields }] },
      { id: 256, fields, records },
    ])
    await made.take(block({ bytes }))
  }
  await made.close()
  assert.equal(made.counts.flows, messages * perMessage)
  assert.equal(
    written.reduce((sum, { rows: count }) => sum + count, 0),
    messages * perMessage,
  )
  assert.ok(
    written.some(({ rows: count }) => count === 65_536),
    'no packet crossed the end of a batch',
  )
  assert.equal(ports, (messages * perMessage * (perMessage - 1)) / 2)
  for (const { columns } of written) assert.deepEqual(columns, written[0]!.columns)
  assert.ok(written[0]!.columns.includes(columnIndex.source_port))
  const perRow = written.map(({ rows: count, bytes }) => Math.floor(bytes / count))
  assert.equal(new Set(perRow).size, 1)
})
