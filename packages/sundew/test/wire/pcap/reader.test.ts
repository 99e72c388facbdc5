import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { CaptureReader, maxBlockBytes } from '../../../src/wire/pcap/reader.ts'
import { pcap, pcapng, type WrittenPacket } from './written.ts'

const folder = join(import.meta.dirname, '../../../../../testdata/pcap')
const file = (name: string) => readFileSync(join(folder, name))

/** Reads it in chunks of so many bytes. */
function read(capture: Uint8Array, chunkBytes = Infinity) {
  const reader = new CaptureReader()
  const packets = []
  for (let at = 0; at < capture.length; at += chunkBytes) {
    // A chunk that is used again, as a file's reader would.
    const chunk = Uint8Array.from(capture.subarray(at, at + chunkBytes))
    for (const { view, offset, length, linkType, timeMs, originalLength } of reader.feed(chunk))
      packets.push({
        bytes: Buffer.from(new Uint8Array(view.buffer, view.byteOffset + offset, length)),
        linkType,
        timeMs,
        originalLength,
      })
    chunk.fill(0xee)
  }
  reader.end()
  const faults = Object.entries(reader.faults).filter(([, count]) => count > 0)
  return { packets, faults }
}

const rows = file('packets.tsv')
  .toString()
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))
/** Seconds with nine digits as milliseconds. */
const milliseconds = (text: string) => Number(text) * 1000
const near = (a: number, b: number) => Math.abs(a - b) < 0.001

