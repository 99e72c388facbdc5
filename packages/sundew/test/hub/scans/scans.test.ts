import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
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
