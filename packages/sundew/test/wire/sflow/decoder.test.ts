import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { blockColumns } from '../../../src/wire/columns/block.ts'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import { columnIndex, type FlowColumnName } from '../../../src/wire/flow/layout.ts'
import { type Exporter, refusals } from '../../../src/wire/flow/sink.ts'
import { SflowDecoder } from '../../../src/wire/sflow/decoder.ts'
import { datagram, sampledHeader, words, type WrittenSample } from './datagram.ts'

const samples = join(import.meta.dirname, '../../../../../testdata/flow/goflow2')
const exporter: Exporter = {
  words: Uint32Array.of(0, 0, 0xffff_0000, 0x0102_a8c0),
  port: 6343,
  name: 'a:6343',
}
const receivedMs = 1_790_000_000_123

/** Decodes into a batch of so many rows; what was full is counted in `handed`. */
function decode(
  bytes: Uint8Array,
  { decoder = new SflowDecoder(), columns = new FlowColumns(64), from = exporter } = {},
) {
  let handed = 0
  const sink = {
    columns,
    full() {
      handed += columns.rows
      columns.clear()
    },
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const decoded = { ...decoder.decode(view, 0, bytes.length, from, receivedMs, sink) }
  const refused = refusals.filter((_, bit) => (decoded.refused & (1 << bit)) !== 0)
  const ip = (name: 'source_ip' | 'destination_ip' | 'next_hop', row = 0) =>
    Buffer.from(columns.cells(name).slice(row * 4, row * 4 + 4).buffer)
      .toString('hex')
      .replace(/^0{20}f{4}/, '')
  const number = (name: FlowColumnName, row = 0) =>
    columns.cells(name)[row * (name.startsWith('raw_') ? 2 : 1)]
  return { decoded, refused, columns, ip, number, decoder, handed }
}

const file = (name: string) => readFileSync(join(samples, name))
const frame = Buffer.from(
  `0200000000aa0200000000bb0800 4500002812340000 40060000 c0000201 c6336402 d4310016 00000001 00000000 5002ffff00000000`.replaceAll(
    ' ',
    '',
  ),
  'hex',
)
const sample: WrittenSample = {
  format: 1,
  rate: 512,
  input: 3,
  output: 4,
  records: [sampledHeader(1, 1518, frame)],
}

describe('sFlow 5', () => {
  test('a flow sample with a raw header', () => {
    const { decoded, ip, number, columns } = decode(file('TestSFlowDecode_1.dat'))
    assert.deepEqual([decoded.version, decoded.domain, decoded.flows, decoded.refused], [105, 1, 1, 0])
    assert.deepEqual([ip('source_ip'), ip('destination_ip')], ['ac1020fe', 'ac1020f1'])
    const names = [
      'protocol',
      'destination_port',
      'ttl',
      'vlan',
      'ethernet_type',
      'raw_packets',
      'raw_bytes',
    ] as const
    assert.deepEqual(
      names.map((name) => number(name)),
      [1, 0x0800, 124, 32, 0x0800, 1, 0x52],
    )
    assert.deepEqual(
      [number('sampling'), number('input_interface'), number('output_interface')],
      [2048, 0x4aa, 0x413],
    )
    assert.deepEqual(columns.cells('exporter_ip').slice(0, 4), exporter.words)
    const time = columns.cells('time')
    assert.equal(time[0]! + time[1]! * 2 ** 32, receivedMs)
  })

  test('expanded samples: VLAN, both interfaces, addresses and ports of each', () => {
    const { decoded, ip, number } = decode(file('TestExpandedSFlowDecode_1.dat'))
    assert.deepEqual([decoded.flows, decoded.refused], [5, 0])
    assert.deepEqual([ip('source_ip'), ip('destination_ip')], ['b93bdc93', '58ee4e13'])
    assert.deepEqual([number('source_port'), number('destination_port'), number('vlan')], [443, 53206, 30])
    assert.deepEqual([ip('source_ip', 1), number('vlan', 1)], ['c3b5af26', 23])
    assert.deepEqual(
      [number('sampling'), number('input_interface'), number('output_interface')],
      [16383, 0xf42a4, 0xf4252],
    )
    assert.equal(number('raw_bytes'), 0x5ea)
  })

  test('what is said of dropped packets without their header is no flow, and nothing is wrong with it', () => {
    for (const name of ['EgressQueue', 'ExtendedACL']) {
      const { decoded, columns } = decode(file(`TestSFlowDecodeDrop${name}_1.dat`))
      assert.deepEqual([decoded.flows, columns.rows, decoded.refused], [0, 0, 0], name)
    }
    // Its text is not padded to four bytes, as XDR would have it.
    assert.equal(decode(file('TestSFlowDecodeDropExtendedFunction_1.dat')).decoded.flows, 0)
  })

  test('a dropped packet with its header is a flow that was dropped, and not sampled', () => {
    const dropped = { ...sample, format: 5, reason: 258, input: 9 } as const
    const { number } = decode(datagram([dropped]))
    const names = ['forwarding_status', 'sampling', 'input_interface', 'destination_port'] as const
    assert.deepEqual(
      names.map((name) => number(name)),
      [129, 1, 9, 22],
    )
    const inSample = decode(datagram([{ ...sample, outputKind: 1, output: 257 }]))
    assert.deepEqual([inSample.number('forwarding_status'), inSample.number('output_interface')], [137, 0])
    const expanded = decode(datagram([{ ...sample, format: 3, outputKind: 2, output: 12 }]))
    assert.deepEqual([expanded.number('output_interface'), expanded.number('forwarding_status')], [0, 0])
  })

  test('extended records: switch, router, gateway, NAT and user', () => {
    const address = Buffer.from([203, 0, 113, 9])
    const records = [
      ...sample.records,
      { format: 1001, body: words(10, 0, 20, 0) },
      { format: 1002, body: Buffer.concat([words(1), address, words(24, 16)]) },
      {
        format: 1003,
        body: Buffer.concat([
          words(1),
          address,
          words(64500, 64501, 64502, 2, 2, 2, 64503, 64504, 1, 1, 64505, 0, 100),
        ]),
      },
      { format: 1007, body: Buffer.concat([words(1), address, words(1), address]) },
      { format: 1020, body: words(1111, 2222) },
      { format: 1004, body: Buffer.concat([words(106, 3), Buffer.from('bob\0'), words(106, 0)]) },
      { format: (4413 << 12) | 1, body: words(1, 2, 3) },
    ]
    const { decoded, number, ip, columns } = decode(datagram([{ ...sample, records }]))
    assert.deepEqual([decoded.flows, decoded.refused], [1, 0])
    const names = [
      'vlan',
      'post_vlan',
      'source_mask',
      'destination_mask',
      'source_as',
      'destination_as',
    ] as const
    assert.deepEqual(
      names.map((name) => number(name)),
      [10, 20, 24, 16, 64501, 64505],
    )
    assert.deepEqual(
      [ip('next_hop'), number('nat_source_port'), number('nat_destination_port')],
      ['cb007109', 1111, 2222],
    )
    assert.equal(columns.cells('user_name')[0], 'bob')
  })

  test('packets told by their fields alone, IPv4 and IPv6', () => {
    const v4 = { format: 3, body: Buffer.concat([words(100, 17, 0xc0000201, 0xc6336402, 53, 5353, 0, 0xb8)]) }
    const v6address = Buffer.from('20010db8000000000000000000000001', 'hex')
    const v6 = { format: 4, body: Buffer.concat([words(200, 6), v6address, v6address, words(1, 2, 0x12, 0)]) }
    const macs = { format: 2, body: words(1500, 0x0200_0000, 0x00bb_0000, 0x0200_0000, 0x00aa_0000, 0x86dd) }
    const { number, ip, columns } = decode(
      datagram([
        { ...sample, records: [v4] },
        { ...sample, records: [v6, macs] },
      ]),
    )
    assert.deepEqual(
      [ip('source_ip'), number('protocol'), number('tos'), number('raw_bytes')],
      ['c0000201', 17, 0xb8, 100],
    )
    assert.deepEqual(
      [ip('source_ip', 1), number('raw_bytes', 1), number('tcp_flags', 1)],
      [v6address.toString('hex'), 1500, 0x12],
    )
    assert.deepEqual(columns.cells('source_mac').slice(2, 4), Uint32Array.of(0xbb, 0x0200))
  })

  test('frames that are not IP leave no row and no trace in the next', () => {
    const arp = Buffer.concat([frame.subarray(0, 12), Buffer.from('0806', 'hex'), Buffer.alloc(28)])
    const bare = frame.subarray(14)
    const { decoded, columns, number } = decode(
      datagram([
        { ...sample, records: [sampledHeader(1, 60, arp)] },
        { ...sample, records: [sampledHeader(11, 40, bare)] },
      ]),
    )
    assert.deepEqual([decoded.flows, columns.rows, decoded.refused], [1, 1, 0])
    assert.deepEqual([number('source_mac'), number('ethernet_type'), number('destination_port')], [0, 0, 22])
  })

  test('counter samples and others’ formats are skipped by their length', () => {
    const counters = Buffer.concat([words(2, 12, 1, 2, 3)])
    const foreign = Buffer.concat([words((8800 << 12) | 1, 8, 1, 2)])
    const one = datagram([sample])
    const body = Buffer.concat([one.subarray(0, 24), words(3), counters, foreign, one.subarray(28)])
    const { decoded, number } = decode(body)
    assert.deepEqual([decoded.flows, decoded.refused, number('sampling')], [1, 0, 512])
  })

  test('missing datagrams are counted by agent and sub-agent, a restart and a late one are not', () => {
    const decoder = new SflowDecoder()
    const send = (sequence: number, more = {}) =>
      decode(datagram([sample], { sequence, ...more }), { decoder }).decoded.lost
    assert.deepEqual([send(10), send(11), send(15), send(14), send(16)], [0, 0, 3, 0, 0])
    assert.deepEqual([send(100, { subAgent: 1 }), send(103, { subAgent: 1 }), send(17)], [0, 2, 0])
    assert.equal(send(900, { agent: [10, 0, 0, 2] }), 0)
    assert.equal(send(50_000, { uptimeMs: 1_000 }), 0)
    const [first] = decoder.exporters()
    assert.deepEqual(
      [first!.exporter, first!.version, first!.packets, first!.flows, first!.lost, first!.sampling],
      ['a:6343', 105, 7, 7, 2, 512],
    )
  })

  test('agents without end: so many are kept, the rest is refused, and silence makes room', () => {
    const decoder = new SflowDecoder()
    let refused = 0
    for (let subAgent = 0; subAgent < 400; subAgent++)
      if (decode(datagram([sample], { subAgent }), { decoder }).refused.includes('exporter-limit')) refused++
    assert.equal([...decoder.exporters()].filter(({ version }) => version === 105).length + refused, 400)
    assert.ok(refused > 0)
    decoder.expire(receivedMs + 48 * 3_600_000)
    assert.deepEqual(decode(datagram([sample], { subAgent: 399 }), { decoder }).refused, [])
  })

  test('lengths and counts that lie: what is whole is decoded, the rest is told', () => {
    const whole = datagram([sample, sample])
    assert.deepEqual(
      [decode(whole.subarray(0, -8)).decoded.flows, decode(whole.subarray(0, -8)).refused],
      [1, ['length']],
    )
    const counts = Buffer.from(whole)
    counts.writeUInt32BE(0xffff_ffff, 24)
    assert.deepEqual([decode(counts).decoded.flows, decode(counts).refused], [2, ['length']])
    const zero = Buffer.concat([whole.subarray(0, 24), words(0xffff_ffff), Buffer.alloc(8 * 1000)])
    assert.deepEqual(decode(zero).refused, ['length'])
    assert.deepEqual(decode(words(4, 1, 0, 0, 0, 0, 0)).refused, ['version'])
    assert.deepEqual(decode(words(5, 3, 0, 0, 0, 0, 0)).refused, ['header'])
    assert.deepEqual(decode(Buffer.from([0, 0, 0])).refused, ['header'])
    const long = sampledHeader(1, 1518, frame)
    const lie = Buffer.from(long.body)
    lie.writeUInt32BE(0x7fff_ffff, 12)
    const lied = decode(datagram([{ ...sample, records: [{ format: 1, body: lie }] }]))
    assert.deepEqual([lied.decoded.flows, lied.refused], [1, ['record']])
  })

  test('a batch that is full is handed over in the middle of a datagram', () => {
    const many = datagram(Array.from({ length: 10 }, () => sample))
    const { decoded, handed, columns, number } = decode(many, { columns: new FlowColumns(4) })
    assert.deepEqual([decoded.flows, handed, columns.rows, number('destination_port')], [10, 8, 2, 22])
    assert.ok(blockColumns(columns).includes(columnIndex.sampling))
  })

  test('what is written is what is read', () => {
    fc.assert(
      fc.property(
        fc.record({
          format: fc.constantFrom(1 as const, 3 as const),
          rate: fc.nat(0xffff_ffff),
          input: fc.nat(0x3fff_fffe),
          output: fc.nat(0x3fff_fffe),
          bytes: fc.nat(0xffff_ffff),
        }),
        ({ bytes, ...head }) => {
          const { number } = decode(datagram([{ ...head, records: [sampledHeader(1, bytes, frame)] }]))
          assert.deepEqual(
            [number('sampling'), number('input_interface'), number('output_interface'), number('raw_bytes')],
            [head.rate, head.input, head.output, bytes],
          )
        },
      ),
    )
  })

  test('however a datagram is changed, nothing is thrown and rows stay within the batch', () => {
    const seeds = ['TestSFlowDecode_1', 'TestExpandedSFlowDecode_1', 'TestSFlowDecodeDropExtendedACL_1'].map(
      (name) => file(`${name}.dat`),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        fc.nat(),
        (seed, changes, cut) => {
          const bytes = Buffer.from(seed)
          for (const [at, value] of changes) bytes[at % bytes.length] = value
          const { decoded, columns } = decode(bytes.subarray(0, 1 + (cut % bytes.length)))
          assert.equal(decoded.flows, columns.rows)
        },
      ),
      { numRuns: 3_000 },
    )
  })
})
