import assert from 'node:assert/strict'
import { after, before as beforeAll, before, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { askFlows, type FlowSources, whereFor } from '../../../src/hub/flows/ask.ts'
import { dimensions } from '../../../src/hub/flows/dimensions.ts'
import { flowFields } from '../../../src/hub/flows/fields.ts'
import { flowFilter, type FlowFilter } from '../../../src/hub/flows/filter.ts'
import { flowQuestion } from '../../../src/hub/flows/question.ts'
import { AddressSetBuilder } from '../../../src/match/address-set-builder.ts'
import { parseRange } from '../../../src/match/parse-address.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'
import { passes } from './brute-force.ts'
import { type Flow, keepFlows, keepForever } from './kept-flows.ts'

const signal = new AbortController().signal
const start = Date.UTC(2026, 10, 25, 10)
const networks = ['10.0.0.0/8', 'fd00::/8']
const listed = ['203.0.113.0/24', '203.0.113.9', '198.51.100.7', '2001:db8:bad::/48']

/** Few values of each, so that filters meet some. */
const flow: fc.Arbitrary<Flow> = fc.record({
  time: fc.integer({ min: 0, max: 7200 }).map((second) => start + second * 1000),
  duration: fc.constantFrom(0, 1, 999, 60_000),
  source: fc.constantFrom(
    '10.0.0.1',
    '10.0.0.2',
    '203.0.113.9',
    '198.51.100.7',
    'fd00::1',
    '2001:db8:bad::1',
  ),
  destination: fc.constantFrom(
    '10.0.0.2',
    '10.200.3.4',
    '203.0.113.77',
    '192.0.2.1',
    '2001:db8:bad::2',
    'fd00::1',
  ),
  sourcePort: fc.constantFrom(0, 22, 443, 40_000, 65_535),
  destinationPort: fc.constantFrom(0, 22, 53, 443, 2048, 771),
  protocol: fc.constantFrom(1, 6, 17, 58),
  flags: fc.constantFrom(0, 2, 18, 27, 31, 194),
  bytes: fc.constantFrom(0, 40, 1500, 5_000_000_000),
  packets: fc.constantFrom(0, 1, 3, 1000),
  sampling: fc.constantFrom(0, 1, 100),
  exporter: fc.constantFrom('10.0.0.254', '10.0.1.254'),
  input: fc.constantFrom(0, 1, 2),
  output: fc.constantFrom(0, 1, 3),
  sourceAs: fc.constantFrom(0, 64_500, 4_200_000_000),
  destinationAs: fc.constantFrom(0, 64_500),
  sourceCountry: fc.constantFrom('', 'DE', 'US'),
  destinationCountry: fc.constantFrom('', 'DE', 'FR'),
  nextHop: fc.constantFrom('::', '10.0.0.9'),
  application: fc.constantFrom('', 'dns', 'a"b\n\u001b[31m'),
})

const ranges = fc.array(
  fc.constantFrom(
    '10.0.0.1',
    '10.0.0.0/8',
    '203.0.113.0/24',
    '192.0.2.1-198.51.100.7',
    'fd00::/8',
    '2001:db8:bad::1',
    '::/0',
  ),
  { minLength: 1, maxLength: 3 },
)
/** More ranges than are asked of the store one by one. */
const largeSet = fc
  .subarray(['10.0.0.1', '10.0.0.2', '203.0.113.77', '2001:db8:bad::2', 'fd00::1'], { minLength: 1 })
  .map((some) =>
    [...some, ...Array.from({ length: 100 }, (_, i) => `172.16.${i}.1`), ''].join('\n# comment\n'),
  )
const smallSet = ranges.map((texts) => texts.join('\n'))
const span = (...values: number[]) =>
  fc.array(
    fc
      .tuple(fc.constantFrom(...values), fc.constantFrom(...values))
      .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
    { minLength: 1, maxLength: 3 },
  )
const amount = fc.record(
  { least: fc.constantFrom(0, 1, 40, 1500, 100_000), most: fc.constantFrom(1, 60, 1500, 500_000_000_000) },
  { requiredKeys: [] },
)
const time = fc
  .oneof(
    { weight: 9, arbitrary: fc.integer({ min: -1, max: 7300 }).map((second) => start + second * 1000) },
    // Hours that the store has no name for.
    { weight: 1, arbitrary: fc.constantFrom(Date.UTC(1960, 0), Date.UTC(2150, 0)) },
  )
  .map((ms) => new Date(ms).toISOString())
const codes = fc.subarray(['DE', 'US', 'FR', 'XX'], { minLength: 1 })

const everyPart = {
  since: time,
  before: time,
  address: ranges,
  source: ranges,
  destination: ranges,
  not_address: ranges,
  not_source: ranges,
  not_destination: ranges,
  set: fc.oneof(smallSet, largeSet),
  source_set: fc.oneof(smallSet, largeSet),
  destination_set: fc.oneof(smallSet, largeSet),
  not_set: fc.oneof(smallSet, largeSet),
  not_source_set: fc.oneof(smallSet, largeSet),
  not_destination_set: fc.oneof(smallSet, largeSet),
  intel: fc.constantFrom('all' as const, ['bad'], ['worse', 'bad']),
  port: span(0, 22, 443, 40_000),
  source_port: span(0, 22, 443, 65_535),
  destination_port: span(0, 22, 443, 2048),
  not_port: span(0, 22, 443),
  not_source_port: span(22, 443),
  not_destination_port: span(22, 443),
  protocol: span(1, 6, 17, 58),
  not_protocol: span(1, 6, 17),
  flags: fc.array(fc.constantFrom({ high: 2, mask: 18 }, { high: 18, mask: 18 }, { high: 0, mask: 4 }), {
    minLength: 1,
  }),
  bytes: amount,
  packets: amount,
  duration_ms: amount,
  exporter: fc.constantFrom(['10.0.0.254'], ['10.0.1.0/24']),
  next_hop: fc.constant(['10.0.0.9']),
  interface: span(1, 2, 3),
  input_interface: span(1, 2),
  output_interface: span(1, 3),
  country: codes,
  source_country: codes,
  destination_country: codes,
  not_country: codes,
  as: span(64_500, 4_200_000_000),
  source_as: span(0, 64_500, 4_200_000_000),
  destination_as: span(0, 64_500),
  not_as: span(64_500),
  icmp_type: span(3, 8),
  icmp_code: span(0, 3),
  direction: fc.subarray(['outbound', 'inbound', 'internal', 'external'] as const, { minLength: 1 }),
  version: fc.constantFrom(4 as const, 6 as const),
} satisfies { readonly [K in keyof Required<FlowFilter>]: fc.Arbitrary<NonNullable<FlowFilter[K]>> }

/** Some two parts of a filter at a time: more let nothing through. */
const filter = fc
  .subarray(Object.keys(everyPart) as (keyof typeof everyPart)[], { minLength: 0, maxLength: 3 })
  .chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, everyPart[name] as fc.Arbitrary<unknown>]))),
  )
  .map((given) => flowFilter.parse(given))

