import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressWords } from '../../../src/collectors/flow/address-bytes.ts'
import { Health, type DomainHealth } from '../../../src/collectors/flow/health.ts'

const domain = (changes: Partial<DomainHealth> = {}): DomainHealth => ({
  exporter: '192.0.2.1:2055',
  domain: 7,
  version: 9,
  packets: 10,
  flows: 100,
  lost: 1,
  held: 0,
  templates: 2,
  refused: {},
  unknown: [],
  sampling: 0,
  clockMs: -1_500.4,
  ...changes,
})

test('an exporter is told of with what is new since the last time, its domains summed up', () => {
  const health = new Health()
  const [first] = health.take([
    domain({ refused: { template: 2 }, unknown: [['9.12', 5]] }),
    domain({ domain: 8, version: 10, packets: 1, sampling: 100 }),
  ])
  assert.deepEqual(first, {
    exporter: '192.0.2.1:2055',
    domains: ['7', '8'],
    versions: ['netflow9', 'ipfix'],
    packets: 11,
    flows: 200,
    lost: 2,
    held: 0,
    templates: 4,
    dropped: 0,
    refused: ['template 2'],
    unknown: ['9.12 5'],
    sampling: 100,
    clock_ms: -1_500,
  })
  const [second] = health.take([
    domain({ packets: 12, flows: 110, lost: 0, refused: { template: 2, length: 3 } }),
    domain({ domain: 8, version: 10, packets: 1, sampling: 100 }),
  ])
  assert.deepEqual(
    [second?.packets, second?.flows, second?.lost, second?.refused, second?.unknown],
    [2, 10, 0, ['length 3'], []],
  )
})

test('who sent nothing since is not told of; who was forgotten and came again is', () => {
  const health = new Health()
  assert.equal(health.take([domain()]).length, 1)
  assert.equal(health.take([domain()]).length, 0)
  assert.equal(health.take([]).length, 0)
  assert.equal(health.take([domain()])[0]?.packets, 10)
})

test('dropped rows are counted for who sent them', () => {
  const health = new Health()
  const [one, other] = [addressWords('192.0.2.1'), addressWords('2001:db8::1')]
  health.dropped({
    rows: 4,
    exporterIp: Uint32Array.of(...one, ...one, ...other, ...one),
    exporterPort: Uint16Array.of(2055, 2055, 9, 2055),
  })
  const events = health.take([domain(), domain({ exporter: '[2001:db8::1]:9' })])
  assert.deepEqual(
    events.map(({ exporter, dropped }) => [exporter, dropped]),
    [
      ['192.0.2.1:2055', 3],
      ['[2001:db8::1]:9', 1],
    ],
  )
  assert.equal(health.take([domain({ packets: 11 })])[0]?.dropped, 0)
})

test('a flood of exporters and names is told of within limits', () => {
  const health = new Health()
  const events = health.take(
    Array.from({ length: 5_000 }, (_, i) =>
      domain({
        exporter: `192.0.2.1:${i}`,
        unknown: Array.from({ length: 200 }, (__, id) => [`9.${id}`, id + 1] as const),
      }),
    ),
  )
  assert.equal(events.length, 501)
  assert.equal(events[0]?.unknown.length, 50)
  assert.equal(events[0]?.unknown[0], '9.199 200')
})

test('exporters past the first 500 are told of together, with what is new of theirs', () => {
  const health = new Health()
  const minute = (packets: number, exporters: number) =>
    Array.from({ length: exporters }, (_, i) =>
      domain({ exporter: `192.0.2.1:${i}`, packets, flows: packets * 10, refused: { length: packets } }),
    )
  health.take(minute(3, 510))
  // One more came, and one that is told of among the others dropped rows.
  health.dropped({
    rows: 2,
    exporterIp: Uint32Array.of(...addressWords('192.0.2.1'), ...addressWords('192.0.2.1')),
    exporterPort: Uint16Array.of(505, 505),
  })
  const events = health.take(minute(5, 511))
  const { exporter, domains, packets, flows, refused, dropped, sampling, clock_ms } = events.at(-1)!
  assert.equal(events.length, 501)
  assert.deepEqual(
    { exporter, domains, packets, flows, refused, dropped },
    { exporter: 'others', domains: [], packets: 25, flows: 250, refused: ['length 25'], dropped: 2 },
  )
  assert.deepEqual([sampling, clock_ms], [undefined, undefined])
  assert.deepEqual(health.take(minute(5, 511)), [])
})

test('rows dropped of more senders than are counted by name are the others’', () => {
  const health = new Health()
  const ports = Array.from({ length: 600 }, (_, port) => port)
  health.dropped({
    rows: 600,
    exporterIp: Uint32Array.from(ports.flatMap(() => [...addressWords('192.0.2.1')])),
    exporterPort: Uint16Array.from(ports),
  })
  assert.deepEqual(
    health.take([]).map(({ exporter, dropped }) => [exporter, dropped]),
    [['others', 100]],
  )
})

test('sFlow tells no clock, and garbage no version', () => {
  const [event] = new Health().take([
    domain({ version: 105, clockMs: 0 }),
    domain({ version: 0, domain: 0, clockMs: 0, packets: 1 }),
  ])
  assert.equal(event?.clock_ms, undefined)
  assert.deepEqual([event?.versions, event?.domains], [['sflow5', 'unknown'], ['7']])
})
