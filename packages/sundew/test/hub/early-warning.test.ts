import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { JournalWriter } from '../../src/core/journal/writer.ts'
import { layout } from '../../src/core/layout.ts'
import { logFor } from '../../src/core/log.ts'
import { startHub } from '../../src/hub/hub.ts'
import { alertFile } from '../../src/outputs/alert-file/alert-file.ts'
import { jsonLines } from '../../src/outputs/json-lines/json-lines.ts'
import { matchOf } from '../outputs/events.ts'
import { TestStore } from '../store/running-store.ts'

let store: TestStore
let data: string
before(async () => {
  store = await TestStore.start()
  data = await mkdtemp(join(tmpdir(), 'sundew-warning-'))
})
after(async () => {
  await store.stop()
  await rm(data, { recursive: true })
})

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('a match is told within a second while the store is away, and once, and stored when it is back', async () => {
  await store.kill()
  const paths = layout(data)
  await mkdir(paths.journals, { recursive: true })
  const stop = new AbortController()
  const address = { url: store.url, database: 'sundew' }
  const hub = await startHub(
    {
      sensor: 'test',
      version: '0',
      hostname: 'mx.example.net',
      paths,
      publicFolder: join(data, 'public'),
      console: { address: '127.0.0.1', port: 0, hostnames: [], tls: undefined, allowPlain: false },
      store: {
        writer: { ...address, user: 'sundew', password: 'owner secret' },
        reader: { ...address, user: 'reader', password: 'reader secret' },
        cluster: undefined,
      },
      keep: {
        eventsDays: 1000,
        mailsDays: 1,
        filesDays: 1,
        flowDays: { flows: 1, flows_1m: 1, flows_5m: 1, flows_1h: 1, addresses_1h: 1 },
        firewallDays: 1,
        quotaBytes: 1e9,
        sourceShare: 0.05,
      },
      networks: [],
      outputs: {
        alert_file: { ...alertFile.config.parse({ format: 'json' }), enabled: true },
        json_lines: { ...jsonLines.config.parse({ kinds: ['intel.match'] }), enabled: true },
      },
    },
    { signal: stop.signal, log: logFor('hub'), quota: () => {}, hear: () => {} },
  )
  const ids = async (name: string) =>
    (await readFile(join(paths.outputs, name), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line.includes('"intel.match"'))
      .map((line) => (JSON.parse(line) as { id: string }).id)
  const collectors = await JournalWriter.open(paths.collectorJournal)
  try {
    const matches = Array.from({ length: 20 }, () => matchOf())
    const took: number[] = []
    for (const match of matches) {
      const since = performance.now()
      await collectors.append(match)
      while (!(await ids('alerts.log')).includes(match.id) && performance.now() - since < 5000) await sleep(5)
      took.push(performance.now() - since)
    }
    const worst = Math.max(...took)
    assert.ok(worst < 1000, `told after ${worst} ms`)
    assert.deepEqual(await ids('events.jsonl'), [], 'told as stored before it was')

    await store.spawn()
    await hub.begun
    for (let i = 0; i < 200 && (await ids('events.jsonl')).length < matches.length; i++) await sleep(50)
    const all = matches.map(({ id }) => id)
    assert.deepEqual(await ids('events.jsonl'), all)
    assert.deepEqual(await ids('alerts.log'), all, 'told twice')
  } finally {
    await collectors.close()
    stop.abort()
    await hub.ended
  }
})