let store: TestStore
let sources: FlowSources
let flows: Flow[]
let writer: ClickHouseClient

async function answer(question: unknown): Promise<Record<string, unknown>[]> {
  const { body } = await askFlows(sources, flowQuestion.parse(question), signal)
  return (await text(body))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body)).toString('utf8')
}

before(async () => {
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  writer = store.client('sundew', { database: 'sundew' })
  await keepForever(writer)
  flows = fc.sample(flow, { numRuns: 3000, seed: 4 })
  await keepFlows(writer, flows)
  const builder = new AddressSetBuilder()
  const labels = [
    builder.label(builder.source('bad'), 'A pulse', 'https://example.org/1'),
    builder.label(builder.source('worse')),
  ]
  for (const [index, entry] of listed.entries()) {
    const { first, last } = parseRange(entry)!
    builder.add(first, last, labels[index % 2]!)
  }
  const set = builder.build()
  sources = { store: store.client('reader', { database: 'sundew' }), networks, listed: () => set }
})

after(() => store.stop())

describe('a question about flows', () => {
  test('counts what a filter lets through, as looking at each does', async () => {
    await fc.assert(
      fc.asyncProperty(filter, async (given) => {
        const expected = flows.filter((one) =>
          passes(one, given, {
            networks,
            lists: { bad: ['203.0.113.0/24', '198.51.100.7'], worse: ['203.0.113.9', '2001:db8:bad::/48'] },
          }),
        )
        const [count] = await answer({ mode: 'count', filter: given })
        const scaled = (raw = 0, sampling = 0) => raw * Math.max(1, sampling)
        assert.equal(count?.['flows'], expected.length)
        assert.equal(
          count['bytes'],
          expected.reduce((sum, one) => sum + scaled(one.bytes, one.sampling), 0),
        )
        assert.equal(
          count['packets'],
          expected.reduce((sum, one) => sum + scaled(one.packets, one.sampling), 0),
        )
      }),
      {
        numRuns: 150,
        examples: (Object.keys(everyPart) as (keyof typeof everyPart)[]).map((name): [FlowFilter] => [
          flowFilter.parse({ [name]: fc.sample(everyPart[name] as fc.Arbitrary<unknown>, 1)[0] }),
        ]),
      },
    )
  })

  test('puts no value of a filter into the SQL', async () => {
    const world: FlowSources = { ...sources, networks: ['198.18.0.0/15'] }
    const { where } = await whereFor(
      world,
      flowFilter.parse({
        address: ['198.18.7.7'],
        source: ['198.18.0.0/16'],
        port: [[60_077, 60_078]],
        not_source_port: [[60_079, 60_079]],
        bytes: { least: 987_654 },
        country: ['QQ'],
        flags: [{ high: 12_345, mask: 12_345 }],
        as: [[4_199_999_999, 4_199_999_999]],
        direction: ['outbound'],
        since: '2019-03-04T05:06:07Z',
        set: Array.from({ length: 200 }, (_, i) => `198.18.9.${i}`).join('\n\n'),
      }),
      signal,
    )
    for (const value of [
      '198.18',
      '60077',
      '60078',
      '60079',
      '987654',
      'QQ',
      '12345',
      '4199999999',
      '2019',
      String(Date.parse('2019-03-04T05:06:07Z')),
    ])
      assert.ok(!where.sql.includes(value), `${value} is in ${where.sql}`)
  })
})

