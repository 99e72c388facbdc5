import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  encodeIpfix,
  encodeV5,
  encodeV9,
  type ExportSet,
  type FieldSpec,
  type FieldValue,
  variableLength,
} from '../../../src/wire/netflow/encode.ts'
import { exporterAt, nowMs, reasons, Rig } from './rig.ts'

const seconds = nowMs / 1000
const uptimeMs = 10_000_000
const ip = (a: number, b: number, c: number, d: number): number =>
  ((a << 24) | (b << 16) | (c << 8) | d) >>> 0

const fields: FieldSpec[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 7, length: 2 },
  { id: 11, length: 2 },
  { id: 4, length: 1 },
  { id: 1, length: 4 },
  { id: 2, length: 4 },
]
const record = (last = 1): FieldValue[] => [ip(10, 0, 0, last), ip(198, 51, 100, 7), 4242, 443, 6, 1500, 3]

function ipfix(sets: ExportSet[], sequence = 0, domain = 1): Uint8Array {
  return encodeIpfix({ seconds, sequence, domain }, sets)
}
function v9(sets: ExportSet[], sequence = 0, domain = 1, uptime = uptimeMs): Uint8Array {
  return encodeV9({ uptimeMs: uptime, seconds, sequence, domain }, sets)
}
const template = (id = 256, of = fields): ExportSet => ({ templates: [{ id, fields: of }] })
const data = (records = [record()], id = 256, of = fields): ExportSet => ({ id, fields: of, records })

describe('a template', () => {
  test('holds for its exporter, port, domain and version only', () => {
    const rig = new Rig()
    rig.decode(ipfix([template()]))
    assert.equal(rig.decode(ipfix([data()]), exporterAt(2)).held, 1)
    assert.equal(rig.decode(ipfix([data()]), exporterAt(1, 9999)).held, 1)
    assert.equal(rig.decode(ipfix([data()], 0, 2)).held, 1)
    assert.equal(rig.decode(v9([data()])).held, 1)
    assert.equal(rig.decode(ipfix([data()])).flows, 1)
  })

  test('that is withdrawn is gone', () => {
    const rig = new Rig()
    rig.decode(ipfix([template(256), template(257)]))
    rig.decode(ipfix([template(256, [])]))
    assert.equal(rig.decode(ipfix([data()])).held, 1)
    assert.equal(rig.decode(ipfix([data([record()], 257)])).flows, 1)
  })

  test('is gone with all others when id 2 is withdrawn, options only with id 3', () => {
    const rig = new Rig()
    const option = {
      options: [
        {
          id: 300,
          scopes: 1,
          fields: [
            { id: 149, length: 4 },
            { id: 34, length: 4 },
          ],
        },
      ],
    }
    rig.decode(ipfix([template(256), template(257), option]))
    rig.decode(ipfix([{ set: 2, body: Uint8Array.of(0, 2, 0, 0) }]))
    assert.deepEqual(
      [...rig.decoder.exporters()].map(({ templates }) => templates),
      [1, 0],
    )
    rig.decode(ipfix([{ set: 3, body: Uint8Array.of(0, 3, 0, 0) }]))
    assert.deepEqual(
      [...rig.decoder.exporters()].map(({ templates }) => templates),
      [0, 0],
    )
  })

  test('that is told anew in another way holds from then on', () => {
    const rig = new Rig()
    const turned = [fields[1]!, fields[0]!, ...fields.slice(2)]
    rig.decode(ipfix([template(), data()]))
    rig.decode(ipfix([template(256, turned), data([record()], 256, turned)]))
    assert.deepEqual(
      rig.rows().map(({ source_ip }) => source_ip),
      ['10.0.0.1', '198.51.100.7'],
    )
  })

  test('that is neither told again nor used expires', () => {
    const rig = new Rig({ limits: { templateMs: 1000 } })
    rig.decode(ipfix([template()]))
    rig.decode(ipfix([data()]), exporterAt(1), nowMs + 900)
    rig.decoder.expire(nowMs + 1500)
    assert.equal(rig.decode(ipfix([data()]), exporterAt(1), nowMs + 1500).flows, 1)
    rig.decoder.expire(nowMs + 3000)
    assert.equal(rig.decode(ipfix([data()]), exporterAt(1), nowMs + 3000).held, 1)
  })

  test("ends with its exporter's stream", () => {
    const rig = new Rig()
    rig.decode(ipfix([template()]))
    rig.decoder.endStream(exporterAt(1))
    assert.equal(rig.decode(ipfix([data()])).held, 1)
  })

  test('of no fields, of fields without length, or cut off, is refused', () => {
    for (const [what, packet] of Object.entries({
      none: v9([template(256, [])]),
      zero: v9([template(256, [{ id: 8, length: 0 }])]),
      cut: ipfix([{ set: 2, body: Uint8Array.of(1, 0, 0, 9, 0, 8, 0, 4) }]),
      low: ipfix([{ set: 2, body: Uint8Array.of(0, 9, 0, 1, 0, 8, 0, 4) }]),
      many: ipfix([
        template(
          256,
          Array.from({ length: 513 }, () => ({ id: 8, length: 4 })),
        ),
      ]),
    }))
      assert.deepEqual(reasons(new Rig().decode(packet)), ['template'], what)
  })

  test('flood of one exporter is bounded and counted', () => {
    const rig = new Rig()
    for (let domain = 0; domain < 200; domain++)
      rig.decode(
        ipfix(
          Array.from({ length: 500 }, (_, id) => template(256 + id)),
          0,
          domain,
        ),
      )
    const held = [...rig.decoder.exporters()].reduce((sum, { templates }) => sum + templates, 0)
    assert.equal(held, 2048)
    assert.equal(rig.refused()['template-limit'], 100_000 - 2048)
  })

  test('and its rates and names are kept over a restart', () => {
    const before = new Rig()
    before.decode(ipfix([template(), ...rateOption(100)]))
    const after = new Rig()
    assert.equal(after.decoder.restore(JSON.parse(JSON.stringify(before.decoder.save())), nowMs), 2)
    assert.equal(after.decode(ipfix([data()])).flows, 1)
    assert.equal(after.rows()[0]!.sampling, 100)
  })

  test('file that is damaged gives what is whole', () => {
    const before = new Rig()
    before.decode(ipfix([template(256), template(257)]))
    const saved = JSON.parse(JSON.stringify(before.decoder.save())) as {
      domains: { templates: { shape: unknown[] }[] }[]
    }
    saved.domains[0]!.templates[0]!.shape[1] = -1
    const after = new Rig()
    assert.equal(after.decoder.restore(saved, nowMs), 1)
    for (const nonsense of [
      null,
      7,
      'x',
      [],
      {},
      { format: 1 },
      { format: 1, domains: [null, 3, {}, { exporter: 1 }] },
    ])
      assert.equal(new Rig().decoder.restore(nonsense, nowMs), 0)
  })
})

