import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { officeTraffic, Traffic } from '../../../../../bench/lib/flow-rows.ts'
import { BatchSpoolWriter, listBatchFiles } from '../../../src/core/batch-spool.ts'
import { BatchIngest } from '../../../src/hub/batches/ingest.ts'
import { InsertPlan } from '../../../src/hub/batches/plan.ts'
import { flowBatches } from '../../../src/hub/batches/tables.ts'
import { InsertTurn } from '../../../src/hub/batches/turn.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { blockColumns, nativeBlock } from '../../../src/wire/columns/block.ts'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import { TestStore } from '../../store/running-store.ts'

describe('flow batches', () => {
  let store: TestStore
  let client: ClickHouseClient
  let folder: string
  let told: string[]

  before(async () => {
    store = await TestStore.start()
    const address = { url: store.url, database: 'flowing', user: 'sundew', password: 'owner secret' }
    const never = new AbortController().signal
    await migrate({ ...address, cluster: undefined, signal: never, waiting: () => {} })
    client = store.client('sundew', { database: 'flowing' })
  })
  after(() => store.stop())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sundew-flow-ingest-'))
    told = []
    for (const table of ['flows', 'flows_1m', 'flows_5m', 'flows_1h', 'addresses_1h'])
      await client.command({ query: `TRUNCATE TABLE ${table}` })
  })

  const traffic = new Traffic({ ...officeTraffic, startMs: Date.now() - 600_000 })

  async function leave(batches: number, rows: number, touch?: 'vlan'): Promise<number> {
    const writer = await BatchSpoolWriter.open(folder, 1e9)
    const columns = new FlowColumns(rows)
    let bytes = 0
    for (let i = 0; i < batches; i++) {
      traffic.fill(columns, rows)
      if (touch) columns.touch(touch)
      for (let row = 0; row < rows; row++) bytes += columns.cells('raw_bytes')[row * 2]!
      await writer.write(nativeBlock(columns), rows, blockColumns(columns))
      columns.clear()
    }
    return bytes
  }

  async function taken(work: (ingest: BatchIngest) => Promise<void>): Promise<void> {
    const stop = new AbortController()
    const ingest = new BatchIngest({
      table: flowBatches,
      folder,
      planFile: join(folder, 'plan.json'),
      store: client,
      turn: new InsertTurn(),
      trouble: (code) => told.push(code),
    })
    const running = ingest.run(stop.signal)
    try {
      await work(ingest)
    } finally {
      stop.abort()
      await running
      await rm(folder, { recursive: true, force: true })
    }
  }

  const empty = async () => {
    while ((await listBatchFiles(folder)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  async function sums(): Promise<Record<string, number>> {
    const answer = await client.query({
      query: `SELECT (SELECT count() FROM flows) AS flows, (SELECT sum(bytes) FROM flows) AS bytes,
        (SELECT sum(flows) FROM flows_1m) AS minutes, (SELECT sum(bytes) FROM flows_5m) AS fives,
        (SELECT sum(flows) FROM flows_1h) AS hours, (SELECT sum(sent_flows) FROM addresses_1h) AS sent,
        (SELECT sum(received_bytes) FROM addresses_1h) AS received`,
      format: 'JSONEachRow',
    })
    const [row] = await answer.json<Record<string, string>>()
    return Object.fromEntries(Object.entries(row!).map(([name, value]) => [name, Number(value)]))
  }

  const all = (flows: number, bytes: number) => ({
    flows,
    bytes,
    minutes: flows,
    fives: bytes,
    hours: flows,
    sent: flows,
    received: bytes,
  })

  it('are in the store, each flow once, and in every sum', async () => {
    const bytes = (await leave(3, 1_000)) + (await leave(2, 500, 'vlan'))
    await taken(async (ingest) => {
      await empty()
      assert.equal(ingest.stored, 4_000)
    })
    assert.deepEqual(await sums(), all(4_000, bytes))
  })

  it('that a killed hub had inserted and not removed are not inserted again', async () => {
    const bytes = await leave(2, 1_000)
    const names = (await readdir(folder)).filter((name) => name.endsWith('.native')).sort()
    const kept = await mkdtemp(join(tmpdir(), 'sundew-flow-kept-'))
    const { copyFile } = await import('node:fs/promises')
    for (const name of names) await copyFile(join(folder, name), join(kept, name))
    await taken(empty)
    // As a kill between the insert and the removal leaves it.
    folder = kept
    await new InsertPlan(join(folder, 'plan.json')).write(names)
    await taken(empty)
    assert.deepEqual(await sums(), all(2_000, bytes))
  })

  it('are in every table once where the store is killed while it inserts', async () => {
    const bytes = await leave(12, 40_000)
    const died: number[] = []
    await taken(async (ingest) => {
      for (let kill = 0; kill < 4; kill++) {
        await new Promise((resolve) => setTimeout(resolve, 60 + kill * 70))
        died.push(ingest.stored)
        await store.kill()
        await store.spawn()
      }
      await empty()
      assert.equal(ingest.stored, 480_000)
    })
    assert.ok(died[0]! < 480_000, 'the first kill came before the end')
    assert.deepEqual(await sums(), all(480_000, bytes))
  })

  it('of which a killed hub had removed some are in the store: the rest is removed', async () => {
    await leave(2, 100)
    const names = (await readdir(folder)).filter((name) => name.endsWith('.native')).sort()
    await new InsertPlan(join(folder, 'plan.json')).write(names)
    await rm(join(folder, names[0]!))
    await taken(empty)
    assert.equal((await sums())['flows'], 0)
  })

  it('that are damaged are put aside and told, and hold up no others', async () => {
    const bytes = await leave(1, 100)
    const [file] = await listBatchFiles(folder)
    await writeFile(file!.path.replace('-100-', '-7-'), 'no block')
    await taken(async () => {
      await empty()
      while ((await sums())['flows'] !== 100) await new Promise((resolve) => setTimeout(resolve, 20))
      assert.equal((await readdir(join(folder, 'damaged'))).length, 1)
    })
    assert.deepEqual(told, ['SUNDEW_FLOWS_DAMAGED'])
    assert.deepEqual(await sums(), all(100, bytes))
  })
})
