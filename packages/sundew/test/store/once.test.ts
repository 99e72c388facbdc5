import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

import type { ClickHouseClient } from '@clickhouse/client'

import { NativeBlock } from '../../src/store/native.ts'
import { TestStore } from './running-store.ts'

const table = `(batch UInt32, n UInt32, d Date, s String) ENGINE = MergeTree PARTITION BY d ORDER BY n
  SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1`

/** Rows over three day-partitions, in as many Native blocks as asked for. */
function batchOf(batch: number, rows: number, blocks = 1): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let b = 0; b < blocks; b++) {
    const block = new NativeBlock([
      { name: 'batch', type: 'UInt32' },
      { name: 'n', type: 'UInt32' },
      { name: 'd', type: 'String' },
      { name: 's', type: 'String' },
    ])
    for (let i = 0; i < rows / blocks; i++) {
      block.column('batch').push(batch)
      block.column('n').push(b * (rows / blocks) + i)
      block.column('d').pushText(`2026-11-2${3 + (i % 3)}`)
      block.column('s').push(Buffer.from(`\n${i}\0`))
    }
    pieces.push(...block.encode())
  }
  return pieces
}

async function insert(
  client: ClickHouseClient,
  batch: number,
  rows: number,
  blocks = 1,
  settings = {},
): Promise<void> {
  const result = await client.exec({
    query: 'INSERT INTO kept (batch, n, d, s) FORMAT Native',
    values: Readable.from(batchOf(batch, rows, blocks), { objectMode: false }),
    clickhouse_settings: { insert_deduplication_token: `batch-${batch}`, ...settings },
  })
  result.stream.resume()
}

describe('a batch with a token', () => {
  let store: TestStore
  let client: ClickHouseClient

  before(async () => {
    store = await TestStore.start()
    client = store.client()
    await client.command({ query: `CREATE TABLE kept ${table}` })
  })
  after(() => store.stop())

  const count = async (where = '1'): Promise<number> => {
    const result = await client.query({
      query: `SELECT count() AS n FROM kept WHERE ${where}`,
      format: 'JSONEachRow',
    })
    return (await result.json<{ n: number }>())[0]!.n
  }

  it('is stored once, however often it is sent, over several days and blocks', async () => {
    for (let i = 0; i < 3; i++) await insert(client, 1, 3000, 5)
    assert.equal(await count('batch = 1'), 3000)
    const result = await client.query({
      query: "SELECT count() AS n FROM system.parts WHERE table = 'kept' AND active",
      format: 'JSONEachRow',
    })
    assert.deepEqual(await result.json(), [{ n: 3 }], 'one part a day: the batch went in as one block')
  })

  it('is completed where only some of its days were stored', async () => {
    await insert(client, 2, 3000)
    await client.command({ query: "ALTER TABLE kept DROP PARTITION '2026-11-24'" })
    const before = await count('batch = 2')
    await insert(client, 2, 3000)
    assert.equal(before, 2000)
    assert.equal(await count('batch = 2'), 3000)
  })

  it('is stored once when it is cut into many blocks', async () => {
    const small = { min_insert_block_size_rows: '500', min_insert_block_size_bytes: '1' }
    for (let i = 0; i < 3; i++) await insert(client, 3, 3000, 6, small)
    assert.equal(await count('batch = 3'), 3000)
  })

  it('is stored once when it is sent twice at the same time', async () => {
    await Promise.all([insert(client, 4, 3000), insert(client, 4, 3000), insert(client, 4, 3000)])
    assert.equal(await count('batch = 4'), 3000)
  })

  it('is stored twice under two tokens', async () => {
    await insert(client, 5, 300)
    await insert(client, 5, 300, 1, { insert_deduplication_token: 'another' })
    assert.equal(await count('batch = 5'), 600)
  })
})

describe('a store that is killed in mid-insert', () => {
  const kills = 10
  const rows = 30_000

  it(`has every batch exactly once after ${kills} kills and retries`, async () => {
    const store = await TestStore.start()
    try {
      await store.client().command({ query: `CREATE TABLE kept ${table}` })
      let batch = 0
      let interrupted = 0
      let stopped = false
      const sender = (async () => {
        while (!stopped) {
          interrupted += await untilTaken(store, batch, rows)
          batch++
        }
      })().finally(() => (stopped = true))
      for (let i = 0; i < kills; i++) {
        // After at least one more batch was taken, at some point of the next.
        for (const last = batch; batch === last && !stopped;) await sleep(5)
        await sleep((i * 17) % 60)
        await store.kill()
        await store.spawn()
      }
      stopped = true
      await sender
      const client = store.client()
      const result = await client.query({
        query:
          'SELECT batch, count() AS stored, uniqExact(n) AS distinct FROM kept GROUP BY batch ORDER BY batch',
        format: 'JSONEachRow',
      })
      const found = await result.json<{ batch: number; stored: number; distinct: number }>()
      assert.ok(interrupted > 0, 'some kill came while an insert was under way')
      assert.deepEqual(
        found,
        Array.from({ length: batch }, (_, i) => ({ batch: i, stored: rows, distinct: rows })),
      )
    } finally {
      await store.stop()
    }
  })
})

/** Sends a batch until it is acknowledged; how many times the connection broke while it was under way. */
async function untilTaken(store: TestStore, batch: number, rows: number): Promise<number> {
  let interrupted = 0
  for (let attempt = 0; attempt < 4000; attempt++) {
    const client = store.client()
    try {
      await insert(client, batch, rows)
      return interrupted
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') interrupted++
      await sleep(25)
    } finally {
      await client.close()
    }
  }
  throw new Error(`batch ${batch} was never taken`)
}