describe('data before its template', () => {
  test('waits, and is decoded as of when it came', () => {
    const rig = new Rig()
    assert.equal(rig.decode(ipfix([data([record(1), record(2)])])).held, 1)
    const { flows } = rig.decode(ipfix([template()]), exporterAt(1), nowMs + 5000)
    assert.equal(flows, 2)
    assert.equal(rig.rows()[0]!.time, nowMs)
  })

  test('is counted when its template does not come in time', () => {
    const rig = new Rig()
    rig.decode(ipfix([data()]))
    rig.decoder.expire(nowMs + 61_000)
    assert.deepEqual(rig.refused(), { 'no-template': 1 })
    assert.equal(rig.decode(ipfix([template()]), exporterAt(1), nowMs + 61_000).flows, 0)
  })

  test('past the room for it is refused at once', () => {
    const rig = new Rig({ limits: { heldBytes: 100 } })
    const packet = ipfix([data([record(), record()])])
    assert.deepEqual(
      [1, 2, 3].map(() => rig.decode(packet).held),
      [1, 1, 0],
    )
    assert.deepEqual(rig.refused(), { 'no-template': 1 })
  })
})

describe('exporters', () => {
  test('that send nothing to decode make room; those that did do not', () => {
    const rig = new Rig({ limits: { exporters: 3 } })
    const one = ipfix([template(), data()])
    rig.decode(one, exporterAt(1))
    for (let spoofed = 10; spoofed < 60; spoofed++) rig.decode(ipfix([template()]), exporterAt(spoofed))
    assert.equal(rig.decode(ipfix([data()], 1), exporterAt(1)).flows, 1)
    rig.decode(one, exporterAt(2))
    rig.decode(one, exporterAt(3))
    assert.deepEqual(reasons(rig.decode(one, exporterAt(4))), ['exporter-limit'])
  })
})