describe('a question about an hour', () => {
  test('reads little more of the day than that hour', async () => {
    await writer.command({ query: 'CREATE TABLE a_day AS flows' })
    await writer.command({
      query:
        "INSERT INTO a_day (time, source_ip) SELECT fromUnixTimestamp64Milli({day:Int64} + toInt64(number * 432), 'UTC'), toIPv6(IPv4NumToString(toUInt32(sipHash64(number)))) FROM numbers(200000)",
      query_params: { day: Date.UTC(2026, 10, 24) },
    })
    await writer.command({ query: 'OPTIMIZE TABLE a_day FINAL' })
    const given = flowFilter.parse({ since: '2026-11-24T09:10:00Z', before: '2026-11-24T09:50:00Z' })
    const { where } = await whereFor(sources, given, signal)
    const answered = await writer.query({
      query: `EXPLAIN indexes = 1 SELECT count() FROM a_day ${where.sql}`,
      query_params: where.params,
      format: 'TabSeparatedRaw',
    })
    const read = [...(await answered.text()).matchAll(/Granules: (\d+)\/(\d+)/g)].map(([, some, all]) => [
      Number(some),
      Number(all),
    ])
    const most = Math.max(...read.map(([, all]) => all!))
    const least = Math.min(...read.map(([some]) => some!))
    assert.ok(most >= 20 && least <= 4, JSON.stringify(read))
  })
})