describe('a capture', () => {
  test('of two interfaces is read as tshark reads it', () => {
    const { packets, faults } = read(file('interfaces.pcapng'))
    assert.deepEqual([packets.length, faults], [rows.length, []])
    for (const [index, [time, captured, length, of]] of rows.entries()) {
      const packet = packets[index]!
      assert.ok(near(packet.timeMs, milliseconds(time!)), `${packet.timeMs} ${time}`)
      assert.deepEqual([packet.bytes.length, packet.originalLength], [Number(captured), Number(length)])
      assert.equal(packet.linkType, of === '0' ? 1 : 276)
    }
  })

  test('written by editcap as pcap, with nanoseconds, modified and as pcapng holds the same packets', () => {
    const whole = read(file('nanoseconds.pcap'))
    assert.equal(whole.packets.length, rows.filter(([, , , of]) => of === '0').length)
    for (const name of ['microseconds.pcap', 'modified.pcap', 'capture.pcapng']) {
      const { packets, faults } = read(file(name))
      assert.deepEqual([packets.length, faults], [whole.packets.length, []], name)
      for (const [index, { timeMs, ...rest }] of packets.entries()) {
        const { timeMs: expected, ...like } = whole.packets[index]!
        assert.deepEqual(rest, like, name)
        assert.ok(Math.abs(timeMs - expected) <= 0.001, name)
      }
    }
  })

  test('of the other byte order, another resolution or an offset says the same', () => {
    const time = 1_790_000_000_123_456n
    const one = (at: bigint): WrittenPacket => ({
      time: at,
      bytes: Buffer.from('packet'),
      originalLength: 60,
    })
    const captures: [string, Buffer][] = [
      ['pcap, big-endian', pcap([one(time)], { little: false })],
      ['pcap, nanoseconds, big-endian', pcap([one(time * 1000n)], { little: false, units: 1_000_000_000 })],
      ['pcapng, big-endian', pcapng([one(time)], { little: false })],
      ['pcapng, nanoseconds', pcapng([one(time * 1000n)], { resolution: 9 })],
      ['pcapng, of 2^20', pcapng([one((time << 20n) / 1_000_000n)], { resolution: 0x80 + 20 })],
      ['pcapng, with an offset', pcapng([one(time - 1_000_000_000_000_000n)], { offset: 1_000_000_000n })],
      ['pcapng, obsolete packet block', pcapng([one(time)], { block: 2 })],
    ]
    for (const [what, capture] of captures) {
      const { packets, faults } = read(capture)
      assert.deepEqual([packets.length, faults], [1, []], what)
      assert.ok(near(packets[0]!.timeMs, 1_790_000_000_123.456), `${what}: ${packets[0]!.timeMs}`)
      assert.deepEqual([packets[0]!.bytes.toString(), packets[0]!.originalLength], ['packet', 60], what)
    }
  })

  test('simple packets have no time: the packet before tells it', () => {
    const capture = Buffer.concat([
      pcapng([{ time: 1_000_000n, bytes: Buffer.from('a') }]),
      pcapng([{ time: 0n, bytes: Buffer.from('bc') }], { block: 3 }),
    ])
    const { packets, faults } = read(capture)
    assert.deepEqual(
      packets.map(({ timeMs, bytes }) => [timeMs, bytes.toString()]),
      [
        [1000, 'a'],
        [1000, 'bc'],
      ],
    )
    assert.deepEqual(faults, [['time', 1]])
  })

  test('sections follow each other, each with its own byte order and interfaces', () => {
    const capture = Buffer.concat([
      pcapng([{ time: 1n, bytes: Buffer.from('a'), interface: 1 }], { linkTypes: [1, 101] }),
      pcapng([{ time: 2n, bytes: Buffer.from('b') }], { little: false, linkTypes: [276] }),
      pcapng([{ time: 3n, bytes: Buffer.from('c'), interface: 1 }]),
    ])
    const { packets, faults } = read(capture)
    assert.deepEqual(
      packets.map(({ linkType }) => linkType),
      [101, 276],
    )
    assert.deepEqual(faults, [['interface', 1]])
  })

  test('is the same in chunks of any size', () => {
    for (const name of ['interfaces.pcapng', 'modified.pcap'])
      for (const bytes of [1, 7, 100, 4096]) assert.deepEqual(read(file(name), bytes), read(file(name)), name)
  })

  test('that is none, is cut short or lies about a length is told as such', () => {
    assert.deepEqual(read(Buffer.from('no capture at all')).faults, [['format', 1]])
    assert.deepEqual(read(Buffer.from('ab')).faults, [['format', 1]])
    assert.deepEqual(read(file('capture.pcapng').subarray(0, -3)).faults, [['cut', 1]])
    const lie = pcap([{ time: 0n, bytes: Buffer.from('a') }])
    lie.writeUInt32LE(0xffff_fff0, 24 + 8)
    assert.deepEqual(read(lie), { packets: [], faults: [['length', 1]] })
    const block = pcapng([{ time: 0n, bytes: Buffer.from('a') }])
    block.writeUInt32LE(8, 4)
    assert.deepEqual(read(block).faults, [['length', 1]])
  })

  test('holds a block at most: a length past the limit is not waited for', () => {
    const reader = new CaptureReader()
    const head = pcap([])
    const packet = Buffer.alloc(16)
    packet.writeUInt32LE(maxBlockBytes, 8)
    assert.equal([...reader.feed(Buffer.concat([head, packet]))].length, 0)
    assert.equal(reader.over, true)
  })

  test('what is written is what is read', () => {
    const packet = fc.record({
      time: fc.bigInt(0n, 4_000_000_000_000_000n),
      bytes: fc.uint8Array({ maxLength: 60 }),
      originalLength: fc.integer({ min: 60, max: 100_000 }),
    })
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 99 }),
        (all, ng, little, chunk) => {
          const { packets, faults } = read(ng ? pcapng(all, { little }) : pcap(all, { little }), chunk)
          assert.deepEqual(faults, [])
          assert.deepEqual(
            packets.map(({ bytes, originalLength }) => [bytes.toString('hex'), originalLength]),
            all.map(({ bytes, originalLength }) => [Buffer.from(bytes).toString('hex'), originalLength]),
          )
          for (const [index, { time }] of all.entries())
            assert.ok(near(packets[index]!.timeMs, Number(time) / 1000))
        },
      ),
    )
  })

  test('however it is changed, nothing is thrown, and no packet lies outside its chunk', () => {
    const seeds = ['nanoseconds.pcap', 'modified.pcap', 'interfaces.pcapng'].map((name) =>
      file(name).subarray(0, 2000),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
        fc.integer({ min: 1, max: 3000 }),
        (seed, changes, chunk) => {
          const bytes = Buffer.from(seed)
          for (const [at, value] of changes) bytes[at] = value
          for (const { timeMs } of read(bytes, chunk).packets)
            assert.ok(Number.isFinite(new Date(timeMs).getTime()))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
