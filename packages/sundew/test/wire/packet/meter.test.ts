import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import { linkTypes } from '../../../src/wire/packet/link.ts'
import { FlowMeter, type MeterOptions } from '../../../src/wire/packet/meter.ts'
import { Recency } from '../../../src/wire/packet/recency.ts'
import { CaptureReader } from '../../../src/wire/pcap/reader.ts'

const folder = join(import.meta.dirname, '../../../../../testdata/pcap')

interface Told {
  readonly source: string
  readonly ports: string
  readonly bytes: number
  readonly packets: number
  readonly startMs: number
  readonly durationMs: number
  readonly flags: number
  readonly reason: number
}

function metered(options: Partial<MeterOptions> = {}) {
  const columns = new FlowColumns(3)
  const told: Told[] = []
  const take = () => {
    const word = (name: 'raw_bytes' | 'raw_packets' | 'flow_start', row: number) =>
      columns.cells(name)[row * 2]! + columns.cells(name)[row * 2 + 1]! * 2 ** 32
    for (let row = 0; row < columns.rows; row++)
      told.push({
        source: Buffer.from(columns.cells('source_ip').slice(row * 4, row * 4 + 4).buffer).toString('hex'),
        ports: `${columns.cells('source_port')[row]} ${columns.cells('destination_port')[row]}`,
        bytes: word('raw_bytes', row),
        packets: word('raw_packets', row),
        startMs: word('flow_start', row),
        durationMs: columns.cells('duration_ms')[row]!,
        flags: columns.cells('tcp_flags')[row]!,
        reason: columns.cells('end_reason')[row]!,
      })
    columns.clear()
  }
  const meter = new FlowMeter({ columns, full: take }, options)
  return {
    meter,
    told,
    end: () => {
      meter.end()
      take()
      return told
    },
  }
}

/** An IPv4 packet of TCP, or of UDP where there are no flags. */
function packet(from: number, timeMs: number, { flags = -1, bytes = 100, port = 80 } = {}) {
  const raw = Buffer.alloc(40)
  raw[0] = 0x45
  raw.writeUInt16BE(bytes, 2)
  raw[8] = 64
  raw[9] = flags < 0 ? 17 : 6
  raw.writeUInt32BE(0x0a00_0000 + from, 12)
  raw.writeUInt32BE(0x0a00_00ff, 16)
  raw.writeUInt16BE(port, 22)
  raw.writeUInt16BE(0x5000 | Math.max(flags, 0), 32)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return { view, offset: 0, length: 40, originalLength: bytes, timeMs }
}

