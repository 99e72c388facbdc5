import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { journalStart, JournalReader } from '../../../src/core/journal/reader.ts'
import { JournalWriter } from '../../../src/core/journal/writer.ts'
import { explain } from '../../../src/core/log.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { Intelligence } from '../../../src/hub/intel/intelligence.ts'
import { Retro, type RetroOptions } from '../../../src/hub/intel/retro.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'
import { type Flow, keepFlows, keepForever } from '../flows/kept-flows.ts'
import { intelSettings } from './intel-settings.ts'

const start = Date.UTC(2026, 10, 25, 10)
const ours = '10.0.0.5'
const bad = '203.0.113.9'
const [syn, push, ack] = [2, 8, 16]

let store: TestStore
let writer: ClickHouseClient
let reader: ClickHouseClient

before(async () => {
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  writer = store.client('sundew', { database: 'sundew' })
  reader = store.client('reader', { database: 'sundew' })
  await keepForever(writer)
  const flow = (flow: Partial<Flow>): Flow => ({
    time: start,
    source: ours,
    destination: bad,
    sourcePort: 50_000,
    destinationPort: 443,
    flags: syn | ack | push,
    bytes: 100,
    packets: 2,
    ...flow,
  })
  await keepFlows(writer, [
    flow({ sampling: 10, duration: 1000 }),
    flow({ time: start + 5000, source: bad, destination: ours, sourcePort: 443, destinationPort: 50_000 }),
    flow({ source: '203.0.113.10', destination: '10.0.0.6', destinationPort: 23, flags: syn }),
    flow({ destination: '2001:db8:bad::1', protocol: 17, flags: 0, destinationPort: 53 }),
    flow({ destination: '192.0.2.1' }),
    flow({ destination: '10.0.0.77' }),
  ])
})
after(() => store.stop())