describe('flows themselves', () => {
  test('come whole and in order, newest or oldest first, with or without a limit', async () => {
    const filter = { protocol: [[6, 6]], source: ['10.0.0.1', 'fd00::1'] }
    const expected = flows
      .filter((one) => one.protocol === 6 && ['10.0.0.1', 'fd00::1'].includes(one.source))
      .map((one) => one.time)
      .sort((a, b) => a - b)
    const times = async (more: object) =>
      (await answer({ mode: 'rows', filter, fields: ['time'], ...more })).map((row) =>
        Date.parse(String(row['time'])),
      )
    assert.ok(expected.length > 100)
    assert.deepEqual(await times({}), expected)
    assert.deepEqual(await times({ order: 'newest' }), expected.toReversed())
    assert.deepEqual(await times({ order: 'newest', limit: 7 }), expected.toReversed().slice(0, 7))
    assert.deepEqual(await times({ limit: 7 }), expected.slice(0, 7))
  })

  test('are told as people read them, in every field there is', async () => {
    const [row, ...others] = await answer({
      mode: 'rows',
      filter: { source: ['203.0.113.9'], destination: ['2001:db8:bad::2'] },
      fields: flowFields,
      limit: 1,
    })
    assert.deepEqual(others, [])
    assert.deepEqual(Object.keys(row ?? {}), flowFields)
    assert.equal(row?.['source_ip'], '203.0.113.9')
    assert.equal(row['destination_ip'], '2001:db8:bad::2')
    assert.match(String(row['time']), /^2026-11-25T1\d:\d\d:\d\d\.\d{3}Z$/)
    assert.match(String(row['source_country']), /^([A-Z]{2})?$/)
    assert.equal(row['source_mac'], '')
    assert.equal(row['nat_source_ip'], '')
  })

  test('come as CSV with one line of names, also where there are none', async () => {
    const csv = async (filter: object) => {
      const { body } = await askFlows(
        sources,
        flowQuestion.parse({ mode: 'rows', format: 'csv', filter, fields: ['source_ip', 'bytes'] }),
        signal,
      )
      return (await text(body)).split('\n')
    }
    const lines = await csv({ source: ['10.0.0.1'] })
    assert.equal(lines.length, flows.filter(({ source }) => source === '10.0.0.1').length + 2)
    assert.equal(lines.filter((line) => line === '"source_ip","bytes"').length, 1)
    assert.deepEqual(await csv({ source: ['192.0.2.99'] }), ['"source_ip","bytes"', ''])
  })
})

describe('sums of flows', () => {
  test('of every dimension add up to what passed', async () => {
    const sum = (rows: readonly Record<string, unknown>[], name: string) =>
      rows.reduce((total, row) => total + Number(row[name]), 0)
    const ported = flows.filter(({ protocol }) => protocol === 6 || protocol === 17)
    const twice = (a: (one: Flow) => unknown, b: (one: Flow) => unknown) =>
      flows.reduce((total, one) => total + (a(one) === b(one) ? 1 : 2), 0)
    for (const { name, keys } of dimensions) {
      const rows = await answer({ mode: 'top', of: name, by: 'flows', limit: 1000 })
      const expected =
        name === 'address'
          ? twice(
              ({ source }) => source,
              ({ destination }) => destination,
            )
          : name === 'country'
            ? twice(
                ({ sourceCountry }) => sourceCountry,
                ({ destinationCountry }) => destinationCountry,
              )
            : name === 'as'
              ? twice(
                  ({ sourceAs }) => sourceAs,
                  ({ destinationAs }) => destinationAs,
                )
              : name.endsWith('port')
                ? ported.length
                : flows.length
      assert.equal(sum(rows, 'flows'), expected, name)
      assert.ok(Math.abs(sum(rows, 'percent') - 100) < 1, name)
      assert.deepEqual(
        Object.keys(rows[0] ?? {}).slice(0, keys.length),
        keys.map((key) => key.name),
      )
      const counts = rows.map((row) => Number(row['flows']))
      assert.deepEqual(
        counts,
        counts.toSorted((a, b) => b - a),
      )
    }
  })

  test('by step of time tell the empty steps between too', async () => {
    const rows = await answer({ mode: 'histogram', step_seconds: 7, filter: { source: ['198.51.100.7'] } })
    const chosen = flows.filter(({ source }) => source === '198.51.100.7')
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row['flows']), 0),
      chosen.length,
    )
    const times = rows.map((row) => Date.parse(String(row['time'])))
    for (const [index, time] of times.entries()) {
      assert.equal(time, times[0]! + index * 7000)
      assert.equal(
        rows[index]!['flows'],
        chosen.filter((one) => one.time >= time && one.time < time + 7000).length,
      )
    }
    assert.ok(rows.some((row) => row['flows'] === 0))
  })
})

