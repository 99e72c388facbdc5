import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { Quota } from '../../../src/hub/keep/quota.ts'
import { expiredFiles, setLifetimes } from '../../../src/hub/keep/retention.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'

const flowDays = { flows: 14, flows_1m: 14, flows_5m: 90, flows_1h: 1825, addresses_1h: 1825 }

describe('what is kept', () => {
  let store: TestStore
  let client: ClickHouseClient

  before(async () => {
    store = await TestStore.start()
    await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
    client = store.client('sundew', { database: 'sundew' })
    await client.command({
      query: `INSERT INTO mails (id, time, source_ip, raw, raw_size, stored)
        SELECT generateUUIDv7(), now64(9), toIPv6(if(number < 900, '192.0.2.1', '192.0.2.2')),
               if(number < 900, repeat('near-equal spam ', 500), ''), 8000, if(number < 900, 'inline', 'file')
        FROM numbers(1000)`,
    })
    await client.command({
      query: `INSERT INTO files (time, sha256, size, source_ip) VALUES
        (now64(9), repeat('a', 64), 5000000, '2001:db8:1:2::1'), (now64(9) - toIntervalDay(40), repeat('b', 64), 7000000, '2001:db8:1:2::2'),
        (now64(9) - toIntervalDay(40), repeat('a', 64), 5000000, '192.0.2.9')`,
    })
  })
  after(() => store.stop())

  const quota = (quotaBytes: number, waiting = 0) =>
    new Quota({
      store: client,
      quotaBytes,
      sourceShare: 0.05,
      fileBytes: () => Promise.resolve(12_000_000),
      waitingBytes: () => Promise.resolve(waiting),
    })

  test('mails count with what they take on the disk, files whole, an IPv6 /64 as one source', async () => {
    const usage = await quota(100_000_000).measure()
    assert.equal(usage.full, false)
    assert.ok(usage.usedBytes > 12_000_000 && usage.usedBytes < 13_000_000, `${usage.usedBytes}`)
    assert.deepEqual(
      usage.over.toSorted((a, b) => b.bytes - a.bytes).map(({ source, bytes }) => [source, bytes]),
      [['2001:db8:1:2::/64', 12_000_000]],
      '7.2 MB of near-equal mails shrink; 0.8 MB kept as files and 5 MB of another source are under the share',
    )
    assert.deepEqual(
      (await quota(10_000_000).measure()).sources.length,
      3,
      'with a smaller quota two more are over',
    )
  })

  test('everything counts against the quota, also what waits in the journal', async () => {
    assert.equal((await quota(13_500_000).measure()).full, false)
    assert.equal((await quota(13_500_000, 2_000_000).measure()).full, true)
  })

  test('lifetimes are set, and set again only when they change', async () => {
    const made = async () => {
      const answer = await client.query({ query: 'SHOW CREATE TABLE mails', format: 'JSONEachRow' })
      return JSON.stringify(await answer.json())
    }
    await setLifetimes(client, { eventsDays: 10, mailsDays: 20, filesDays: 365, flowDays, firewallDays: 365 })
    assert.match(await made(), /toIntervalDay\(20\)/)
    const changes = { eventsDays: 10, mailsDays: 21, filesDays: 365, flowDays, firewallDays: 365 }
    await setLifetimes(client, changes)
    assert.match(await made(), /toIntervalDay\(21\) WHERE stored = 'inline'/)
    const deaf = new Proxy(client, {
      get: (target, name) =>
        name === 'command' ? () => assert.fail('set again') : Reflect.get(target, name, target).bind(target),
    })
    await setLifetimes(deaf, changes)
  })

  test('a file goes when it was last seen before its lifetime, not when it was first seen', async () => {
    assert.deepEqual(await expiredFiles(client, { filesDays: 30, mailsDays: 400 }), ['b'.repeat(64)])
  })

  test('a long mail leaves the file store at the end of a mail’s lifetime, unless it is also a file that lives on', async () => {
    const long = (sha256: string, days: number) =>
      client.command({
        query: `INSERT INTO mails (id, time, raw_sha256, raw_size, stored)
          VALUES (generateUUIDv4(), now64(9) - toIntervalDay(${days}), '${sha256}', 1, 'file')`,
      })
    await client.command({ query: 'ALTER TABLE mails REMOVE TTL' })
    await long('c'.repeat(64), 21)
    await long('d'.repeat(64), 19)
    await long('e'.repeat(64), 21)
    await client.command({
      query: `INSERT INTO files (time, sha256, size) VALUES (now64(9) - toIntervalDay(21), '${'e'.repeat(64)}', 1)`,
    })
    const expired = await expiredFiles(client, { filesDays: 365, mailsDays: 20 })
    assert.deepEqual(expired, ['c'.repeat(64)])
  })
})