describe('sampling', () => {
  const rates = (packets: Uint8Array[], options = {}): unknown[] => {
    const rig = new Rig(options)
    for (const packet of packets) rig.decode(packet)
    return rig.rows().map(({ sampling }) => sampling)
  }
  const sampled = [...fields, { id: 34, length: 4 }]
  const bySampler = [...fields, { id: 48, length: 1 }]

  test('is told by options, from then on', () => {
    assert.deepEqual(rates([v9([template(), data()]), v9([...rateOption(64), data()])]), [0, 64])
  })

  test('is told by options for each sampler, and by the record for itself', () => {
    const packets = [
      v9([
        ...samplerOption(1, 10),
        ...samplerOption(2, 20, 302),
        template(256, bySampler),
        template(257, sampled),
      ]),
      v9([
        data(
          [
            [...record(), 2],
            [...record(), 1],
            [...record(), 9],
          ],
          256,
          bySampler,
        ),
        data(
          [
            [...record(), 7],
            [...record(), 0],
          ],
          257,
          sampled,
        ),
      ]),
    ]
    assert.deepEqual(rates(packets), [20, 10, 0, 7, 0])
  })

  test('is one in (305 + 306) / 305, or 310 / 309', () => {
    const space = [...fields, { id: 305, length: 4 }, { id: 306, length: 4 }]
    const population = [...fields, { id: 309, length: 4 }, { id: 310, length: 4 }]
    const packet = ipfix([
      template(256, space),
      template(257, population),
      data(
        [
          [...record(), 1, 99],
          [...record(), 0, 9],
        ],
        256,
        space,
      ),
      data([[...record(), 2, 100]], 257, population),
    ])
    assert.deepEqual(rates([packet]), [100, 0, 50])
  })

  test("is in v5's header, whose interval of 0 means all", () => {
    const flow = { source: 1, destination: 2, packets: 1, bytes: 40 }
    const v5 = (sampling: number): Uint8Array =>
      encodeV5({ uptimeMs, seconds, sequence: 0, sampling }, [flow])
    assert.deepEqual(rates([v5(0x4000 | 512)]), [512])
    assert.deepEqual(rates([v5(0x4000)]), [undefined])
  })

  test('that is configured holds where nothing tells, and everywhere where it overrides', () => {
    const packets = [
      v9([
        template(256, sampled),
        data(
          [
            [...record(), 7],
            [...record(), 0],
          ],
          256,
          sampled,
        ),
      ]),
    ]
    assert.deepEqual(rates(packets, { sampling: () => ({ rate: 3, override: false }) }), [7, 3])
    assert.deepEqual(rates(packets, { sampling: () => ({ rate: 3, override: true }) }), [3, 3])
  })
})

