import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { rfc3339 } from '../../../src/core/clock.ts'
import { uuidv7 } from '../../../src/core/id.ts'
import type { JournalWriter } from '../../../src/core/journal/writer.ts'
import { explain } from '../../../src/core/log.ts'
import { byteStringOf } from '../../../src/event/bytes.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { insertRows } from '../../../src/hub/ingest/insert.ts'
import { RetroCaught, type RetroCaughtOptions } from '../../../src/hub/intel/retro-caught.ts'
import { AddressSetBuilder } from '../../../src/match/address-set-builder.ts'
import { NameSetBuilder } from '../../../src/match/name-set-builder.ts'
import { NameSet } from '../../../src/match/name-set.ts'
import { parseRange } from '../../../src/match/parse-address.ts'
import { EventsBlock, eventInsertSettings } from '../../../src/store/events-table.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'

const hash = 'ab'.repeat(32)
const hour = 3_600_000
const start = Math.floor(Date.now() / hour) * hour - 24 * hour

/** What was caught, an hour apart. */
const caught: readonly (readonly [SundewEvent['kind'], object, string?, object?])[] = [
  ['connection.wanted', { wanted_host: byteStringOf('c2.evil.example.net'), wanted_port: 443 }],
  ['connection.wanted', { wanted_host: byteStringOf('c2.evil.example.net'), wanted_port: 443 }],
  ['connection.wanted', { wanted_host: byteStringOf('203.0.113.9'), wanted_port: 25 }],
  ['connection.wanted', { wanted_host: byteStringOf('good.example.org'), wanted_port: 25 }],
  ['tunnel.open', {}, '198.51.100.10', { target_host: byteStringOf('EVIL.example.net.'), target_port: 80 }],
  [
    'file.download_requested',
    { url: byteStringOf('http://evil.example.net/x.sh'), command: byteStringOf('wget') },
  ],
  [
    'file.captured',
    { file_sha256: hash, file_name: byteStringOf('x'), mime_type: '', size_bytes: 1, via: 'put' },
  ],
  ['mail.received', { mail_from: byteStringOf('Spam@Bad.example') }, '198.51.100.11'],
  ['client.fingerprint', { fingerprint: 't13d1516h2_8daaf6152771_e5627efa2ab1', method: 'ja4' }],
  [
    'client.fingerprint',
    { fingerprint: 't13d1516h2_8daaf6152771_e5627efa2ab1', method: 'other' },
    '198.51.100.12',
  ],
  ['file.captured', { file_sha256: hash, imported_from: 'cowrie' }, '198.51.100.13'],
]

function eventsOf(): SundewEvent[] {
  return caught.map(([kind, fields, source = '198.51.100.9', context = {}], at) => {
    const moment = { ms: start + at * hour, ns: 0 }
    return {
      id: uuidv7(moment),
      time: rfc3339(moment),
      kind,
      sensor: 'test',
      session: `s${at}`,
      service: 'ssh',
      transport: 'tcp',
      source_ip: source,
      source_port: 4000,
      destination_ip: '192.0.2.1',
      destination_port: 2222,
      ...context,
      fields,
    } as unknown as SundewEvent
  })
}

/** Sets in which some of it is listed. */
function setsOf(...names: readonly string[]) {
  const addresses = new AddressSetBuilder()
  const { first, last } = parseRange('203.0.113.0/24')!
  if (names.includes('203.0.113.0/24'))
    addresses.add(first, last, addresses.label(addresses.source('drop'), 'a bad network', ''))
  const builder = new NameSetBuilder()
  const label = builder.label(builder.source('otx'), 'Mirai', 'https://otx.example.org/1', 'block', 80)
  const kinds = { 'evil.example.net': 'domain', [hash]: 'hash', 'spam@bad.example': 'email' } as const
  for (const name of names) {
    const kind = name.startsWith('http')
      ? 'url'
      : name.startsWith('t13')
        ? 'ja4'
        : kinds[name as keyof typeof kinds]
    if (kind) builder.add(kind, name, label)
  }
  return { addresses: addresses.build(), names: NameSet.from(builder.toBytes()) }
}

