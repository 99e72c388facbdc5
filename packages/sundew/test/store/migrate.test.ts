import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'

import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client'

import { byteString, byteStringOf } from '../../src/event/bytes.ts'
import type { SundewEvent } from '../../src/event/event.ts'
import { localContext } from '../../src/event/event.ts'
import { StoreError } from '../../src/store/error.ts'
import { eventColumns, eventInsertSettings, EventsBlock } from '../../src/store/events-table.ts'
import { migrate, type MigrateOptions } from '../../src/store/migrate.ts'
import { readMigrations, statementsOf } from '../../src/store/schema.ts'
import { firewallColumns } from '../../src/wire/firewall/layout.ts'
import { flowColumns } from '../../src/wire/flow/layout.ts'
import { TestStore } from './running-store.ts'

describe('the schema', () => {
  let store: TestStore
  let client: ClickHouseClient
  let options: MigrateOptions

  before(async () => {
    store = await TestStore.start()
    options = { url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' }
    client = store.client('sundew', { database: 'sundew' })
  })
  after(() => store.stop())

  const select = async <T>(query: string): Promise<T[]> =>
    (await client.query({ query, format: 'JSONEachRow' })).json<T>()

  it('is applied once, in order, and not again', async () => {
    const all = readMigrations()
    const first = await migrate(options)
    assert.deepEqual(
      first.applied.map(({ version }) => version),
      all.map(({ version }) => version),
    )
    assert.deepEqual((await migrate(options)).applied, [])
    assert.deepEqual(
      await select('SELECT version, name, sha256 FROM schema_migrations ORDER BY version'),
      all.map(({ version, name, sha256 }) => ({ version, name, sha256 })),
    )
  })

  it('has in `events` exactly the columns that the catalogue asks for', async () => {
    const described = await select<{ name: string; type: string }>('DESCRIBE TABLE events')
    const sorted = <T extends { name: string }>(list: T[]): T[] =>
      list.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    assert.deepEqual(
      sorted(described.map(({ name, type }) => ({ name, type }))),
      sorted(eventColumns().map(({ name, type }) => ({ name, type }))),
    )
  })

  it('has in `flows` exactly the columns that a batch may carry, of types it is taken by, and what follows from them', async () => {
    const described = await select<{ name: string; type: string; default_type: string }>(
      'DESCRIBE TABLE flows',
    )
    const own = described.filter(({ default_type: kind }) => kind !== 'ALIAS')
    assert.deepEqual(
      own.map(({ name, type }) => [name, type.replace(/^LowCardinality\((.*)\)$/, '$1')]),
      flowColumns.map(({ name, type }) => [name, type]),
    )
    assert.deepEqual(
      described.filter(({ default_type: kind }) => kind === 'ALIAS').map(({ name }) => name),
      ['bytes', 'packets', 'flow_end'],
    )
  })

  it('has in `firewall` exactly the columns that a batch may carry', async () => {
    const described = await select<{ name: string; type: string }>('DESCRIBE TABLE firewall')
    const enumerated = (type: string) => (type.startsWith('Enum8') ? 'UInt8' : type)
    assert.deepEqual(
      described.map(({ name, type }) => [name, enumerated(type)]),
      firewallColumns.map(({ name, type }) => [name, type]),
    )
  })

  it('makes every MergeTree table idempotent and durable', async () => {
    const tables = await select<{ name: string; made: string }>(
      "SELECT name, create_table_query AS made FROM system.tables WHERE database = 'sundew' AND engine LIKE '%MergeTree'",
    )
    assert.ok(tables.length >= 5)
    for (const { name, made } of tables) {
      assert.match(made, /non_replicated_deduplication_window = 1000/, name)
      assert.match(made, /fsync_after_insert = 1/, name)
    }
  })

  it('keeps an event byte for byte, text that looks like something else included', async () => {
    const event: SundewEvent<'http.request'> = {
      ...localContext('here', 'http'),
      source_ip: '192.0.2.7',
      id: '0191e0b0-0000-7000-8000-000000000000',
      time: '2026-11-25T01:08:48.123456789Z',
      kind: 'http.request',
      fields: {
        method: byteStringOf('2026-01-01'),
        url: byteString(Uint8Array.of(0x2f, 0, 0xff, 10)),
        version: '1.1',
        host: byteString(Uint8Array.of(0xc3)),
        headers: [byteStringOf('A: 1e5'), byteString(Uint8Array.of(0xff, 0x41)), byteStringOf('ü')],
        status: 200,
        persona: '2026-01-01 00:00:00',
        body_bytes: 0,
      },
    }
    const block = new EventsBlock()
    block.push(event)
    const result = await client.exec({
      query: `INSERT INTO events (${EventsBlock.columns.join(', ')}) FORMAT Native`,
      values: Readable.from(block.encode(), { objectMode: false }),
      clickhouse_settings: eventInsertSettings,
    })
    result.stream.resume()
    const [row] = await select<Record<string, unknown>>(
      `SELECT toString(id) AS id, toString(time) AS time, kind, toString(source_ip) AS source_ip, hex(url) AS url, fields,
        mapApply((k, v) -> (k, hex(v)), raw) AS raw FROM events`,
    )
    assert.deepEqual(row, {
      id: event.id,
      time: '2026-11-25 01:08:48.123456789',
      kind: 'http.request',
      source_ip: '::ffff:192.0.2.7',
      url: '2F00FF0A',
      fields: {
        body_bytes: 0,
        headers: ['A: 1e5', '\\xffA', 'ü'],
        host: '\\xc3',
        method: '2026-01-01',
        persona: '2026-01-01 00:00:00',
        status: 200,
        version: '1.1',
      },
      raw: { host: 'C3', 'headers.1': 'FF41' },
    })
  })

  it('shows one row a file in files_unique', async () => {
    const seen = (minute: string, name: string) => ({
      time: `2026-11-25 01:${minute}:00`,
      sha256: 'ab',
      size: 3,
      name,
      source_ip: '192.0.2.1',
      via: 'put',
    })
    await client.insert({
      table: 'files',
      format: 'JSONEachRow',
      values: [seen('02', 'second'), seen('01', 'first')],
    })
    const found = await select<Record<string, unknown>>(
      'SELECT sha256, size, name, times, via, toString(last_seen) AS last FROM files_unique',
    )
    assert.deepEqual(found, [
      { sha256: 'ab', size: 3, name: 'first', times: 2, via: 'put', last: '2026-11-25 01:02:00.000000000' },
    ])
  })

  it('lets the hub change how long rows live', async () => {
    await client.command({ query: 'ALTER TABLE events MODIFY TTL toDateTime(time) + INTERVAL 30 DAY' })
    const [table] = await select<{ made: string }>(
      "SELECT create_table_query AS made FROM system.tables WHERE name = 'events'",
    )
    assert.match(table!.made, /toIntervalDay\(30\)/)
  })

  it('refuses a store of a newer version, and a file that changed, changing nothing', async () => {
    const all = readMigrations()
    const code = (expected: string) => (error: unknown) =>
      error instanceof StoreError && error.code === expected
    await assert.rejects(migrate({ ...options, migrations: all.slice(0, -1) }), code('SUNDEW_STORE_NEWER'))
    const changed = all.map((migration) =>
      migration.version === 1 ? { ...migration, sha256: 'f'.repeat(64) } : migration,
    )
    await assert.rejects(migrate({ ...options, migrations: changed }), code('SUNDEW_STORE_CHANGED'))
  })

  it('is applied again where it broke off', async () => {
    const migrations = readMigrations()
    const broken = migrations.map((m) =>
      m.version === 2
        ? { ...m, text: `${m.text}\nCREATE TABLE IF NOT EXISTS bad\n(a Nonsense) ENGINE = Memory;\n` }
        : m,
    )
    await assert.rejects(migrate({ ...options, database: 'again', migrations: broken }), ClickHouseError)
    const { applied } = await migrate({ ...options, database: 'again' })
    assert.deepEqual(
      applied.map(({ version }) => version),
      readMigrations()
        .map(({ version }) => version)
        .filter((version) => version > 1),
    )
  })

  it('stops waiting for a store that is not there when told to', async () => {
    const signal = AbortSignal.timeout(300)
    let heard = 0
    await assert.rejects(
      migrate({ ...options, url: 'http://127.0.0.1:9', signal, waiting: () => void heard++ }),
    )
    assert.ok(heard <= 1)
  })
})

describe('the schema for a cluster', () => {
  it('is replicated and distributed, as kept here', (t) => {
    for (const { text, version, name } of readMigrations()) {
      t.assert.snapshot(statementsOf(text, 'sensors').join(';\n\n').split('\n'), {
        serializers: [(lines: string[]) => `${version} ${name}\n${lines.join('\n')}`],
      })
    }
  })

  it('says an ALTER to both tables, or to the local one where only it has parts', () => {
    assert.deepEqual(statementsOf('ALTER TABLE events ADD COLUMN x UInt8;', 'c'), [
      'ALTER TABLE events_local ON CLUSTER `c` ADD COLUMN x UInt8',
      'ALTER TABLE events ON CLUSTER `c` ADD COLUMN x UInt8',
    ])
    assert.deepEqual(statementsOf('ALTER TABLE events MODIFY TTL toDateTime(time) + INTERVAL 3 DAY', 'c'), [
      'ALTER TABLE events_local ON CLUSTER `c` MODIFY TTL toDateTime(time) + INTERVAL 3 DAY',
    ])
  })

  it('is understood by the engine’s parser', async () => {
    const store = await TestStore.start()
    try {
      const client = store.client()
      for (const { text } of readMigrations()) {
        for (const statement of statementsOf(text, 'sensors')) {
          const result = await client.query({
            query: 'SELECT formatQuery({q:String})',
            query_params: { q: statement },
            format: 'TabSeparatedRaw',
          })
          assert.match(await result.text(), /ON CLUSTER/)
        }
      }
    } finally {
      await store.stop()
    }
  })
})