describe('times', () => {
  const timed = (
    of: FieldSpec[],
    values: FieldValue[],
    encode = v9,
  ): { start: unknown; duration: unknown } => {
    const all = [...fields, ...of]
    const rig = new Rig()
    rig.decode(encode([template(256, all), data([[...record(), ...values]], 256, all)]))
    const [row] = rig.rows()
    return { start: row!.flow_start, duration: row!.duration_ms }
  }
  const ntp = (ms: number): bigint =>
    (BigInt(Math.floor(ms / 1000) + 2_208_988_800) << 32n) | ((BigInt(ms % 1000) << 32n) / 1000n + 1n)
  const start = nowMs - 5500
  const expected = { start, duration: 2500 }

  for (const [what, of, values, encode] of [
    ['uptime', [22, 21, 4], [uptimeMs - 5500, uptimeMs - 3000], v9],
    ['milliseconds', [152, 153, 8], [BigInt(start), BigInt(start + 2500)], ipfix],
    ['microseconds', [154, 155, 8], [ntp(start), ntp(start + 2500)], ipfix],
    ['nanoseconds', [156, 157, 8], [ntp(start), ntp(start + 2500)], ipfix],
    ['microseconds before the export', [158, 159, 4], [5_500_000, 3_000_000], ipfix],
    ['a start and a duration', [152, 161, 8], [BigInt(start), 2500], ipfix],
  ] as const)
    test(`are told by ${what}`, () => {
      const of2 = [
        { id: of[0], length: of[2] },
        { id: of[1], length: of[1] === 161 ? 4 : of[2] },
      ]
      assert.deepEqual(timed(of2, [...values], encode as typeof v9), expected)
    })

  test('by an uptime that has wrapped around are of before it did', () => {
    const rig = new Rig()
    const all = [...fields, { id: 22, length: 4 }, { id: 21, length: 4 }]
    const values = [0xffff_ffff - 999, 500]
    rig.decode(v9([template(256, all), data([[...record(), ...values]], 256, all)], 0, 1, 1000))
    assert.equal(rig.rows()[0]!.flow_start, nowMs - 2000)
    assert.equal(rig.rows()[0]!.duration_ms, 1500)
  })

  test('by uptime in IPFIX need to be told when that began', () => {
    const up = [
      { id: 22, length: 4 },
      { id: 21, length: 4 },
    ]
    const boot = { id: 160, length: 8 }
    assert.deepEqual(timed(up, [4500, 7000], ipfix), { start: nowMs, duration: 2500 })
    assert.deepEqual(timed([...up, boot], [4500, 7000, BigInt(nowMs - 10_000)], ipfix), expected)
  })

  test('that cannot be are counted, and kept', () => {
    const all = [...fields, { id: 152, length: 8 }, { id: 153, length: 8 }]
    const rig = new Rig()
    const ends = [
      [nowMs, nowMs - 1],
      [nowMs + 2 * 86_400_000, nowMs + 2 * 86_400_000],
    ]
    const records = ends.map((values) => [...record(), ...values.map(BigInt)])
    rig.decode(ipfix([template(256, all), data(records, 256, all)]))
    assert.deepEqual(rig.refused(), { time: 2 })
    assert.equal(rig.rows().length, 2)
  })

  test("jumps of an exporter's clock are counted", () => {
    const rig = new Rig()
    rig.decode(v9([template()]))
    assert.deepEqual(reasons(rig.decode(v9([data()], 1), exporterAt(1), nowMs + 3_600_000)), ['time'])
  })
})

describe('numbers missing', () => {
  test('are lost packets in v9, flows in v5, records in IPFIX', () => {
    const rig = new Rig()
    rig.decode(v9([template(), data()], 10))
    assert.equal(rig.decode(v9([data()], 14)).lost, 3)
    rig.decode(ipfix([template(), data([record(), record()])], 100))
    assert.equal(rig.decode(ipfix([data()], 107)).lost, 5)
    const flow = { source: 1, destination: 2, packets: 1, bytes: 40 }
    const v5 = (sequence: number): Uint8Array => encodeV5({ uptimeMs, seconds, sequence }, [flow])
    rig.decode(v5(0xffff_ffff))
    assert.equal(rig.decode(v5(30)).lost, 30)
  })

  test('that only came late are none, and an exporter that was started anew lost none', () => {
    const rig = new Rig()
    for (const sequence of [1, 2, 4, 3, 5]) rig.decode(v9([template()], sequence))
    assert.equal([...rig.decoder.exporters()][0]!.lost, 0)
    assert.equal(rig.decode(v9([template()], 900_000, 1, 50)).lost, 0)
  })
})

