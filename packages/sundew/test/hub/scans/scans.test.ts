import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { JournalReader, journalStart } from '../../../src/core/journal/reader.ts'
import { JournalWriter } from '../../../src/core/journal/writer.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { Scans, type ScansOptions } from '../../../src/hub/scans/scans.ts'
import { scansSection } from '../../../src/hub/scans/section.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'
import { keepProbes, keepProbesForever, nmapOrder, type Probe, randomOf, tcp, udp } from './probes.ts'

const start = Date.UTC(2026, 10, 20, 10)
const [second, minute, hour] = [1000, 60_000, 3_600_000]
const scanner = '198.51.100.7'

let store: TestStore
let writer: ClickHouseClient

before(async () => {
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  writer = store.client('sundew', { database: 'sundew' })
  await keepProbesForever(writer)
})
after(() => store.stop())
afterEach(async () => {
  for (const table of ['firewall', 'firewall_ports_1h'])
    await writer.command({ query: `TRUNCATE TABLE ${table}` })
})

type Told = SundewEvent<'scan.detected'>

/** Hubs one after the other over one folder. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'sundew-scans-'))
  const troubles: string[] = []
  const read = async (): Promise<Told[]> => {
    const reader = new JournalReader(join(path, 'journal'))
    const { entries } = await reader.read(journalStart, Infinity)
    await reader.close()
    return entries.map(({ event }) => event as Told)
  }
  return {
    path,
    troubles,
    read,
    /** A hub that looks once at this time, and ends; what it told. */
    look: async (clock: number, options: Partial<ScansOptions> = {}): Promise<Told['fields'][]> => {
      const journal = await JournalWriter.open(join(path, 'journal'))
      const before = (await read()).length
      const scans = new Scans({
        section: scansSection.parse({}),
        file: join(path, 'scans.json'),
        store: writer,
        journal,
        sensor: 'test',
        networks: ['10.0.0.0/8'],
        waiting: () => Promise.resolve(0),
        trouble: (code, message) => troubles.push(`${code}: ${message}`),
        clock: () => clock,
        ...options,
      })
      try {
        await scans.look(AbortSignal.timeout(60_000))
      } finally {
        await journal.close()
      }
      return (await read()).slice(before).map(({ fields }) => fields)
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

/** The 1,000 ports that a scan without options asks for are some of all: this many from low to high. */
const thousand = Array.from({ length: 1000 }, (_, n) => n + 1 + Math.floor((n / 1000) ** 3 * 60_000))
const all = Array.from({ length: 65_535 }, (_, n) => n + 1)

interface ScanOf {
  readonly ports: readonly number[]
  readonly every: number
  readonly from?: number
  readonly source?: string
  readonly protocol?: number
}

function scanOf({ ports, every, from = start, source = scanner, protocol = tcp }: ScanOf): Probe[] {
  return ports.map((port, n) => ({ time: from + Math.round(n * every), source, port, protocol }))
}

describe('one source', () => {
  const random = randomOf(1)
  const cases: readonly (readonly [string, Probe[], Partial<Told['fields']>])[] = [
    [
      'nmap -T0, a port in five minutes, for two days',
      scanOf({ ports: nmapOrder(thousand, random).slice(0, 576), every: 5 * minute }),
      { pattern: 'slow', port_count: 576, order: 'mixed', per_hour: 12 },
    ],
    [
      'nmap -T1 -r, a port in 15 seconds, in order',
      scanOf({ ports: thousand, every: 15 * second }),
      { pattern: 'slow', port_count: 1000, order: 'up', per_hour: 240 },
    ],
    [
      'ports from high to low, one in an hour',
      scanOf({ ports: all.slice(0, 30).reverse(), every: hour }),
      { pattern: 'slow', port_count: 30, ports: ['1-30'], order: 'down', per_hour: 1, fit: 1 },
    ],
    [
      'nmap -T5, 1,000 ports in seconds, each twice',
      [0, 1].flatMap((more) =>
        scanOf({ ports: nmapOrder(thousand, random), every: 3, from: start + more * 1100 }),
      ),
      { pattern: 'fast', port_count: 1000, probes: 2000, order: 'mixed' },
    ],
    [
      'nmap -p- -T4, stopped before the end',
      scanOf({ ports: nmapOrder(all, random).slice(0, 20_000), every: 4 }),
      { pattern: 'fast', port_count: 20_000, order: 'mixed' },
    ],
    [
      'nmap -sU, a port a second as answers of ICMP are rare',
      scanOf({ ports: nmapOrder(thousand, random), every: second, protocol: udp }),
      { pattern: 'fast', port_count: 1000 },
    ],
    [
      'nmap -p 445 over a /24',
      Array.from({ length: 256 }, (_, n) => ({
        time: start + n * 20,
        source: scanner,
        port: 445,
        target: `203.0.113.${n}`,
      })),
      { pattern: 'sweep', port_count: 1, ports: ['445'], targets: 256 },
    ],
    [
      'nmap -sn over a /24',
      Array.from({ length: 256 }, (_, n) => ({
        time: start + n * 20,
        source: scanner,
        protocol: 1,
        port: 8 * 256,
        target: `203.0.113.${n}`,
      })),
      { pattern: 'sweep', targets: 256 },
    ],
  ]
  for (const [name, probes, told] of cases) {
    test(`${name} is one ${told.pattern} scan, told once`, async () => {
      await using t = await folder()
      await keepProbes(writer, probes)
      const end = Math.max(...probes.map(({ time }) => time))
      const events = await t.look(end + 2 * minute)
      assert.equal(events.length, 1)
      const [event] = events
      assert.deepEqual({ ...event, ...told }, event)
      assert.deepEqual(event!.sources, [scanner])
      assert.deepEqual(await t.look(end + 4 * minute), [])
      assert.deepEqual(t.troubles, [])
    })
  }
})

describe('many sources', () => {
  const random = randomOf(3)
  const chicken = Array.from({ length: 120 }, (_, n) => `192.0.2.${n + 1}`)

  test('whose scheduled probes draw together are one scan, not a hundred slow ones', async () => {
    await using t = await folder()
    const probes = chicken.flatMap((source, n) =>
      Array.from({ length: 60 }, (_, column): Probe => ({
        source,
        time: start + column * 14 * minute + Math.floor(random() * 2000),
        port: 1000 + n * 60 + ((column * 7) % 60),
      })).filter(() => random() < 0.9),
    )
    await keepProbes(writer, probes)
    const events = await t.look(start + 15 * hour)
    assert.deepEqual(
      events.map(({ pattern, source_count }) => [pattern, source_count]),
      [['synchronised', chicken.length]],
    )
    assert.equal(events[0]!.port_count, new Set(probes.map(({ port }) => port)).size)
    assert.equal(events[0]!.probes, probes.length)
    assert.deepEqual(await t.look(start + 15.1 * hour), [])
    // What they did then is not told of one of them, also when it is too long ago to be compared; what one does later is.
    const [one, other] = chicken as [string, string]
    await keepProbes(writer, [
      { source: one, time: start + 80 * hour, port: 22 },
      ...scanOf({ ports: thousand, every: 10, from: start + 80 * hour, source: other }),
    ])
    assert.deepEqual(
      (await t.look(start + 80.2 * hour)).map(({ pattern, sources }) => [pattern, sources]),
      [['fast', [other]]],
    )
  })

  test('in step are told without what each of them does, but for one that does much more, or goes on alone', async () => {
    await using t = await folder()
    const inStep = (from: number, columns: number) =>
      chicken.slice(0, 20).flatMap((source, n) =>
        Array.from({ length: columns }, (_, column): Probe => ({
          source,
          time: from + column * 14 * minute + n * 20,
          port: 1000 + n * 60 + ((column * 7) % 60),
        })),
      )
    const [one, other] = chicken as [string, string]
    // One asks for a thousand ports while they are in step; another is there once a day since.
    await keepProbes(writer, [
      ...inStep(start, 60),
      ...scanOf({ ports: thousand, every: 10, from: start + 5 * hour + 7 * second, source: one }),
    ])
    const events = await t.look(start + 15 * hour)
    assert.deepEqual(
      events.map(({ pattern, sources, source_count }) => [pattern, source_count, sources.includes(one)]),
      [
        ['synchronised', 20, true],
        ['fast', 1, true],
      ],
    )
    await keepProbes(
      writer,
      Array.from({ length: 5 }, (_, day) => ({
        source: other,
        port: 22,
        time: start + (30 + 20 * day) * hour,
      })),
    )
    assert.deepEqual(await t.look(start + 111 * hour), [])
    await keepProbes(writer, scanOf({ ports: thousand, every: 10, from: start + 112 * hour, source: other }))
    assert.deepEqual(
      (await t.look(start + 113 * hour)).map(({ pattern, sources }) => [pattern, sources]),
      [['fast', [other]]],
    )
  })

  test('that ask for random ports are noise', async () => {
    await using t = await folder()
    const noise = Array.from({ length: 30_000 }, (_, n): Probe => ({
      source: `100.64.${(n % 3000) >> 8}.${(n % 3000) & 255}`,
      time: start + Math.floor(random() * 24 * hour),
      port: 1 + Math.floor(random() * 65_535),
      target: `203.0.113.${Math.floor(random() * 256)}`,
    }))
    await keepProbes(writer, noise)
    assert.deepEqual(await t.look(start + 25 * hour), [])
    assert.deepEqual(t.troubles, [])
  })
})

describe('what is no scan', () => {
  const cases: readonly (readonly [string, (n: number) => Omit<Probe, 'time'>])[] = [
    [
      'answers of a web server to a forged address',
      (n) => ({ source: scanner, sourcePort: 80, port: 1024 + n, flags: 18 }),
    ],
    [
      'what comes late to a closed connection',
      (n) => ({ source: scanner, sourcePort: 443, port: 32_768 + n, flags: 24 }),
    ],
    [
      'what comes late from a server at a port of its own',
      (n) => ({ source: scanner, sourcePort: 5228, port: 32_768 + n, flags: 16 }),
    ],
    [
      'late answers of a name server',
      (n) => ({ source: scanner, sourcePort: 53, port: 32_768 + n, protocol: udp }),
    ],
    ['resets', (n) => ({ source: scanner, port: n, flags: 4 })],
    ['what our own machines send', (n) => ({ source: '10.0.0.7', port: n })],
    [
      'a search engine on all our web servers, let through',
      (n) => ({ source: scanner, port: 443, target: `203.0.113.${n}`, kind: 'allow' }),
    ],
    ['one port asked for again and again', () => ({ source: scanner, port: 22 })],
  ]
  for (const [name, probe] of cases) {
    test(name, async () => {
      await using t = await folder()
      await keepProbes(
        writer,
        Array.from({ length: 200 }, (_, n) => ({ time: start + n * second, ...probe(n + 1) })),
      )
      assert.deepEqual(await t.look(start + hour), [])
    })
  }

  test('a scan from port 53 is one all the same', async () => {
    await using t = await folder()
    await keepProbes(
      writer,
      scanOf({ ports: thousand, every: 20 }).map((probe) => ({ ...probe, sourcePort: 53, protocol: udp })),
    )
    const [event, ...more] = await t.look(start + hour)
    assert.deepEqual([event?.pattern, more], ['fast', []])
  })

  test('a scan by ACK alone is one all the same', async () => {
    await using t = await folder()
    await keepProbes(
      writer,
      scanOf({ ports: thousand, every: 20 }).map((probe) => ({ ...probe, flags: 16 })),
    )
    const [event, ...more] = await t.look(start + hour)
    assert.deepEqual([event?.pattern, more], ['fast', []])
  })
})

describe('a scan that goes on', () => {
  test('is told again when it has doubled, and when it has ended, by the same name', async () => {
    await using t = await folder()
    const probes = scanOf({ ports: all.slice(0, 290), every: 15 * minute })
    const until = (time: number) => probes.filter((probe) => probe.time < time)
    const names: string[] = []
    const lookAt = async (from: number, to: number): Promise<number[]> => {
      await keepProbes(
        writer,
        until(to).filter(({ time }) => time >= from),
      )
      const events = await t.look(to)
      names.push(...events.map(({ scan }) => scan))
      return events.map(({ port_count }) => port_count)
    }
    assert.deepEqual(await lookAt(start, start + 25 * hour), [100])
    assert.deepEqual(await lookAt(start + 25 * hour, start + 40 * hour), [])
    assert.deepEqual(await lookAt(start + 40 * hour, start + 51 * hour), [204])
    assert.deepEqual(await lookAt(start + 51 * hour, start + 90 * hour), [])
    assert.deepEqual(await t.look(start + 95 * hour), [])
    const ended = await t.look(start + 99 * hour)
    names.push(...ended.map(({ scan }) => scan))
    assert.deepEqual(
      ended.map(({ port_count, evidence }) => [port_count, evidence.endsWith('; it has ended')]),
      [[290, true]],
    )
    assert.deepEqual(await t.look(start + 120 * hour), [])
    assert.equal(names.length, 3)
    assert.equal(new Set(names).size, 1)
  })

  test('at its height is not told before it pauses, and whole then', async () => {
    await using t = await folder()
    const probes = scanOf({ ports: thousand, every: 100 })
    await keepProbes(writer, probes.slice(0, 400))
    assert.deepEqual(await t.look(start + 41 * second), [])
    await keepProbes(writer, probes.slice(400))
    const told = await t.look(start + 100 * second + 2 * minute)
    assert.deepEqual(
      told.map(({ port_count }) => port_count),
      [1000],
    )
  })

  test('is found whenever its rows come', async () => {
    await using t = await folder()
    await keepProbes(writer, [{ source: '192.0.2.9', port: 22, time: start + 30 * hour }])
    assert.deepEqual(await t.look(start + 30.1 * hour), [])
    const late = scanOf({ ports: thousand, every: 10 }).map((probe) => ({
      ...probe,
      received: start + 31 * hour,
    }))
    await keepProbes(writer, late)
    const told = await t.look(start + 31.1 * hour)
    assert.deepEqual(
      told.map(({ pattern, first_seen }) => [pattern, Date.parse(first_seen)]),
      [['fast', start]],
    )
  })

  test('of another day is another scan', async () => {
    await using t = await folder()
    await keepProbes(writer, scanOf({ ports: thousand, every: 10 }))
    const [first] = await t.look(start + hour)
    await keepProbes(writer, scanOf({ ports: thousand, every: 10, from: start + 50 * hour }))
    const [second, ...more] = await t.look(start + 51 * hour)
    assert.deepEqual([second?.port_count, more], [1000, []])
    assert.notEqual(first!.scan, second!.scan)
  })
})

describe('a hub that was killed', () => {
  test('tells what it was about to tell, and what it told not again', async () => {
    await using t = await folder()
    await keepProbes(writer, scanOf({ ports: thousand, every: 10 }))
    await keepProbes(writer, scanOf({ ports: thousand, every: 10, source: '198.51.100.8' }))
    const told = await t.look(start + hour)
    assert.equal(told.length, 2)
    // As it was between writing what it would tell and having told it; one of the two events is in the store.
    const [one, other] = await t.read()
    const file = join(t.path, 'scans.json')
    const state = JSON.parse(await readFile(file, 'utf8')) as { telling: unknown[] }
    state.telling = [one, other].map((event) => ({ id: event!.id, event: JSON.stringify(event) }))
    await writeFile(file, JSON.stringify(state))
    await writer.command({
      query: `INSERT INTO events (id, time, kind) SELECT toUUID({id:String}), now64(9), 'scan.detected'`,
      query_params: { id: one!.id },
    })
    const again = await t.look(start + 1.1 * hour)
    assert.deepEqual(
      again.map(({ scan }) => scan),
      [other!.fields.scan],
    )
    assert.deepEqual(await t.look(start + 1.2 * hour), [])
  })

  test('begins anew where its file is damaged, and looks at all there is', async () => {
    await using t = await folder()
    await keepProbes(writer, scanOf({ ports: thousand, every: 10 }))
    await writeFile(join(t.path, 'scans.json'), '{"received":')
    assert.equal((await t.look(start + hour)).length, 1)
  })
})

describe('a flood', () => {
  const random = randomOf(5)
  const sources = Array.from({ length: 100 }, (_, n) => `192.0.2.${n + 1}`)
  const flood = sources.flatMap((source, n) =>
    scanOf({ ports: nmapOrder(thousand, random).slice(0, 25), every: 100, from: start + n * minute, source }),
  )

  test('of more sources than the store can look at in one question does not keep later ones from being told', async () => {
    await using t = await folder()
    const store = changed(writer, { settings: { max_rows_in_set: '20' } })
    await keepProbes(writer, flood)
    const told = await t.look(start + 3 * hour, { store })
    assert.ok(told.length > 0 && told.length < sources.length, `${told.length} told`)
    assert.deepEqual(
      t.troubles.map((trouble) => trouble.split(':')[0]),
      ['SUNDEW_SCANS_MANY'],
    )
    await keepProbes(writer, scanOf({ ports: thousand, every: 10, from: start + 5 * hour }))
    const later = await t.look(start + 6 * hour, { store })
    assert.ok(
      later.some(({ sources }) => sources[0] === scanner),
      'it is told',
    )
    assert.equal(t.troubles.length, 1, 'what was told as left out is not asked about again')
  })

  for (const [what, text] of [
    ['ports that rise', /firewall_ports_1h/],
    ['companies', /groupArraySorted/],
  ] as const) {
    test(`that makes the store say nothing of ${what} does not keep others from being told`, async () => {
      await using t = await folder()
      await keepProbes(writer, scanOf({ ports: thousand, every: 10 }))
      const store = changed(writer, { fails: text })
      await assert.rejects(t.look(start + hour, { store }), /The store did not answer: it fell/)
      assert.deepEqual(
        (await t.read()).map(({ fields }) => fields.sources),
        [[scanner]],
      )
      assert.deepEqual(await t.look(start + hour), [])
    })
  }

  test('that makes the store say nothing of sources leaves them for the next look', async () => {
    await using t = await folder()
    await keepProbes(writer, scanOf({ ports: thousand, every: 10 }))
    await assert.rejects(t.look(start + 3 * hour, { store: changed(writer, { fails: /swept_place/ }) }))
    assert.deepEqual(
      (await t.look(start + 3.1 * hour)).map(({ sources }) => sources),
      [[scanner]],
    )
  })
})

/** The store, but with other settings, or as if it fell when it is asked something. */
function changed(
  client: ClickHouseClient,
  { settings = {}, fails }: { settings?: Record<string, string>; fails?: RegExp },
): ClickHouseClient {
  const ask =
    (asked: 'query' | 'exec') =>
    (question: Parameters<ClickHouseClient['query']>[0]): Promise<unknown> =>
      fails?.test(question.query)
        ? Promise.reject(new Error('it fell'))
        : client[asked]({
            ...question,
            clickhouse_settings: { ...question.clickhouse_settings, ...settings },
          })
  return { query: ask('query'), exec: ask('exec') } as unknown as ClickHouseClient
}

describe('a port', () => {
  const bots = (hourAt: number, count: number, port = 7547): Probe[] =>
    Array.from({ length: count }, (_, n) => ({
      source: `100.64.${n >> 8}.${n & 255}`,
      port,
      time: start + hourAt * hour + n * 1000,
    }))

  test('asked for more than it ever was is told, again when that has doubled', async () => {
    await using t = await folder()
    for (let at = -100; at < 0; at++) await keepProbes(writer, [...bots(at, 5), ...bots(at, 150, 23)])
    assert.deepEqual(await t.look(start), [])
    await keepProbes(writer, [...bots(0, 200), ...bots(0, 180, 23)])
    const [event, ...more] = await t.look(start + hour)
    assert.deepEqual(more, [])
    const { pattern, ports, source_count, probes } = event!
    assert.deepEqual([pattern, ports, source_count, probes], ['rising', ['7547'], 200, 200])
    assert.match(
      event!.evidence,
      /^TCP\/7547.*: 200 packets of 200 sources in the hour of .*; an hour had 5 before \(the median\), 5 at most$/,
    )
    await keepProbes(writer, bots(1, 300))
    assert.deepEqual(await t.look(start + 2 * hour), [])
    await keepProbes(writer, bots(2, 500))
    const again = await t.look(start + 3 * hour)
    assert.deepEqual(
      again.map(({ scan, probes }) => [scan, probes]),
      [[event!.scan, 500]],
    )
    assert.deepEqual(await t.look(start + 3.1 * hour), [])
  })

  test('of whose past nothing is known does not rise: in the first hours of a new installation, or of its second day', async () => {
    await using t = await folder()
    await keepProbes(writer, bots(0, 200))
    assert.deepEqual(await t.look(start + hour), [])
    await keepProbes(writer, bots(24, 500))
    assert.deepEqual(await t.look(start + 25 * hour), [])
  })

  test('does not rise where nothing was kept before, whatever a forged clock says', async () => {
    await using t = await folder()
    await keepProbes(writer, [...bots(0, 200), ...bots(-150, 1)])
    assert.deepEqual(await t.look(start + hour), [])
  })

  test('that one source asks for ten thousand times does not rise', async () => {
    await using t = await folder()
    for (let at = -100; at < 0; at++) await keepProbes(writer, bots(at, 3))
    await keepProbes(
      writer,
      Array.from({ length: 10_000 }, (_, n) => ({ source: scanner, port: 7547, time: start + n * 100 })),
    )
    assert.deepEqual(await t.look(start + hour), [])
  })
})