describe('packets made into flows', () => {
  test('of a real capture: packets and bytes of each way are what tshark counts', () => {
    const { meter, end } = metered()
    const reader = new CaptureReader()
    for (const one of reader.feed(readFileSync(join(folder, 'nanoseconds.pcap'))))
      assert.ok(meter.add(one, linkTypes.get(one.linkType)!))
    const rows = readFileSync(join(folder, 'packets.tsv'), 'utf8').trimEnd().split('\n').slice(1)
    const expected = new Map<string, [number, number]>()
    for (const row of rows) {
      const [, , , of, , , protocol, source, destination, bytes] = row.split('\t')
      if (of !== '0') continue
      const key = protocol === '1' ? '0 771' : `${source} ${destination}`
      const sums = expected.get(key) ?? [0, 0]
      expected.set(key, [sums[0] + 1, sums[1] + Number(bytes)])
    }
    const found = new Map<string, [number, number]>()
    for (const { ports, packets, bytes } of end()) {
      const sums = found.get(ports) ?? [0, 0]
      found.set(ports, [sums[0] + packets, sums[1] + bytes])
    }
    assert.deepEqual(found, expected)
  })

  test('a silence ends a flow, and so does its length', () => {
    const { meter, end } = metered({ idleMs: 1000, activeMs: 5000 })
    for (const time of [0, 500, 2000]) meter.add(packet(1, time), 'ip')
    for (let time = 10_000; time <= 16_000; time += 500) meter.add(packet(1, time), 'ip')
    assert.deepEqual(
      end().map(({ reason, packets, startMs, durationMs }) => [reason, packets, startMs, durationMs]),
      [
        [1, 2, 0, 500],
        [1, 1, 2000, 0],
        [2, 10, 10_000, 4500],
        [4, 3, 15_000, 1000],
      ],
    )
  })

  test('FIN or RST ends a TCP flow, what trails behind still counts, a SYN begins anew', () => {
    const { meter, end } = metered()
    meter.add(packet(1, 0, { flags: 2 }), 'ip')
    meter.add(packet(1, 10, { flags: 0x11 }), 'ip')
    meter.add(packet(1, 20, { flags: 0x10 }), 'ip')
    meter.add(packet(1, 30, { flags: 2 }), 'ip')
    meter.add(packet(2, 40, { flags: 4 }), 'ip')
    meter.add(packet(3, 5000), 'ip')
    assert.deepEqual(
      end().map(({ reason, packets, flags }) => [reason, packets, flags]),
      [
        [3, 3, 0x13],
        [3, 1, 4],
        [4, 1, 2],
        [4, 1, 0],
      ],
    )
  })

  test('a table that is full tells the flow that was silent the longest', () => {
    const { meter, end } = metered({ flows: 2 })
    for (const from of [1, 2, 1, 3]) meter.add(packet(from, from), 'ip')
    assert.deepEqual(
      end().map(({ reason, source }) => [reason, source.slice(-2)]),
      [
        [5, '02'],
        [4, '01'],
        [4, '03'],
      ],
    )
  })

  test('bytes go past 32 bits', () => {
    const { meter, end } = metered({ activeMs: Infinity })
    for (let i = 0; i < 70_000; i++) meter.add(packet(1, i / 100, { bytes: 65_535 }), 'ip')
    assert.deepEqual(
      end().map(({ bytes, packets }) => [bytes, packets]),
      [[70_000 * 65_535, 70_000]],
    )
  })

  test('what is no IP packet is no flow’s', () => {
    const { meter, end } = metered()
    const { view } = packet(1, 0)
    assert.equal(meter.add({ view, offset: 0, length: 10, originalLength: 10, timeMs: 0 }, 'ip'), false)
    assert.deepEqual(end(), [])
  })

  test('whatever comes, no packet is lost or counted twice', () => {
    const one = fc.record({
      from: fc.nat(6),
      step: fc.integer({ min: -100, max: 3000 }),
      flags: fc.constantFrom(-1, 2, 16, 17, 4),
      bytes: fc.integer({ min: 40, max: 65_535 }),
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), (all) => {
        const { meter, end } = metered({ flows: 3, idleMs: 2000, activeMs: 5000 })
        let time = 10_000
        for (const { from, step, flags, bytes } of all)
          meter.add(packet(from, (time += step), { flags, bytes }), 'ip')
        const told = end()
        const sum = (of: 'packets' | 'bytes') => told.reduce((total, flow) => total + flow[of], 0)
        assert.equal(sum('packets'), all.length)
        assert.equal(
          sum('bytes'),
          all.reduce((total, { bytes }) => total + bytes, 0),
        )
        assert.equal(meter.flows, told.length)
      }),
    )
  })
})

describe('recency', () => {
  test('is the order of a list from which each number is taken and put at the end', () => {
    const step = fc.tuple(fc.boolean(), fc.nat(5))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const recency = new Recency(6)
        let list: number[] = []
        for (const [touch, number] of steps) {
          list = list.filter((one) => one !== number)
          if (touch) list.push(number)
          if (touch) recency.touch(number)
          else recency.remove(number)
          assert.equal(recency.oldest, list[0] ?? -1)
        }
        for (const number of list) {
          assert.equal(recency.oldest, number)
          recency.remove(number)
        }
      }),
    )
  })
})