describe('fields', () => {
  const decode = (of: FieldSpec[], values: FieldValue[], encode = ipfix) => {
    const rig = new Rig()
    const decoded = rig.decode(encode([template(256, of), data([values], 256, of)]))
    return { row: rig.rows()[0]!, decoded, rig }
  }

  test('of both ways fill the reverse columns (RFC 5103)', () => {
    const both = [
      ...fields,
      { id: 1, length: 8, pen: 29_305 },
      { id: 2, length: 8, pen: 29_305 },
      { id: 6, length: 2, pen: 29_305 },
    ]
    const { row } = decode(both, [...record(), 900, 4, 18])
    assert.deepEqual(
      [row.raw_bytes, row.reverse_bytes, row.reverse_packets, row.reverse_tcp_flags],
      [1500, 900, 4, 18],
    )
  })

  test('of initiator and responder do, too, and totals stand in for deltas', () => {
    const initiator = [
      { id: 231, length: 8 },
      { id: 232, length: 8 },
      { id: 298, length: 4 },
      { id: 299, length: 4 },
    ]
    assert.deepEqual(pick(decode(initiator, [11, 12, 13, 14]).row), [11, 13, 12, 14])
    const totals = [
      { id: 85, length: 8 },
      { id: 86, length: 3 },
    ]
    assert.deepEqual(pick(decode(totals, [2n ** 40n, 70_000]).row), [2 ** 40, 70_000, undefined, undefined])
  })

  const pick = ({
    raw_bytes,
    raw_packets,
    reverse_bytes,
    reverse_packets,
  }: Record<string, unknown>): unknown[] => [raw_bytes, raw_packets, reverse_bytes, reverse_packets]

  test('of ICMP are type * 256 + code in the destination port', () => {
    const icmp = [
      { id: 4, length: 1 },
      { id: 11, length: 2 },
      { id: 32, length: 2 },
    ]
    assert.equal(decode(icmp, [1, 0, 0x0301]).row.destination_port, 0x0301)
    assert.equal(decode(icmp, [6, 443, 0x0301]).row.destination_port, 443)
    const apart = [
      { id: 4, length: 1 },
      { id: 178, length: 1 },
      { id: 179, length: 1 },
    ]
    assert.equal(decode(apart, [58, 128, 1]).row.destination_port, 128 * 256 + 1)
  })

  test('of IPv4 and IPv6 in one template: that counts which is not zero', () => {
    const both = [
      { id: 8, length: 4 },
      { id: 27, length: 16 },
      { id: 12, length: 4 },
      { id: 28, length: 16 },
    ]
    const six = new Uint8Array(16)
    six.set([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5])
    const { row } = decode(both, [0, six, ip(10, 0, 0, 1), new Uint8Array(16)])
    assert.deepEqual([row.source_ip, row.destination_ip], ['2001:db8::5', '10.0.0.1'])
  })

  test('of variable length are read, also long ones, also those of enterprises that nobody knows', () => {
    const of = [
      { id: 96, length: variableLength },
      { id: 77, pen: 4_000_000, length: variableLength },
      ...fields,
    ]
    const { row, rig } = decode(of, [Buffer.from('dns'), new Uint8Array(300).fill(1), ...record()])
    assert.equal(row.application, 'dns')
    assert.equal(row.source_ip, '10.0.0.1')
    assert.deepEqual([...rig.decoder.exporters()][0]!.unknown, [['4000000.77', 1]])
  })

  test('that an exporter describes have the name that it says (RFC 5610)', () => {
    const described = [
      { id: 346, length: 4 },
      { id: 303, length: 2 },
      { id: 341, length: 8 },
      { id: 339, length: 1 },
    ]
    const rig = new Rig()
    const of = [...fields, { id: 5, pen: 4242, length: 2 }]
    rig.decode(
      ipfix([
        { options: [{ id: 300, scopes: 2, fields: described }] },
        data([[4242, 5, Buffer.from('humidity'), 2]], 300, described),
        template(256, of),
        data([[...record(), 77]], 256, of),
      ]),
    )
    assert.deepEqual(JSON.parse(String(rig.rows()[0]!.extra)), { humidity: 77 })
  })

  test('of applications are named by options, else by number', () => {
    const named = [
      { id: 95, length: 4 },
      { id: 96, length: 6 },
    ]
    const of = [...fields, { id: 95, length: 4 }]
    const rig = new Rig()
    rig.decode(
      v9([
        { options: [{ id: 300, scopes: 1, fields: [{ id: 1, length: 4 }, ...named] }] },
        data([[0, 0x0300_0050, Buffer.from('http')]], 300, [{ id: 1, length: 4 }, ...named]),
        template(256, of),
        data(
          [
            [...record(), 0x0300_0050],
            [...record(), 0x0300_0051],
          ],
          256,
          of,
        ),
      ]),
    )
    assert.deepEqual(
      rig.rows().map(({ application }) => application),
      ['http', '3..81'],
    )
  })

  test('of frames are handed to who reads frames, with the whole size as bytes', () => {
    const of = [
      { id: 312, length: 2 },
      { id: 315, length: 14 },
    ]
    const seen: unknown[] = []
    const rig = new Rig({ frame: (_view, _offset, length, layer) => seen.push([length, layer]) })
    rig.decode(ipfix([template(256, of), data([[1514, new Uint8Array(14)]], 256, of)]))
    assert.deepEqual(seen, [[14, 'ethernet']])
    assert.deepEqual(pick(rig.rows()[0]!), [1514, 1, undefined, undefined])
  })

  test('of a length that their type cannot have are counted', () => {
    const { decoded, rig } = decode([...fields, { id: 56, length: 5 }], [...record(), new Uint8Array(5)])
    assert.equal(decoded.flows, 1)
    assert.deepEqual(rig.refused(), { element: 1 })
  })
})