describe('a hunt', () => {
  test('has one row a host and entry, with what passed either way and who began', async () => {
    const rows = await answer({ mode: 'hunt' })
    const row = rows.find(({ host, indicator }) => host === '10.0.0.2' && indicator === '203.0.113.9')
    const sent = flows.filter((one) => one.source === '10.0.0.2' && one.destination === '203.0.113.9')
    const received = flows.filter((one) => one.source === '203.0.113.9' && one.destination === '10.0.0.2')
    assert.equal(row?.['flows'], sent.length + received.length)
    assert.deepEqual(row['lists'], ['worse', 'bad'])
    assert.equal(row['title'], 'A pulse')
    assert.equal(row['link'], 'https://example.org/1')
    assert.equal(row['direction'], sent.length > 0 ? 'outbound' : 'inbound')
    assert.equal(row['host_is_ours'], true)
    assert.equal(row['first'], new Date(Math.min(...received.map(({ time }) => time))).toISOString())
    assert.equal(
      new Set(rows.map(({ host, indicator }) => `${String(host)} ${String(indicator)}`)).size,
      rows.length,
    )
    const met = flows.reduce((count, { source, destination }) => {
      const bad = (address: string) =>
        listed.some((entry) =>
          passes(
            { time: 0, source: address, destination: address },
            { source: [entry] },
            { networks, lists: {} },
          ),
        )
      return count + Number(bad(source)) + Number(bad(destination))
    }, 0)
    assert.equal(
      rows.reduce((sum, { flows: some }) => sum + Number(some), 0),
      met,
    )
  })

  test('may be of some lists only, and needs one', async () => {
    const rows = await answer({ mode: 'hunt', filter: { intel: ['worse'] } })
    assert.deepEqual(
      new Set(rows.map(({ indicator }) => indicator)),
      new Set(['203.0.113.9', '2001:db8:bad::/48']),
    )
    await assert.rejects(answer({ mode: 'hunt', filter: { intel: ['unheard-of'] } }), /There is no list/)
    await assert.rejects(
      askFlows({ ...sources, listed: () => undefined }, flowQuestion.parse({ mode: 'hunt' }), signal),
      /No list of bad addresses is in force/,
    )
  })
})

