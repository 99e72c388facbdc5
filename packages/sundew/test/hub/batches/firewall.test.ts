import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { FirewallBatches } from '../../../src/collectors/syslog/firewall-batches.ts'
import { BatchSpoolWriter, listBatchFiles } from '../../../src/core/batch-spool.ts'
import { BatchIngest } from '../../../src/hub/batches/ingest.ts'
import { firewallBatches, flowBatches } from '../../../src/hub/batches/tables.ts'
import { InsertTurn } from '../../../src/hub/batches/turn.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { blockColumns, nativeBlock } from '../../../src/wire/columns/block.ts'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import { lineOf, receivedMs, type Told } from '../../collectors/syslog/some-rows.ts'
import { TestStore } from '../../store/running-store.ts'

/** As the store tells a time. */
const sqlTime = (ms: number) => new Date(ms).toISOString().replace('T', ' ').slice(0, -1)

/** Knows of every second sender where it is. */
const geo = {
  look(_: Uint32Array, systems: Uint32Array, countries: Uint16Array, from: number, to: number): boolean {
    for (let row = from; row < to; row += 2) {
      systems[row] = 64_500
      countries[row] = 0x4c4e
    }
    return true
  },
}

describe("lines of firewalls' logs", () => {
  let store: TestStore
  let client: ClickHouseClient
  let folder: string

  before(async () => {
    store = await TestStore.start()
    await migrate({ url: store.url, database: 'walled', user: 'sundew', password: 'owner secret' })
    client = store.client('sundew', { database: 'walled' })
  })
  after(() => store.stop())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sundew-firewall-ingest-'))
    for (const table of ['firewall', 'firewall_ports_1h', 'flows'])
      await client.command({ query: `TRUNCATE TABLE ${table}` })
  })

  async function rows<T>(query: string): Promise<T[]> {
    return (await client.query({ query, format: 'JSONEachRow' })).json<T>()
  }

  /** Leaves the lines as batches and has them inserted, beside what is in the folder of flows. */
  async function inserted(lines: readonly Told[], rowsOfBatch = lines.length): Promise<void> {
    const [firewall, flows] = [join(folder, 'firewall'), join(folder, 'flows')]
    const spool = await BatchSpoolWriter.open(firewall, 1e9)
    // One after the other, so that batches are used again.
    const batches = new FirewallBatches({ spool, geo })
    for (const [row, told] of lines.entries()) {
      batches.take(...lineOf(told))
      if ((row + 1) % rowsOfBatch === 0) await batches.settled()
    }
    await batches.close()
    const stop = new AbortController()
    const turn = new InsertTurn()
    const trouble = (code: string, message: string, cause?: unknown) => {
      throw new Error(`${code} ${message}`, { cause })
    }
    const running = [
      { table: firewallBatches, folder: firewall, planFile: join(folder, 'firewall.json') },
      { table: flowBatches, folder: flows, planFile: join(folder, 'flows.json') },
    ].map((options) => new BatchIngest({ ...options, store: client, turn, trouble }).run(stop.signal))
    const waiting = async () => [...(await listBatchFiles(firewall)), ...(await listBatchFiles(flows))]
    while ((await waiting()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    stop.abort()
    await Promise.all(running)
    await rm(folder, { recursive: true, force: true })
  }

  test('come out of the store as they went in', async () => {
    await inserted([
      {
        time: receivedMs - 1_500,
        source: '203.0.113.7',
        destination: '2001:db8::1',
        sourcePort: 65_535,
        destinationPort: 22,
        protocol: 17,
        tcpFlags: 0x1ff,
        length: 2 ** 32 - 1,
        natSource: '192.0.2.1',
        natSourcePort: 1,
        natDestination: '192.0.2.2',
        natDestinationPort: 2,
        mac: [0xffff, 0xffff_fffe],
        sender: '192.0.2.254',
        device: 'fw',
        format: 'netfilter',
        rule: 'drop all',
        inInterface: 'eth0',
        outInterface: 'eth1',
        state: 'new',
        kind: 2,
      },
      {},
    ])
    const [full, empty] = await rows<Record<string, unknown>>('SELECT * FROM firewall ORDER BY time')
    assert.deepEqual(full, {
      time: sqlTime(receivedMs - 1_500),
      received: sqlTime(receivedMs),
      kind: 'firewall.allow',
      source_ip: '::ffff:203.0.113.7',
      destination_ip: '2001:db8::1',
      source_port: 65_535,
      destination_port: 22,
      protocol: 17,
      tcp_flags: 0x1ff,
      length: 2 ** 32 - 1,
      nat_source_ip: '::ffff:192.0.2.1',
      nat_destination_ip: '::ffff:192.0.2.2',
      nat_source_port: 1,
      nat_destination_port: 2,
      sender_ip: '::ffff:192.0.2.254',
      source_country: 'NL',
      source_as: 64_500,
      listed: 0,
      device: 'fw',
      format: 'netfilter',
      rule: 'drop all',
      in_interface: 'eth0',
      out_interface: 'eth1',
      state: 'new',
      source_mac: 281_474_976_710_654,
    })
    assert.equal(empty!['source_as'], 0)
    assert.equal(empty!['source_ip'], '::')
    assert.equal(empty!['rule'], '')
    assert.deepEqual(
      await rows(
        'SELECT kind, destination_port, toUInt32(sum(probes)) AS probes FROM firewall_ports_1h GROUP BY 1, 2 ORDER BY 2',
      ),
      [
        { kind: 'firewall.block', destination_port: 0, probes: 1 },
        { kind: 'firewall.allow', destination_port: 22, probes: 1 },
      ],
    )
  })

  test('keep their texts byte for byte, cut at 255, however they are sent', async () => {
    const text = fc.uint8Array({ maxLength: 400 })
    const texts = fc.sample(fc.record({ device: text, rule: text, state: text, inInterface: text }), 500)
    await inserted(
      texts.map((told, length) => ({ ...told, length })),
      100,
    )
    const kept = await rows<Record<'device' | 'rule' | 'state' | 'in', string>>(
      'SELECT hex(device) AS device, hex(rule) AS rule, hex(state) AS state, hex(in_interface) AS `in` FROM firewall ORDER BY length',
    )
    const hex = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 255)).toString('hex').toUpperCase()
    assert.deepEqual(
      kept,
      texts.map(({ device, rule, state, inInterface }) => ({
        device: hex(device),
        rule: hex(rule),
        state: hex(state),
        in: hex(inInterface),
      })),
    )
  })

  test('of times that no partition can have are of when they came; those of last year are of last year', async () => {
    const lastYear = receivedMs - 300 * 86_400_000
    const times = [0, Number.NaN, -1, Date.UTC(2106, 1, 7), Date.UTC(1999, 11, 31), lastYear]
    await inserted(times.map((time, length) => ({ time, length })))
    assert.deepEqual(
      await rows('SELECT toString(time) AS time FROM firewall ORDER BY length'),
      [...Array<number>(5).fill(receivedMs), lastYear].map((time) => ({ time: sqlTime(time) })),
    )
  })

  test('and flows that wait beside them are both inserted', async () => {
    const flows = new FlowColumns(10)
    flows.rows = 10
    flows.touch('time')
    for (let row = 0; row < 10; row++)
      flows.cells('time').set([Date.now() >>> 0, Math.floor(Date.now() / 2 ** 32)], row * 2)
    const spool = await BatchSpoolWriter.open(join(folder, 'flows'), 1e9)
    for (let batch = 0; batch < 5; batch++) await spool.write(nativeBlock(flows), 10, blockColumns(flows))
    await inserted(Array<Told>(50).fill({ source: '203.0.113.7' }), 10)
    const [counts] = await rows<Record<string, number>>(
      'SELECT (SELECT toUInt32(count()) FROM firewall) AS firewall, (SELECT toUInt32(count()) FROM flows) AS flows',
    )
    assert.deepEqual(counts, { firewall: 50, flows: 50 })
  })
})
