import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { ByteString } from '../../../src/event/bytes.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import type { Alerts } from '../../../src/hub/alerts.ts'
import { OutputFeed, type FeedOptions } from '../../../src/hub/outputs/feed.ts'
import { OutputFeeds } from '../../../src/hub/outputs/feeds.ts'
import { eventOf } from '../../outputs/events.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-feed-'))
})
afterEach(() => rm(folder, { recursive: true }))

const command = (text: string): SundewEvent => eventOf('command.run', { command: text as ByteString })
const limits = { waitingBytes: 1e6, segmentBytes: 2000, retryMs: { first: 1, last: 5 } }

/** An output that keeps what it is sent, and refuses as often as it is told. */
class Sink {
  readonly got: string[] = []
  refusals = 0
  async send(events: readonly SundewEvent[]): Promise<void> {
    if (this.refusals-- > 0) throw new Error('no')
    for (const { fields } of events) this.got.push((fields as { command: string }).command)
  }
}

function open(sink: Sink, more: Partial<FeedOptions> = {}) {
  const told: string[] = []
  const options = {
    name: 'sink',
    sensor: 'pot',
    output: sink,
    wants: (kind: string) => kind === 'command.run',
    directory: join(folder, 'waiting'),
    trouble: (code: string) => told.push(code),
    limits,
    ...more,
  }
  return OutputFeed.open(options).then((feed) => ({ feed, told }))
}