describe('bad input', () => {
  const good = v9([template(), data([record(1), record(2)])])

  test('is counted by its reason', () => {
    const cut = good.slice(0, good.length - 8)
    const long = ipfix([template(), data()])
    new DataView(long.buffer).setUint16(2, long.length + 100)
    const reason = (bytes: Uint8Array): string[] => reasons(new Rig().decode(bytes))
    assert.deepEqual(reason(new Uint8Array(0)), ['header'])
    assert.deepEqual(reason(good.slice(0, 19)), ['header'])
    assert.deepEqual(reason(Uint8Array.of(0, 8, 0, 0)), ['version'])
    assert.deepEqual(reason(cut), ['length'])
    assert.deepEqual(reason(long), ['length'])
    assert.deepEqual(
      reason(
        v9([
          { set: 256, body: new Uint8Array(0) },
          { set: 7, body: new Uint8Array(4) },
        ]),
      ),
      ['header'],
    )
  })

  test('that says a set has no length ends the packet, and zeros at its end are no fault', () => {
    const zeros = new Uint8Array(good.length + 900)
    zeros.set(good)
    assert.deepEqual(reasons(new Rig().decode(zeros)), [])
    zeros[good.length + 1] = 1
    assert.deepEqual(reasons(new Rig().decode(zeros)), ['length'])
  })

  test('with a variable length past its set is a broken record, and what came before is kept', () => {
    const of = [...fields, { id: 96, length: variableLength }]
    const packet = ipfix([
      template(256, of),
      data(
        [
          [...record(), Buffer.from('a')],
          [...record(), Buffer.from('b')],
        ],
        256,
        of,
      ),
    ])
    packet[packet.lastIndexOf(98) - 1] = 200
    const rig = new Rig()
    const decoded = rig.decode(packet)
    assert.deepEqual([decoded.flows, reasons(decoded)], [1, ['record']])
  })

  test('with a claimed count of 55,582 flows gives those that are there', () => {
    const flow = { source: 1, destination: 2, packets: 1, bytes: 40 }
    const decoded = new Rig().decode(
      encodeV5({ uptimeMs, seconds, sequence: 0, count: 55_582 }, [flow, flow]),
    )
    assert.deepEqual([decoded.flows, reasons(decoded)], [2, ['length']])
  })
})

test('a batch that is full is handed on, and no row is missing', () => {
  const rig = new Rig({}, 10)
  const records = Array.from({ length: 37 }, (_, last) => record(last))
  assert.equal(rig.decode(ipfix([template(), data(records)])).flows, 37)
  assert.deepEqual(
    rig.rows().map(({ source_ip }) => source_ip),
    records.map((_, last) => `10.0.0.${last}`),
  )
})

test('v1 and v7 decode', () => {
  const packet = new Uint8Array(16 + 52)
  const view = new DataView(packet.buffer)
  view.setUint16(0, 1)
  view.setUint16(2, 1)
  view.setUint32(16, ip(10, 0, 0, 1))
  view.setUint32(16 + 20, 777)
  view.setUint16(16 + 34, 53)
  view.setUint8(16 + 38, 17)
  const rig = new Rig()
  rig.decode(packet)
  const seven = new Uint8Array(24 + 52)
  seven.set(packet.subarray(16), 24)
  seven.set([0, 7, 0, 1])
  rig.decode(seven)
  for (const row of rig.rows())
    assert.deepEqual(
      [row.source_ip, row.raw_bytes, row.destination_port, row.protocol],
      ['10.0.0.1', 777, 53, 17],
    )
  assert.equal(rig.rows().length, 2)
})

const optionFields: FieldSpec[] = [
  { id: 1, length: 4 },
  { id: 34, length: 4 },
]

function rateOption(rate: number): ExportSet[] {
  return [{ options: [{ id: 300, scopes: 1, fields: optionFields }] }, data([[0, rate]], 300, optionFields)]
}

function samplerOption(sampler: number, rate: number, selector = 48): ExportSet[] {
  const own = [optionFields[0]!, { id: selector, length: 4 }, { id: 50, length: 4 }]
  return [
    { options: [{ id: 300 + sampler, scopes: 1, fields: own }] },
    data([[0, sampler, rate]], 300 + sampler, own),
  ]
}
