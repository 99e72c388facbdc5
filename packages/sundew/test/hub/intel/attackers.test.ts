import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { uuidv7 } from '../../../src/core/id.ts'
import { rfc3339 } from '../../../src/core/clock.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { attackersSince } from '../../../src/hub/intel/attackers.ts'
import { networksOf } from '../../../src/intel/ours.ts'
import { eventInsertSettings, EventsBlock } from '../../../src/store/events-table.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'

const now = Date.now()
const minuteMs = 60_000

let store: TestStore
let reader: ClickHouseClient

function event(source_ip: string, kind: string, minutesAgo: number, session: string): SundewEvent {
  const moment = { ms: now - minutesAgo * minuteMs, ns: 0 }
  return {
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind,
    sensor: 's',
    session,
    service: 'ssh',
    transport: 'tcp',
    source_ip,
    source_port: 4000,
    destination_ip: '127.0.0.1',
    destination_port: 2222,
    fields: {},
  } as unknown as SundewEvent
}

before(async () => {
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  reader = store.client('reader', { database: 'sundew' })
  const block = new EventsBlock()
  for (const one of [
    event('198.51.100.1', 'login.attempt', 90, 'first'),
    event('198.51.100.1', 'login.attempt', 30, 'second'),
    event('198.51.100.1', 'command.run', 20, 'second'),
    event('198.51.100.1', 'sensor.status', 10, ''),
    event('2001:db8::1', 'tunnel.open', 40, 'third'),
    // Too long ago, of our own, and of a mail that was imported.
    event('198.51.100.2', 'login.attempt', 600, 'fourth'),
    event('10.1.2.3', 'login.attempt', 5, 'fifth'),
    event('::', 'mail.received', 5, ''),
  ])
    block.push(one)
  await store.client('sundew', { database: 'sundew' }).exec({
    query: `INSERT INTO events (${EventsBlock.columns.join(', ')}) FORMAT Native`,
    values: Readable.from(block.encode(), { objectMode: false }),
    clickhouse_settings: eventInsertSettings,
  })
})
after(() => store.stop())

describe('who attacked our decoys', () => {
  test('is told with counts, dates and the last session; never one of ours', async () => {
    const since = now - 120 * minuteMs
    const found = await attackersSince(reader, since, networksOf(['10.0.0.0/8']), AbortSignal.timeout(20_000))
    assert.deepEqual(found, [
      {
        ip: '198.51.100.1',
        first: now - 90 * minuteMs,
        last: now - 20 * minuteMs,
        events: { 'login.attempt': 2, 'command.run': 1 },
        session: 'second',
      },
      {
        ip: '2001:db8::1',
        first: now - 40 * minuteMs,
        last: now - 40 * minuteMs,
        events: { 'tunnel.open': 1 },
        session: 'third',
      },
    ])
  })
})
