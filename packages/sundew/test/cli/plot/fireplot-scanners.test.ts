import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { JournalReader, journalStart } from '../../../src/core/journal/reader.ts'
import { JournalWriter } from '../../../src/core/journal/writer.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { Daily } from '../../../src/hub/plots/daily.ts'
import { plotsSection } from '../../../src/hub/plots/section.ts'
import { Scans } from '../../../src/hub/scans/scans.ts'
import { scansSection } from '../../../src/hub/scans/section.ts'
import { wordOf } from '../../../src/plots/fireplot/raster.ts'
import { scannerEntries } from '../../../src/plots/fireplot/schemes.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { keepProbes, keepProbesForever, type Probe, randomOf } from '../../hub/scans/probes.ts'
import { TestStore } from '../../store/running-store.ts'
import { startHub, sundew } from '../sundew.ts'

const hour = 3_600_000
const minute = 60_000
/** Until yesterday: the store does not keep events of the past for ever. */
const from = Math.floor(Date.now() / (24 * hour)) * 24 * hour - 24 * hour
const random = randomOf(3)

/** Noise, one source slowly, one fast, and more in step than one event names. */
const noise = Array.from({ length: 500 }, (_, n): Probe => ({
  source: `203.0.113.${n % 250}`,
  time: from + Math.floor(random() * 24 * hour),
  port: [22, 23, 445][n % 3]!,
}))
const slow = Array.from({ length: 120 }, (_, n): Probe => ({
  source: '198.51.100.7',
  time: from + n * 10 * minute,
  port: 30_000 - n * 100,
}))
const fast = Array.from({ length: 1000 }, (_, n): Probe => ({
  source: '198.51.100.8',
  time: from + 5 * hour + n * 20,
  port: 1 + n,
}))
const inStep = Array.from({ length: 40 }, (_, n) =>
  Array.from({ length: 60 }, (_, column): Probe => ({
    source: `192.0.2.${n + 1}`,
    time: from + hour + column * 14 * minute + Math.floor(random() * 2000),
    port: 1000 + n * 60 + ((column * 7) % 60),
  })),
).flat()

let folder = ''
let store: TestStore
let scans: Scans

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-fireplot-scanners-'))
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  const writer = store.client('sundew', { database: 'sundew' })
  await keepProbesForever(writer)
  await keepProbes(writer, [...noise, ...slow, ...fast, ...inStep])
  const journal = await JournalWriter.open(join(folder, 'journal'))
  const troubles: string[] = []
  scans = new Scans({
    section: scansSection.parse({}),
    file: join(folder, 'scans.json'),
    store: writer,
    journal,
    sensor: 'test',
    networks: [],
    waiting: () => Promise.resolve(0),
    trouble: (code, message) => troubles.push(`${code}: ${message}`),
    clock: () => from + 25 * hour,
  })
  await scans.look(AbortSignal.timeout(60_000))
  await journal.close()
  assert.deepEqual(troubles, [])
  const reader = new JournalReader(join(folder, 'journal'))
  const { entries } = await reader.read(journalStart, Infinity)
  await reader.close()
  for (const { event } of entries) {
    const { time, fields } = event as SundewEvent<'scan.detected'>
    await writer.command({
      query: `INSERT INTO events (id, time, kind, transport, scan, fields)
        SELECT generateUUIDv7(), parseDateTime64BestEffort({time:String}, 9, 'UTC'), 'scan.detected', 'tcp', {scan:String}, {fields:String}`,
      query_params: { time, scan: fields.scan, fields: JSON.stringify(fields) },
    })
  }
})
after(async () => {
  await store.stop()
  await rm(folder, { recursive: true })
})

async function drawn(scanMembers?: Scans['members']) {
  const reader = store.client('reader', { database: 'sundew' })
  await using hub = await startHub(folder, { store: reader, ...(scanMembers && { scanMembers }) })
  const output = join(folder, 'x.svg')
  const day = new Date(from).toISOString().slice(0, 10)
  const args = ['--data', hub.data, '--utc', '--day', day, '--scanners', '--size', '900x300', '-o', output]
  const { code, stderr } = await sundew(['plot', 'fireplot', ...args])
  assert.equal(code, 0, stderr)
  return { stderr, svg: await readFile(output, 'utf8') }
}

test('scans that were told are drawn over the rest: alone, and each source of those in step', async () => {
  const { stderr, svg } = await drawn((told) => scans.members(told))
  assert.equal(stderr, '2 sources that scan, 40 that do so in step.\n')
  assert.match(svg, new RegExp(`>scanners ${slow.length + fast.length}<`.replace(/(\d)(\d{3}<)/, '$1,$2')))
  assert.match(svg, />scanners in step 2,400</)
  assert.match(svg, />TCP 500</)
  assert.doesNotMatch(svg, /more scanners/)
})

test('the daily picture has them too, unless it is told not to', async () => {
  const path = join(folder, 'daily')
  const scheme = { folder: path, formats: ['png'], time_zone: 'UTC' }
  const pixels = async (scanners: boolean) => {
    const { daily: section } = plotsSection.parse({ daily: { ...scheme, scanners } })
    const troubles: string[] = []
    const daily = new Daily({
      section: section!,
      folder: path,
      sensor: 'test',
      store: store.client('reader', { database: 'sundew' }),
      address: { url: store.url, database: 'sundew', user: 'reader', password: 'reader secret' },
      scansFile: join(folder, 'scans.json'),
      trouble: (code, message) => troubles.push(`${code}: ${message}`),
      clock: () => from + 30 * hour,
    })
    await daily.draw([daily.day()], AbortSignal.timeout(60_000))
    assert.deepEqual(troubles, [])
    const name = `${new Date(from).toISOString().slice(0, 10)}.png`
    const image = await loadImage(await readFile(join(path, name)))
    const context = createCanvas(image.width, image.height).getContext('2d')
    context.drawImage(image, 0, 0)
    const { width, height } = image
    const words = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)
    // The square of the legend, and dots.
    return words.filter((word) => word === wordOf(scannerEntries.together.colour)).length
  }
  assert.equal(await pixels(false), 0)
  assert.ok((await pixels(true)) >= 81)
})

test('sources that are not remembered any more are counted, in the picture too', async () => {
  const { stderr, svg } = await drawn()
  assert.equal(stderr, '2 sources that scan, 32 that do so in step; 8 more scanners among the others.\n')
  assert.match(svg, /, 8 more scanners among the others</)
})