/** A hub's lists and their asking of the past, over a folder of its own; `times` hubs one after the other. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'sundew-retro-'))
  const list = join(path, 'list')
  const read = async () => {
    const reader = new JournalReader(join(path, 'journal'))
    const { entries } = await reader.read(journalStart, Infinity)
    await reader.close()
    return entries.map(({ event }) => event as SundewEvent<'intel.match'>)
  }
  return {
    path,
    list,
    read,
    /** Runs a hub with these entries until the set that it makes was asked for, or `until` says so. */
    run: async (
      entries: readonly string[] | undefined,
      options: Partial<RetroOptions> = {},
      until?: () => Promise<boolean>,
    ) => {
      const state = await readFile(join(path, 'intel', 'state.json'), 'utf8').catch(() => '{"version":0}')
      const before = (JSON.parse(state) as { version: number }).version
      if (entries) await writeFile(list, entries.map((entry) => `${entry}\n`).join(''))
      const journal = await JournalWriter.open(join(path, 'journal'))
      const troubles: string[] = []
      const log = { info: () => {}, warn: () => {}, error: () => {} }
      const trouble = (code: string, message: string, cause?: unknown) =>
        troubles.push(`${code}: ${message} ${cause === undefined ? '' : explain(cause)}`)
      const common = { folder: join(path, 'intel'), trouble, log }
      const lists = new Intelligence({
        settings: intelSettings(join(path, 'intel'), {
          files: [{ path: list, name: 'list', format: 'plain' }],
          pollMs: 20,
        }),
        tell: () => {},
        event: () => {},
        trouble,
        log,
        fetch: () => Promise.reject(new Error('there are no feeds')),
        attackers: () => Promise.resolve([]),
      })
      const retro = new Retro({
        ...common,
        lists,
        store: reader,
        journal,
        sensor: 'test',
        networks: ['10.0.0.0/8'],
        restMs: 0,
        ...options,
      })
      const asked = async () => {
        const read = (name: string) => readFile(join(path, 'intel', name)).catch(() => undefined)
        const [former, inForce] = [await read('asked.bin'), await read(`set-${lists.version}.bin`)]
        return former !== undefined && inForce !== undefined && former.equals(inForce)
      }
      const stop = new AbortController()
      const running = Promise.all([lists.run(stop.signal), retro.run(stop.signal)])
      const deadline = Date.now() + 20_000
      try {
        // What was written is taken at the first look, after the set that was in force before.
        await lists.newerThan(entries ? before : 0, AbortSignal.timeout(20_000))
        while (!(await (until ?? asked)()) && Date.now() < deadline) await wait(20)
      } finally {
        stop.abort()
        await running
        await journal.close()
      }
      assert.ok(Date.now() < deadline, troubles.join())
      return troubles
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

describe('the past, asked about what is newly listed', () => {
  test('tells each host and the listed address it met once, both ways together', async () => {
    await using t = await folder()
    assert.deepEqual(await t.run([bad, '203.0.113.0/24', '2001:db8:bad::/48', '198.51.100.1']), [])
    const told = await t.read()
    const [first] = told.filter(({ fields }) => fields.matched_ip === bad)
    assert.equal(told.length, 3)
    assert.deepEqual(
      { ...first, id: '', time: '' },
      {
        sensor: 'test',
        session: '',
        service: 'flow',
        transport: 'tcp',
        source_ip: ours,
        source_port: 50_000,
        destination_ip: bad,
        destination_port: 443,
        id: '',
        time: '',
        kind: 'intel.match',
        fields: {
          indicator: bad,
          list: 'list',
          lists: ['list', 'list'],
          indicators: [bad, '203.0.113.0/24'],
          titles: ['', ''],
          links: ['', ''],
          matched: 'destination',
          matched_ip: bad,
          direction: 'outbound',
          protocol: 6,
          service_name: 'https',
          bytes: 1100,
          packets: 22,
          flows: 2,
          first_seen: '2026-11-25T10:00:00.000Z',
          last_seen: '2026-11-25T10:00:05.000Z',
          summary: true,
          severity: 'high',
          exporter: '10.0.0.1:0',
          retro: true,
        },
      },
    )
    const of = (address: string) => told.find(({ fields }) => fields.matched_ip === address)!.fields
    const probe = of('203.0.113.10')
    assert.deepEqual([probe.direction, probe.severity, probe.caveat], ['inbound', 'low', 'syn-only'])
    const dns = of('2001:db8:bad::1')
    assert.deepEqual([dns.direction, dns.severity, dns.caveat], ['outbound', 'medium', 'one-way'])
  })

  test('is asked only about what the former set had not', async () => {
    await using t = await folder()
    await t.run([bad])
    assert.equal((await t.read()).length, 1)
    await t.run(undefined)
    assert.equal((await t.read()).length, 1)
    await t.run([bad, '192.0.2.0/24'])
    const told = await t.read()
    assert.deepEqual(
      told.slice(1).map(({ fields }) => fields.matched_ip),
      ['192.0.2.1'],
    )
  })

  test('has no news of unrouted space that holds our own networks', async () => {
    await using t = await folder()
    await t.run(['0.0.0.0/0'])
    const told = (await t.read()).map(({ fields }) => fields.matched_ip)
    assert.deepEqual(told.toSorted(), ['192.0.2.1', '203.0.113.10', bad])
  })

  test('tells no more than so many, and says so', async () => {
    await using t = await folder()
    const troubles = await t.run(['203.0.113.0/24', '192.0.2.1'], { mostMatches: 2 })
    assert.match(troubles.join(), /^SUNDEW_INTEL_RETRO: more than 2 matches/)
    assert.equal((await t.read()).length, 2)
  })

  test('goes on where it was after a restart', async () => {
    await using t = await folder()
    const entries = ['203.0.113.9', '203.0.113.10']
    // As if the hub had been killed when the first of both was told.
    await t.run(entries, { store: store.client('reader', { database: 'nowhere' }) }, async () => {
      await wait(200)
      return true
    })
    const after = '00000000000000000000ffffcb007109'
    await writeFile(join(t.path, 'intel', 'asking.json'), JSON.stringify({ version: 1, after, matches: 1 }))
    await t.run(undefined)
    assert.deepEqual(
      (await t.read()).map(({ fields }) => fields.matched_ip),
      ['203.0.113.10'],
    )
  })
})
