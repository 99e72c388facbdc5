import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { CaptureFlows, type CaptureTaking } from '../../../src/importers/flows/capture.ts'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import { NetflowDecoder } from '../../../src/wire/netflow/decoder.ts'
import { readFrame } from '../../../src/wire/packet/headers.ts'
import { SflowDecoder } from '../../../src/wire/sflow/decoder.ts'
import { pcap } from '../../wire/pcap/written.ts'
import { fragments, ipv4, udp } from './packets.ts'

const samples = join(import.meta.dirname, '../../../../../testdata/flow/goflow2')
const v5 = readFileSync(join(samples, 'TestDecodeNetFlowV5_1.dat'))
const v9 = ['1', '2'].map((number) => readFileSync(join(samples, `TestDecodeNetFlowV9_${number}.dat`)))
const sflow = readFileSync(join(samples, 'TestSFlowDecode_1.dat'))
const raw = 101
const microseconds = 1_790_000_000_123_456n

function capture(packets: readonly Uint8Array[]): Buffer {
  return pcap(
    packets.map((bytes, index) => ({ time: microseconds + BigInt(index) * 1000n, bytes })),
    { linkType: raw },
  )
}

function read(bytes: Uint8Array, taking: CaptureTaking = 'auto', ports = [2055, 6343]) {
  const columns = new FlowColumns(1_000)
  const flows = new CaptureFlows(
    { columns, full: () => assert.fail('a batch is full') },
    {
      taking,
      ports: new Set(ports),
      netflow: new NetflowDecoder({ keepUnknown: false, sampling: () => undefined, frame: readFrame }),
      sflow: new SflowDecoder(),
    },
  )
  for (let at = 0; at < bytes.length; at += 1000) flows.feed(bytes.subarray(at, at + 1000))
  flows.end()
  const versions = Array.from(columns.cells('export_version').subarray(0, columns.rows))
  return { columns, versions, left: Object.fromEntries(flows.left), exports: flows.exports }
}

describe('a capture of export packets', () => {
  test('is decoded with each packet’s own time and sender', () => {
    const { columns, versions, exports } = read(capture([ipv4(udp(v5, 2055, 4444), { source: 9 })]))
    assert.deepEqual([versions, exports], [Array(6).fill(5), 1])
    const exporter = Buffer.from(columns.cells('exporter_ip').slice(0, 4).buffer)
    assert.deepEqual(
      [exporter.toString('hex'), columns.cells('exporter_port')[0]],
      [`${'0'.repeat(20)}ffffc0000209`, 4444],
    )
    const time = columns.cells('time')
    assert.equal(time[0]! + time[1]! * 2 ** 32, 1_790_000_000_123)
  })

  test('of several protocols and senders, among other traffic: the rest is made into flows', () => {
    const web = ipv4(udp(Buffer.from('x'), 53))
    const packets = [ipv4(udp(v9[0]!, 2055)), web, ipv4(udp(v9[1]!, 2055)), web, ipv4(udp(sflow, 6343))]
    const { versions } = read(capture(packets))
    assert.deepEqual(versions, [...Array<number>(21).fill(9), 105, 200])
    assert.deepEqual(read(capture(packets), 'exports').left, { 'packets that are no export packets': 2 })
    assert.deepEqual(read(capture(packets), 'flows').versions, [200, 200, 200])
  })

  test('data of one sender are not decoded by another’s template', () => {
    const packets = [ipv4(udp(v9[0]!, 2055)), ipv4(udp(v9[1]!, 2055), { source: 2 })]
    assert.equal(read(capture(packets)).columns.rows, 0)
  })

  test('only to the ports that are said, and only with a version that is known', () => {
    assert.deepEqual(read(capture([ipv4(udp(v5, 9000))])).versions, [200])
    assert.equal(read(capture([ipv4(udp(v5, 9000))]), 'auto', [9000]).versions.length, 6)
    assert.deepEqual(read(capture([ipv4(udp(Buffer.alloc(40, 0x77), 2055))])).versions, [200])
  })

  test('in IP fragments is put together, whatever order those after the first come in', () => {
    const [first, ...rest] = fragments(v5, 2055, 64)
    assert.equal(read(capture([first!, ...rest])).versions.length, 6)
    assert.equal(read(capture([first!, ...rest.toReversed()])).versions.length, 6)
  })

  test('with fragments missing, twice or overlapping tells that, and decodes nothing of it', () => {
    const pieces = fragments(v5, 2055, 64)
    const incomplete = { 'export packets in fragments that are not all there': 1 }
    const { left, exports } = read(capture(pieces.toSpliced(2, 1)))
    assert.deepEqual([left, exports], [incomplete, 0])
    const overlapping = pieces.toSpliced(1, 0, pieces[1]!)
    assert.equal(read(capture(overlapping)).exports, 0)
  })

  test('fragments without end: so many datagrams wait', () => {
    const firsts = Array.from({ length: 2_000 }, (_, id) => fragments(v5, 2055, 64, id)[0]!)
    assert.deepEqual(read(capture(firsts)).left, {
      'export packets in fragments that are not all there': 2_000,
    })
  })

  test('says what is wrong with a packet', () => {
    const { left } = read(capture([ipv4(udp(v5.subarray(0, 100), 2055)), Buffer.from([0xff])]))
    assert.deepEqual(left, {
      'export packets with parts that cannot be decoded: length': 1,
      'packets that are not IP': 1,
    })
    const other = pcap([{ time: 0n, bytes: v5 }], { linkType: 147 })
    assert.deepEqual(read(other).left, { 'packets of link type 147, which is not read': 1 })
  })

  test('however it is changed, nothing is thrown', () => {
    const seed = capture([...fragments(v5, 2055, 64), ipv4(udp(v9[0]!, 2055)), ipv4(udp(sflow, 6343))])
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(seed)
        for (const [at, value] of changes) bytes[at] = value
        read(bytes)
      }),
      { numRuns: 60 },
    )
  })
})
