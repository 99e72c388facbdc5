import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { FlowRoom, flowShare } from '../../../src/hub/keep/flow-room.ts'
import { firewallTables, flowTables, setLifetimes } from '../../../src/hub/keep/retention.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'

describe('flows', () => {
  let store: TestStore
  let client: ClickHouseClient

  before(async () => {
    store = await TestStore.start()
    await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
    client = store.client('sundew', { database: 'sundew' })
    // What is there is measured, and then dropped part by part.
    await merges('STOP')
  })
  after(() => store.stop())
  beforeEach(async () => {
    for (const table of [...flowTables, ...firewallTables])
      await client.command({ query: `TRUNCATE TABLE ${table}` })
    // Today, yesterday and the day before; none is past its lifetime.
    await client.command({
      query: `INSERT INTO flows (time, source_ip, destination_ip, raw_bytes, raw_packets)
        SELECT now64(3) - toIntervalDay(number % 3), toIPv6(concat('192.0.2.', toString(number % 250))), toIPv6('::1'), rand(), 1
        FROM numbers(30000)`,
    })
  })

  async function merges(what: 'START' | 'STOP'): Promise<void> {
    for (const table of [...flowTables, ...firewallTables])
      await client.command({ query: `SYSTEM ${what} MERGES ${table}` })
  }

  async function rows<T>(query: string): Promise<T[]> {
    return (await client.query({ query, format: 'JSONEachRow' })).json<T>()
  }

  const days = () =>
    rows<{ day: string; flows: number }>(
      'SELECT toString(toDate(time)) AS day, toUInt32(count()) AS flows FROM flows GROUP BY day ORDER BY day',
    )

  async function size(): Promise<number> {
    const [row] = await rows<{ bytes: number }>(
      `SELECT toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts
        WHERE database = currentDatabase() AND active AND match(table, '^(flows|addresses|firewall)')`,
    )
    return row!.bytes
  }

  const room = (quotaBytes: number, cluster?: string) => new FlowRoom({ store: client, quotaBytes, cluster })

  test('stay as they are within their share of the quota', async () => {
    assert.deepEqual(await room((await size()) / flowShare + 1000).trim(), [])
    assert.equal((await days()).length, 3)
  })

  test('beyond it lose their oldest day first, and no more than that', async () => {
    const before = await days()
    const dropped = await room((await size()) / flowShare - 1000).trim()
    assert.deepEqual(dropped, [{ table: 'flows', partition: before[0]!.day, whole: true }])
    assert.deepEqual(await days(), before.slice(1))
    const [sums] = await rows<{ flows: number }>('SELECT toUInt32(sum(flows)) AS flows FROM flows_1h')
    assert.equal(sums!.flows, 30_000)
  })

  test('lose their sums before the present day, and everything where nothing else helps', async () => {
    const dropped = await room(1).trim()
    assert.equal(await size(), 0)
    const present = dropped.findIndex(
      ({ table, partition }) => table === 'flows' && partition === new Date().toISOString().slice(0, 10),
    )
    const before = dropped.slice(0, present).map(({ table }) => table)
    assert.deepEqual(
      before.filter((table) => table === 'flows').length,
      2,
      'the past of single flows goes before the present',
    )
    assert.ok(before.filter((table) => table === 'flows_1m').length >= 2)
  })

  /** Lines of today and of the days before: more than there are flows. */
  async function leaveLines(count: number, daysAgo = 'number % 30'): Promise<void> {
    await client.command({
      query: `INSERT INTO firewall (time, received, kind, source_ip, destination_ip, destination_port, rule)
        SELECT now64(3) - toIntervalDay(${daysAgo}), now64(3), 'firewall.block', IPv6NumToString(randomFixedString(16)),
          IPv6NumToString(randomFixedString(16)), rand(), 'drop' FROM numbers(${count})`,
    })
  }

  test('keep what they have where lines of firewalls are the ones who have more', async () => {
    const flows = await size()
    await leaveLines(100_000)
    const before = await days()
    const dropped = await room(((await size()) - 1000) / flowShare).trim()
    const day = new Date(Date.now() - 29 * 86_400_000).toISOString().slice(0, 10)
    assert.deepEqual(dropped, [{ table: 'firewall', partition: day, whole: true }])
    const more = await room((flows * 2 + 1000) / flowShare).trim()
    assert.ok(more.every(({ table }) => table.startsWith('firewall')))
    assert.deepEqual(await days(), before)
  })

  test('give up their own where they have more than lines of firewalls, and these stay', async () => {
    await leaveLines(300)
    const lines = () => rows<{ lines: number }>('SELECT toUInt32(count()) AS lines FROM firewall')
    const dropped = await room(((await size()) - 1000) / flowShare).trim()
    assert.deepEqual(
      dropped.map(({ table }) => table),
      ['flows'],
    )
    assert.deepEqual(await lines(), [{ lines: 300 }])
  })

  const today = () => new Date().toISOString().slice(0, 10)

  test("keep their half where lines have more and all of it is today's: of these the first go, and the last stay", async () => {
    const [before, flows] = [await days(), await size()]
    // A clock that is ahead by a day takes nothing from what today is.
    await leaveLines(100, '-1')
    for (let batch = 0; batch < 3; batch++) await leaveLines(30_000, '0')
    const dropped = await room(((await size()) - 1000) / flowShare).trim()
    assert.deepEqual(dropped, [{ table: 'firewall', partition: today(), whole: false }])
    await room((flows * 2 + 1000) / flowShare).trim()
    assert.deepEqual(await days(), before)
  })

  test("have more than half too: their past goes before today's lines", async () => {
    const [before, flows] = [await days(), await size()]
    await leaveLines(100_000, '0')
    const [first] = await room((flows * 2 - 1000) / flowShare).trim()
    assert.deepEqual(first, { table: 'flows', partition: before[0]!.day, whole: true })
  })

  test('are left alone on a cluster', async () => {
    assert.deepEqual(await room(1, 'sensors').trim(), [])
    assert.equal((await days()).length, 3)
  })

  test('live as long as the configuration says, table by table', async () => {
    await merges('START')
    const flowDays = { flows: 3, flows_1m: 4, flows_5m: 5, flows_1h: 6, addresses_1h: 7 }
    await setLifetimes(client, { eventsDays: 1, mailsDays: 1, filesDays: 1, flowDays, firewallDays: 8 })
    const lives8 = Object.fromEntries(firewallTables.map((table) => [table, 8]))
    for (const [table, lives] of Object.entries({ ...flowDays, ...lives8 })) {
      const [made] = await rows<{ statement: string }>(`SHOW CREATE TABLE ${table}`)
      assert.match(made!.statement, new RegExp(`TTL .*toIntervalDay\\(${lives}\\)`), table)
    }
  })
})
