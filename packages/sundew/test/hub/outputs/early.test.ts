import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { JournalReader } from '../../../src/core/journal/reader.ts'
import { journalId } from '../../../src/core/journal/segments.ts'
import { JournalWriter } from '../../../src/core/journal/writer.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { Cursor } from '../../../src/hub/ingest/cursor.ts'
import { Early, forgetEarly } from '../../../src/hub/outputs/early.ts'
import { eventOf, matchOf } from '../../outputs/events.ts'

let folder: string
let journals: string
let storeCursors: string
let got: string[]
let troubles: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-early-'))
  journals = join(folder, 'journals')
  storeCursors = join(folder, 'cursors')
  got = []
  troubles = []
  await mkdir(journals)
})
afterEach(() => rm(folder, { recursive: true }))

const early = (take?: (events: readonly SundewEvent[]) => Promise<void>) =>
  new Early({
    journals,
    storeCursors,
    cursors: join(folder, 'told'),
    take: async (events) => {
      await take?.(events)
      got.push(...events.map(({ id }) => id))
    },
    trouble: (code) => troubles.push(code),
  })

const journal = (name: string, segmentBytes = 1e6) =>
  JournalWriter.open(join(journals, name), { segmentBytes })

async function during(one: Early, done: () => boolean): Promise<void> {
  const stop = new AbortController()
  const running = one.run(stop.signal)
  for (let i = 0; i < 500 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  stop.abort()
  await running
}

describe('what is told before it is in the store', () => {
  test('is matches and alerts of the hub and the collectors, in order and once, and nothing of the decoys', async () => {
    const collectors = await journal('collectors')
    const local = await journal('local')
    const matches = Array.from({ length: 50 }, () => matchOf())
    await local.append(matchOf())
    await collectors.append(eventOf('connection.open', { decoy_port: 22 }))
    for (const match of matches) await collectors.append(match)
    await during(early(), () => got.length >= 50)
    const hub = await journal('hub')
    const alert = eventOf('alert.raised', { code: 'SUNDEW_X', message: 'x' })
    await hub.append(alert)
    await during(early(), () => got.length >= 51)
    assert.deepEqual(got, [...matches.map(({ id }) => id), alert.id])
    for (const writer of [collectors, local, hub]) await writer.close()
  })

  test('comes within a moment of being caught', async () => {
    const collectors = await journal('collectors')
    const one = early()
    const stop = new AbortController()
    const running = one.run(stop.signal)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const since = performance.now()
    await collectors.append(matchOf())
    while (got.length === 0 && performance.now() - since < 5000)
      await new Promise((resolve) => setTimeout(resolve, 1))
    const took = performance.now() - since
    stop.abort()
    await running
    await collectors.close()
    assert.ok(took < 1000, `took ${took} ms`)
  })

  test('begins where the store is, where nobody was told before', async () => {
    const hub = await journal('hub')
    await hub.append(matchOf())
    const directory = join(journals, 'hub')
    const reader = new JournalReader(directory)
    const { to } = await reader.read({ segment: 0, offset: 0 }, Infinity)
    await reader.close()
    const cursor = await Cursor.open(join(storeCursors, `hub-${await journalId(directory)}.json`))
    await cursor.take(to)
    const fresh = matchOf()
    await hub.append(fresh)
    await during(early(), () => got.length >= 1)
    assert.deepEqual(got, [fresh.id])
    await forgetEarly(join(folder, 'told'))
    await during(early(), () => got.length >= 2)
    assert.deepEqual(got, [fresh.id, fresh.id])
    await hub.close()
  })

  test('holds back what the store would let go, until it has read it', async () => {
    const hub = await journal('hub', 100)
    const one = early()
    assert.deepEqual(one.reached(join(journals, 'hub')), { segment: 0, offset: 0 })
    assert.equal(one.reached(join(journals, 'local')), undefined)
    for (let i = 0; i < 5; i++) await hub.append(matchOf())
    await during(one, () => got.length >= 5)
    assert.ok(one.reached(join(journals, 'hub'))!.segment >= 5)
    await hub.close()
  })

  test('comes again where it could not be taken down, and the owner hears of a journal that cannot be read', async () => {
    const collectors = await journal('collectors')
    await collectors.append(matchOf())
    let refusals = 1
    const refusing = early(async () => {
      if (refusals-- > 0) throw new Error('no')
    })
    const stop = new AbortController()
    const running = refusing.run(stop.signal)
    while (troubles.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    stop.abort()
    await running
    await during(early(), () => got.length >= 1)
    assert.equal(got.length, 1)
    await collectors.close()
  })
})
