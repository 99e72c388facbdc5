import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { listBatchFiles } from '../../../src/core/batch-spool.ts'
import { FlowStaging, type StagingOptions } from '../../../src/importers/flows/staging.ts'
import { KnownImports } from '../../../src/importers/known.ts'

const identity = 'a'.repeat(32)
const dayMs = 86_400_000
const nowMs = 20_000 * dayMs

async function staged(more: Partial<StagingOptions> = {}) {
  const data = await mkdtemp(join(tmpdir(), 'sundew-staging-'))
  const folder = join(data, 'flows')
  let known = await KnownImports.open(join(data, 'imports.jsonl'))
  const options = () => ({
    folder,
    format: 'pcap',
    known,
    oldestMs: nowMs - 1000 * dayMs,
    latestMs: nowMs + dayMs,
    room: () => Promise.resolve(),
    storeRoom: () => Promise.resolve(),
    ...more,
  })
  return {
    folder,
    open: () => FlowStaging.open(options()),
    /** As a new process finds it. */
    async again() {
      await known.close()
      known = await KnownImports.open(join(data, 'imports.jsonl'))
      return FlowStaging.open({ ...options(), storeRoom: () => Promise.resolve() })
    },
    async waiting() {
      return (await listBatchFiles(folder)).map(({ rows }) => rows)
    },
    async [Symbol.asyncDispose]() {
      await known.close()
      await rm(data, { recursive: true })
    },
  }
}

/** Writes a row a time; each is a flow to another port. */
async function write(staging: FlowStaging, times: readonly number[]) {
  const { sink } = staging
  for (const [index, ms] of times.entries()) {
    const { columns } = sink
    if (columns.rows === columns.capacity) sink.full()
    const row = columns.rows++
    columns.cells('time')[row * 2] = ms % 2 ** 32
    columns.cells('time')[row * 2 + 1] = Math.floor(ms / 2 ** 32)
    columns.cells('destination_port')[row] = index
    columns.touch('time', 'destination_port')
  }
  await staging.write()
}

describe('flows of a file', () => {
  test('are handed over when it is at its end, not before', async () => {
    await using folder = await staged()
    const staging = await folder.open()
    await staging.begin(identity)
    await write(staging, Array(70_000).fill(nowMs))
    assert.deepEqual(await folder.waiting(), [])
    await staging.end(identity)
    assert.deepEqual(await folder.waiting(), [65_536, 4_464])
    assert.equal(staging.durable, 70_000)
    assert.deepEqual(await readdir(join(folder.folder, 'import')), [])
  })

  test('of a file that was not read to its end are not kept', async () => {
    await using folder = await staged()
    const staging = await folder.open()
    await staging.begin(identity)
    await write(staging, Array(70_000).fill(nowMs))
    // A kill here; the next import finds it.
    const next = await folder.again()
    assert.deepEqual([await folder.waiting(), await readdir(join(folder.folder, 'import'))], [[], []])
    await next.begin(identity)
    await write(next, [nowMs])
    await next.drop()
    await next.begin('b'.repeat(32))
    await next.end('b'.repeat(32))
    assert.deepEqual(await folder.waiting(), [])
  })

  test('that a kill left half handed over are handed over by the next import, once', async () => {
    let handed = 0
    await using folder = await staged({
      storeRoom: () => (handed++ === 1 ? Promise.reject(new Error('killed')) : Promise.resolve()),
    })
    const staging = await folder.open()
    await staging.begin(identity)
    await write(staging, Array(140_000).fill(nowMs))
    await assert.rejects(staging.end(identity), /killed/)
    assert.deepEqual(await folder.waiting(), [65_536])
    await folder.again()
    assert.deepEqual(await folder.waiting(), [65_536, 65_536, 8_928])
  })

  test('too old and yet to come are left out and counted, also in the middle', async () => {
    await using folder = await staged()
    const staging = await folder.open()
    await staging.begin(identity)
    await write(staging, [nowMs, 0, nowMs, nowMs + 3 * dayMs, nowMs - 2000 * dayMs, nowMs])
    await staging.end(identity)
    assert.deepEqual([await folder.waiting(), staging.expired, staging.future], [[3], 2, 1])
  })

  test('of many days go in batches of few', async () => {
    await using folder = await staged()
    const staging = await folder.open()
    await staging.begin(identity)
    await write(
      staging,
      Array.from({ length: 100 }, (_, day) => nowMs - day * dayMs),
    )
    await staging.end(identity)
    assert.deepEqual(await folder.waiting(), [32, 32, 32, 4])
  })
})