describe('the past beyond the flows themselves', () => {
  const dayMs = 86_400_000
  /** So long ago that the flows and the sums by the minute are gone. */
  const old = start - 30 * dayMs
  const gone: readonly Flow[] = [
    {
      time: old,
      source: '10.0.0.1',
      destination: '203.0.113.9',
      destinationPort: 443,
      sourcePort: 50_000,
      bytes: 1000,
      packets: 3,
      sampling: 10,
      input: 7,
      destinationCountry: 'NL',
    },
    {
      time: old + 60_000,
      source: '203.0.113.9',
      destination: '10.0.0.1',
      destinationPort: 50_000,
      sourcePort: 443,
      bytes: 5000,
      packets: 4,
      sampling: 10,
      input: 8,
      sourceCountry: 'NL',
    },
    {
      time: old + 400_000,
      source: '10.0.0.2',
      destination: '2001:db8:bad::77',
      destinationPort: 53,
      sourcePort: 50_001,
      protocol: 17,
      bytes: 70,
      packets: 1,
      input: 7,
    },
  ]
  const since = new Date(old - dayMs).toISOString()
  const before = new Date(old + dayMs).toISOString()

  async function tableOf(question: object): Promise<string> {
    const { table, body } = await askFlows(sources, flowQuestion.parse(question), signal)
    await text(body)
    return table
  }

  beforeAll(async () => {
    await keepFlows(writer, gone)
    const day = new Date(old).toISOString().slice(0, 10)
    for (const table of ['flows', 'flows_1m'])
      await writer.command({ query: `ALTER TABLE ${table} DROP PARTITION '${day}'` })
  })

  test('is told from sums, the finest that reach back so far, where they have what is asked for', async () => {
    const filter = { since, before }
    assert.equal(await tableOf({ mode: 'count', filter }), 'flows_5m')
    assert.equal(await tableOf({ mode: 'count', filter: { ...filter, protocol: [[6, 6]] } }), 'flows_5m')
    assert.equal(await tableOf({ mode: 'count', filter: { ...filter, source: ['10.0.0.1'] } }), 'flows')
    assert.equal(await tableOf({ mode: 'count', filter: { since: new Date(start).toISOString() } }), 'flows')
    assert.equal(await tableOf({ mode: 'histogram', step_seconds: 7200, filter }), 'flows_5m')
    assert.equal(await tableOf({ mode: 'histogram', step_seconds: 60, filter }), 'flows')
    assert.equal(await tableOf({ mode: 'top', of: 'port', filter }), 'flows_5m')
    assert.equal(await tableOf({ mode: 'top', of: 'source', filter }), 'flows')
  })

  test('has the same sums as the flows had', async () => {
    const filter = { since, before }
    const [count] = await answer({ mode: 'count', filter })
    assert.deepEqual([count?.['flows'], count?.['packets'], count?.['bytes']], [3, 71, 60_070])
    assert.ok(
      Date.parse(String(count?.['first'])) <= old && Date.parse(String(count?.['last'])) > old + 400_000,
    )
    const told = (rows: Record<string, unknown>[], ...names: string[]) =>
      rows.map((row) => names.map((name) => row[name]))
    assert.deepEqual(
      told(
        await answer({ mode: 'top', of: 'port', filter }),
        'protocol',
        'port',
        'flows',
        'bytes',
        'percent',
      ),
      [
        [6, 443, 2, 60_000, 99.88],
        [17, 53, 1, 70, 0.12],
      ],
    )
    assert.deepEqual(
      told(
        await answer({ mode: 'top', of: 'country', filter: { ...filter, input_interface: [[7, 7]] } }),
        'country',
        'bytes',
      ),
      [
        ['', 10_070],
        ['NL', 10_000],
      ],
    )
    const steps = await answer({ mode: 'histogram', step_seconds: 300, filter })
    assert.equal(
      steps.reduce((sum, row) => sum + Number(row['bytes']), 0),
      60_070,
    )
  })

  test('still has who was seen in which hour, also by a set and by what is listed', async () => {
    const filter = { since, before }
    const rows = await answer({ mode: 'seen', filter: { ...filter, intel: 'all' } })
    assert.deepEqual(rows, [
      {
        address: '203.0.113.9',
        country: 'NL',
        as: 0,
        hours: 1,
        first: '2026-10-26T10:00:00Z',
        last: '2026-10-26T10:00:00Z',
        sent_flows: 1,
        sent_bytes: 50_000,
        received_flows: 1,
        received_bytes: 10_000,
      },
      {
        address: '2001:db8:bad::77',
        country: '',
        as: 0,
        hours: 1,
        first: '2026-10-26T10:00:00Z',
        last: '2026-10-26T10:00:00Z',
        sent_flows: 0,
        sent_bytes: 0,
        received_flows: 1,
        received_bytes: 70,
      },
    ])
    const names = async (more: object) =>
      (await answer({ mode: 'seen', filter: { ...filter, ...more } })).map(({ address }) => address)
    assert.deepEqual(await names({ address: ['10.0.0.0/8'] }), ['10.0.0.1', '10.0.0.2'])
    assert.deepEqual(await names({ not_set: '10.0.0.0/8\n203.0.113.0/24' }), ['2001:db8:bad::77'])
    assert.deepEqual(await names({ country: ['NL'] }), ['203.0.113.9'])
    assert.deepEqual(await names({ version: 6 }), ['2001:db8:bad::77'])
    for (const wrong of [{ port: [[1, 2]] }, { source: ['10.0.0.1'] }, { direction: ['outbound'] }])
      await assert.rejects(names(wrong), { status: 400 })
  })
})
