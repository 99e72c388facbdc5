import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { askFirewall } from '../../../src/hub/firewall/ask.ts'
import { spansOf } from '../../../src/hub/api/spans.ts'
import { Where } from '../../../src/hub/api/where.ts'
import { firewallQuestion } from '../../../src/hub/firewall/question.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'

const start = Date.parse('2026-11-20T10:00:00Z')
let store: TestStore

type Row = Readonly<Record<string, string | number>>

before(async () => {
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  const packet = (second: number, source: string, port: number, more: Row = {}) => ({
    time: `2026-11-20 10:00:${String(second).padStart(2, '0')}.000`,
    received: '2026-11-21 00:00:00.500',
    kind: 'firewall.block',
    source_ip: source,
    destination_ip: '192.0.2.1',
    destination_port: port,
    protocol: 6,
    rule: 'BLOCK',
    ...more,
  })
  await store.client('sundew', { database: 'sundew' }).insert({
    table: 'firewall',
    format: 'JSONEachRow',
    values: [
      packet(2, '203.0.113.7', 23, { kind: 'firewall.allow', device: 'gw\u001b[2J', source_mac: 1 }),
      packet(1, '203.0.113.7', 22),
      packet(3, '2001:db8::1', 8 * 256, { protocol: 58, listed: 1, received: '2026-11-21 00:00:01.500' }),
      ...Array.from({ length: 50 }, () => packet(10, '203.0.113.8', 80)),
      packet(10, '203.0.113.9', 81),
      packet(10, '203.0.113.9', 82),
    ],
  })
})
after(() => store.stop())

async function ask(question: unknown): Promise<Row[]> {
  const sources = { store: store.client('reader', { database: 'sundew' }), networks: ['192.0.2.0/24'] }
  const parsed = firewallQuestion.parse(question)
  const pieces = await Array.fromAsync(await askFirewall(sources, parsed, AbortSignal.timeout(60_000)))
  return Buffer.concat(pieces)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

const early = { before: new Date(start + 5000).toISOString() }

describe('lines of firewalls', () => {
  it('come oldest first, addresses and times as people read them', async () => {
    const rows = await ask({
      filter: early,
      fields: ['time', 'kind', 'source_ip', 'destination_port', 'device', 'source_mac'],
    })
    assert.deepEqual(rows, [
      {
        time: '2026-11-20T10:00:01.000Z',
        kind: 'firewall.block',
        source_ip: '203.0.113.7',
        destination_port: 22,
        device: '',
        source_mac: '',
      },
      {
        time: '2026-11-20T10:00:02.000Z',
        kind: 'firewall.allow',
        source_ip: '203.0.113.7',
        destination_port: 23,
        device: 'gw\u001b[2J',
        source_mac: '00:00:00:00:00:01',
      },
      {
        time: '2026-11-20T10:00:03.000Z',
        kind: 'firewall.block',
        source_ip: '2001:db8::1',
        destination_port: 2048,
        device: '',
        source_mac: '',
      },
    ])
  })

  it('come newest first, and so many as are asked for', async () => {
    const rows = await ask({ filter: early, order: 'newest', limit: 2 })
    assert.deepEqual(
      rows.map(({ destination_port }) => destination_port),
      [2048, 23],
    )
  })

  it('are those that the filter lets through', async () => {
    const ports = async (filter: object) =>
      (await ask({ filter: { ...early, ...filter } })).map(({ destination_port }) => destination_port)
    assert.deepEqual(await ports({ kind: ['firewall.allow'] }), [23])
    assert.deepEqual(await ports({ source: ['2001:db8::/32'] }), [2048])
    assert.deepEqual(await ports({ destination_port: [[20, 22]] }), [22])
    assert.deepEqual(await ports({ listed: true }), [2048])
    assert.deepEqual(await ports({ protocol: [[6, 6]], device: ['gw\u001b[2J'] }), [23])
    assert.deepEqual(await ports({ direction: ['outbound'] }), [])
  })

  it('are found by when they came, too', async () => {
    const rows = await ask({
      by: 'received',
      filter: { since: '2026-11-21T00:00:01Z', before: '2026-11-21T00:00:02Z' },
      fields: ['received', 'source_ip'],
    })
    assert.deepEqual(rows, [{ received: '2026-11-21T00:00:01.500Z', source_ip: '2001:db8::1' }])
  })

  it('of more than may be told have what each source sent first, and say how many are left out', async () => {
    const rows = await ask({
      share: { window_ms: 1000, most: 4 },
      fields: ['source_ip', 'destination_port'],
    })
    const busy = rows.filter(({ source_ip }) => source_ip === '203.0.113.8')
    assert.equal(busy.length, 2)
    assert.deepEqual(
      rows.filter(({ source_ip }) => source_ip === '203.0.113.9').map((row) => row['destination_port']),
      [81, 82],
    )
    assert.equal(rows.length, 3 + 4)
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row['left_out']), 0),
      48,
    )
  })

  it('are asked for in spans that memory has room for, a flood’s minute second by second', async () => {
    const reader = store.client('reader', { database: 'sundew' })
    const spans = (most: number) => {
      const source = { table: 'firewall', column: 'time', where: new Where() }
      return spansOf(reader, source, most, AbortSignal.timeout(60_000))
    }
    const lengths = async (most: number) => (await spans(most)).map(({ from, before }) => before - from)
    assert.deepEqual(await lengths(1000), [60_000])
    assert.deepEqual(await lengths(20), [20_000, 20_000, 20_000])
    assert.deepEqual(await lengths(1), Array<number>(30).fill(2000))
    const parts = await spans(20)
    assert.deepEqual([parts[0]?.from, parts.at(-1)?.before], [start, start + 60_000])
    for (const [index, { from }] of parts.entries()) assert.equal(from, parts[index - 1]?.before ?? start)
  })

  it('are not asked of more addresses than a question can hold', async () => {
    const source = Array.from({ length: 65 }, (_, index) => `198.51.${index}.1`)
    await assert.rejects(ask({ filter: { source } }), /64 addresses/)
  })

  it('are shared with all addresses of an IPv6 network as with one', async () => {
    const client = store.client('sundew', { database: 'sundew' })
    const row = (source: string, port: number) => ({
      time: '2026-11-22 10:00:00.000',
      received: '2026-11-22 10:00:00.000',
      kind: 'firewall.block',
      source_ip: source,
      destination_port: port,
      protocol: 6,
    })
    await client.insert({
      table: 'firewall',
      format: 'JSONEachRow',
      values: [
        ...Array.from({ length: 500 }, (_, host) => row(`2001:db8:0:1::${host.toString(16)}`, 1)),
        ...[2, 3].map((port) => row('2001:db8:0:2::1', port)),
        ...[4, 5].map((port) => row('203.0.113.1', port)),
        ...[6, 7].map((port) => row('203.0.113.2', port)),
      ],
    })
    const rows = await ask({
      filter: { since: '2026-11-22T00:00:00Z' },
      share: { window_ms: 1000, most: 8 },
      fields: ['destination_port'],
    })
    const ports = rows.map((told) => Number(told['destination_port']))
    assert.deepEqual(
      ports.toSorted((a, b) => a - b),
      [1, 1, 2, 3, 4, 5, 6, 7],
    )
  })
})