describe('what was caught, asked about what is listed since', () => {
  let store: TestStore
  let writer: ClickHouseClient
  let reader: ClickHouseClient

  before(async () => {
    store = await TestStore.start()
    await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
    writer = store.client('sundew', { database: 'sundew' })
    reader = store.client('reader', { database: 'sundew' })
    await keep(eventsOf(), 'caught')
  })
  after(() => store.stop())

  async function keep(events: readonly SundewEvent[], token: string): Promise<void> {
    const block = new EventsBlock()
    for (const event of events) block.push(event)
    const settings = { ...eventInsertSettings }
    await insertRows(writer, { table: 'events', columns: EventsBlock.columns, block, settings }, token)
  }

  /** What one asking tells. */
  async function ask(
    sets: ReturnType<typeof setsOf>,
    options: Partial<RetroCaughtOptions> = {},
  ): Promise<{ readonly told: SundewEvent<'intel.match'>[]; readonly troubles: string[] }> {
    const told: SundewEvent<'intel.match'>[] = []
    const troubles: string[] = []
    const stop = new AbortController()
    const retro = new RetroCaught({
      lists: {
        version: 1,
        // A second asking comes when this one is over.
        newerThan: async (version) => {
          if (version > 0) stop.abort()
        },
      },
      sets: () => sets,
      store: reader,
      journal: {
        append: async (event: SundewEvent) => void told.push(event as SundewEvent<'intel.match'>),
      } as unknown as JournalWriter,
      trouble: (code, message, cause) => troubles.push(`${code} ${message} ${cause ? explain(cause) : ''}`),
      log: { info: () => {}, warn: () => {}, error: () => {} },
      restMs: 0,
      ...options,
    })
    await retro.run(stop.signal)
    return { told, troubles }
  }

  const everything = setsOf(
    '203.0.113.0/24',
    'evil.example.net',
    hash,
    'http://evil.example.net/x.sh',
    'spam@bad.example',
    't13d1516h2_8daaf6152771_e5627efa2ab1',
  )

  test('tells each source and indicator once, with who, when and how often', async () => {
    const { told, troubles } = await ask(everything)
    assert.deepEqual(troubles, [])
    assert.deepEqual(
      told
        .map(
          ({ source_ip, fields }) =>
            `${source_ip} ${fields.indicator_type} ${fields.indicator} ${fields.flows}`,
        )
        .toSorted(),
      [
        '198.51.100.10 domain evil.example.net 1',
        '198.51.100.11 email spam@bad.example 1',
        '198.51.100.9 address 203.0.113.0/24 1',
        '198.51.100.9 domain evil.example.net 2',
        `198.51.100.9 hash ${hash} 1`,
        '198.51.100.9 ja4 t13d1516h2_8daaf6152771_e5627efa2ab1 1',
        '198.51.100.9 url http://evil.example.net/x.sh 1',
      ].toSorted(),
    )
    const wanted = told.find(
      ({ fields, source_ip }) => fields.matched === 'name' && source_ip.endsWith('.9'),
    )!
    assert.deepEqual(
      [wanted.session, wanted.service, wanted.source_port, wanted.destination_ip, wanted.destination_port],
      ['s0', 'ssh', 4000, '192.0.2.1', 2222],
    )
    const { observed, retro, severity, first_seen, last_seen, list, links } = wanted.fields
    assert.deepEqual(
      [observed, retro, severity, list, links],
      ['c2.evil.example.net', true, 'medium', 'otx', ['https://otx.example.org/1']],
    )
    assert.equal(Date.parse(first_seen), start)
    assert.equal(Date.parse(last_seen), start + hour)
  })

  test('tells nothing again that is in the store, told then or when it happened', async () => {
    const { told } = await ask(setsOf('evil.example.net'))
    assert.equal(told.length, 2)
    await keep(told, 'told')
    const again = await ask(everything)
    assert.deepEqual(again.troubles, [])
    assert.equal(again.told.length, 5)
    assert.ok(again.told.every(({ fields }) => fields.indicator !== 'evil.example.net'))
  })

  test('says what it leaves out, and waits for the next list where the store is away', async () => {
    const few = await ask(everything, { mostMatches: 1 })
    assert.equal(few.told.length, 1)
    const values = await ask(everything, { mostValues: 1 })
    assert.match(values.troubles.join(), /SUNDEW_INTEL_RETRO of connection\.wanted no more than 1 values/)
    const away = await ask(everything, { store: store.client('reader', { url: 'http://127.0.0.1:9' }) })
    assert.match(away.troubles.join(), /SUNDEW_INTEL_RETRO what was caught could not be asked/)
  })
})