/** Runs until so much was got, or forever would be. */
async function runUntil(feed: OutputFeed, done: () => boolean): Promise<void> {
  const stop = new AbortController()
  const running = feed.run(stop.signal)
  for (let i = 0; i < 500 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  stop.abort()
  await running
  await feed.close()
}

describe('what feeds an output', () => {
  test('sends what it wants, in order, and nothing that was imported', async () => {
    const sink = new Sink()
    const { feed } = await open(sink)
    const old = eventOf('command.run', { command: 'old' as ByteString, import_key: 'x:1' })
    await feed.take([command('a'), eventOf('connection.open', { decoy_port: 22 }), old, command('b')])
    await feed.take([])
    await runUntil(feed, () => sink.got.length >= 2)
    assert.deepEqual(sink.got, ['a', 'b'])
  })

  test('goes on where it was after a restart, and does not begin again', async () => {
    const sink = new Sink()
    const first = await open(sink)
    await first.feed.take([command('a')])
    await runUntil(first.feed, () => sink.got.length >= 1)
    const second = await open(sink)
    await second.feed.take([command('b')])
    await second.feed.close() // before it was sent
    const third = await open(sink)
    await third.feed.take([command('c')])
    await runUntil(third.feed, () => sink.got.length >= 3)
    assert.deepEqual(sink.got, ['a', 'b', 'c'])
  })

  test('sends again what was refused, tells the owner, and holds up nobody meanwhile', async () => {
    const sink = new Sink()
    sink.refusals = 3
    const { feed, told } = await open(sink)
    await feed.take([command('a')])
    await runUntil(feed, () => sink.got.length >= 1)
    assert.deepEqual(sink.got, ['a'])
    assert.deepEqual(told, Array(3).fill('SUNDEW_OUTPUT_FAILED'))
  })

  test('keeps no more than may wait, tells what it leaves out, and goes on when there is room', async () => {
    const sink = new Sink()
    const { feed, told } = await open(sink, { limits: { ...limits, waitingBytes: 5000 } })
    for (let i = 0; i < 100; i++) await feed.take([command(`${i} ${'x'.repeat(200)}`)])
    assert.ok(told.length > 50 && told.every((code) => code === 'SUNDEW_OUTPUT_FULL'))
    await runUntil(feed, () => sink.got.length >= 100 - told.length)
    assert.equal(sink.got.length, 100 - told.length)
    const again = await open(sink, { limits: { ...limits, waitingBytes: 5000 } })
    await again.feed.take([command('room')])
    await runUntil(again.feed, () => sink.got.includes('room'))
    assert.deepEqual([sink.got.at(-1), again.told], ['room', []])
  })

  test('never rejects, even where nothing can be kept', async () => {
    const { feed, told } = await open(new Sink())
    await feed.close()
    await feed.take([command('a')])
    assert.deepEqual(told, ['SUNDEW_OUTPUT_FULL'])
  })

  test('sends at once what comes while it waits', async () => {
    const sink = new Sink()
    const { feed } = await open(sink)
    const stop = new AbortController()
    const running = feed.run(stop.signal)
    const took: number[] = []
    for (let i = 1; i <= 10; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      const since = performance.now()
      await feed.take([command(String(i))])
      while (sink.got.length < i && performance.now() - since < 2000)
        await new Promise((resolve) => setTimeout(resolve, 1))
      took.push(performance.now() - since)
    }
    stop.abort()
    await running
    await feed.close()
    took.sort((a, b) => a - b)
    assert.ok(took[5]! < 100, `took ${took.join(', ')} ms`)
  })

  test('takes so many of each severity in a minute, and puts the rest into one sentence, also after a restart', async () => {
    const sink = new Sink()
    const said: string[] = []
    const output = {
      perMinute: 2,
      send: async (events: readonly SundewEvent[]) => {
        for (const { kind, fields } of events)
          if (kind === 'alert.raised') said.push((fields as { message: string }).message)
        await sink.send(events.filter(({ kind }) => kind === 'command.run'))
      },
    }
    const { feed } = await open(sink, { output })
    await feed.take([command('a'), command('b'), command('c')])
    await feed.take([command('d')])
    await runUntil(feed, () => sink.got.length >= 2)
    assert.deepEqual([sink.got, said], [['a', 'b'], []])
    const file = join(folder, 'waiting', 'minute.json')
    const kept = JSON.parse(await readFile(file, 'utf8')) as { since: number }
    await writeFile(file, JSON.stringify({ ...kept, since: kept.since - 60_000 }))
    const { feed: later } = await open(sink, { output })
    await runUntil(later, () => said.length > 0)
    assert.match(said[0]!, /^2 more left out: 2 low; sink takes no more in a minute/)
  })

  test('lets what comes between two calls come together, where its output asks for it', async () => {
    const batches: number[] = []
    const output = {
      everyMs: 300,
      send: async (events: readonly SundewEvent[]) => {
        batches.push(events.length)
      },
    }
    const { feed } = await open(new Sink(), { output })
    const stop = new AbortController()
    const running = feed.run(stop.signal)
    for (let i = 0; i < 5; i++) {
      await feed.take([command('a')])
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await new Promise((resolve) => setTimeout(resolve, 400))
    stop.abort()
    await running
    await feed.close()
    assert.deepEqual(batches, [1, 4])
  })

  test('ends with the hub though its output hangs', async () => {
    const hanging = new Sink()
    hanging.send = () => new Promise(() => {})
    const { feed } = await open(hanging)
    await feed.take([command('a')])
    await runUntil(feed, () => true)
  })
})

test('outputs that are enabled write where they are told, from the folder of outputs', async () => {
  const told: string[] = []
  const alerts = { raise: (code: string) => told.push(code) } as unknown as Alerts
  const section = { enabled: true, path: 'x/cowrie.json', dialect: '3.0.6', day_mb: 1, keep_days: 1 }
  const place = { sensor: 'pot', version: '0', folder, journals: folder, storeCursors: folder, alerts }
  const feeds = await OutputFeeds.open({ cowrie_json: section }, place)
  await feeds.take([command('id')])
  const stop = new AbortController()
  const running = feeds.run(stop.signal)
  let text = ''
  for (let i = 0; i < 500 && text === ''; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    text = await readFile(join(folder, 'x', 'cowrie.json'), 'utf8').catch(() => '')
  }
  stop.abort()
  await running
  await feeds.close()
  assert.match(text, /"input":"id".*\n$/)
  assert.deepEqual(told, [])
  const none = await OutputFeeds.open(
    { cowrie_json: { enabled: false } },
    { ...place, folder: join(folder, 'none') },
  )
  await none.take([command('id')])
  await none.close()
})
