import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { loadImage } from '@napi-rs/canvas'
import type { ClickHouseClient } from '@clickhouse/client'
import { Daily, type DailyOptions } from '../../../src/hub/plots/daily.ts'
import { DailyFolder } from '../../../src/hub/plots/daily-files.ts'
import { dailyIndex } from '../../../src/hub/plots/daily-index.ts'
import { plotsSection } from '../../../src/hub/plots/section.ts'
import { pictureSize } from '../../../src/plots/fireplot/draw.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'
import { keepProbes, keepProbesForever } from '../scans/probes.ts'

const hour = 3_600_000
const script = join(import.meta.dirname, '..', '..', '..', 'public', 'fireplot.js')
/** In Oslo the day begins an hour before UTC's. */
const now = Date.UTC(2026, 10, 25, 9)
const signal = new AbortController().signal

let store: TestStore
let reader: ClickHouseClient
let root = ''

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sundew-daily-'))
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  const writer = store.client('sundew', { database: 'sundew' })
  await keepProbesForever(writer)
  const first = Date.UTC(2026, 10, 21, 22)
  await keepProbes(
    writer,
    Array.from({ length: 500 }, (_, at) => ({
      time: first + Math.floor((at * 80 * hour) / 500),
      source: `198.51.100.${at % 200}`,
      port: (at * 127) % 65_536,
    })),
  )
  reader = store.client('reader', { database: 'sundew' })
})
after(async () => {
  await store.stop()
  await rm(root, { recursive: true })
})

function daily(
  name: string,
  changes: Readonly<Record<string, unknown>> = {},
  options: Partial<DailyOptions> = {},
) {
  const section = { folder: join(root, name), formats: ['png'], time_zone: 'Europe/Oslo', ...changes }
  const troubles: string[] = []
  const { daily: parsed } = plotsSection.parse({ daily: section })
  const made = new Daily({
    section: parsed!,
    folder: join(root, name),
    sensor: '<b>test</b>',
    store: reader,
    address: { url: store.url, database: 'sundew', user: 'reader', password: 'reader secret' },
    trouble: (code, message) => troubles.push(`${code}: ${message}`),
    clock: () => now,
    ...options,
  })
  return { daily: made, troubles, path: join(root, name) }
}

describe('the daily picture', () => {
  test('is drawn of yesterday and of each day that was missed, back to the first line, once', async () => {
    const { daily: ours, troubles, path } = daily('pictures')
    const told = await ours.look(signal)
    // Lines of 22:00 UTC are of 23:00 in Oslo.
    const days = ['2026-11-24', '2026-11-23', '2026-11-22', '2026-11-21']
    assert.deepEqual(
      told.map(({ day }) => day),
      days,
    )
    assert.deepEqual(
      (await readdir(path)).toSorted(),
      [...days.flatMap((day) => [`${day}.png`, `${day}.small.png`]), 'index.html'].toSorted(),
    )
    const image = await loadImage(await readFile(join(path, '2026-11-24.png')))
    const { width, height } = pictureSize(1560, 800)
    assert.deepEqual([image.width, image.height], [width, height])
    assert.deepEqual(await ours.look(signal), [])
    await rm(join(path, '2026-11-23.png'))
    assert.deepEqual(
      (await ours.look(signal)).map(({ day }) => day),
      ['2026-11-23'],
    )
    assert.deepEqual(troubles, [])
  })

  test('waits some minutes after midnight, until what came last is stored', async () => {
    const midnight = Date.UTC(2026, 10, 24, 23)
    const early = daily('early', {}, { clock: () => midnight + 60_000 })
    assert.equal(
      (await early.daily.look(signal)).some(({ day }) => day === '2026-11-24'),
      false,
    )
    const late = daily('late', {}, { clock: () => midnight + 6 * 60_000 })
    assert.equal((await late.daily.look(signal))[0]!.day, '2026-11-24')
  })

  test('is of no day before the first line, and of a month of days at most', async () => {
    const { daily: ours } = daily('month', {}, { clock: () => now + 400 * 24 * hour })
    const told = await ours.look(signal)
    assert.equal(told.length, 31)
    assert.ok(told.every(({ files }) => files.length === 2))
  })

  test(
    'as a page names the sources',
    { skip: !existsSync(script) && 'its script is not built: npm run prepare' },
    async () => {
      const { daily: ours, path } = daily('pages', {
        formats: ['html', 'png'],
        scheme: 'country',
        hide_top: 3,
      })
      const [told] = await ours.draw([ours.day()], signal)
      assert.deepEqual(told!.files, ['2026-11-24.small.png', '2026-11-24.png', '2026-11-24.html'])
      assert.match(await readFile(join(path, '2026-11-24.html'), 'utf8'), /<title>Fireplot of 2026-11-24</)
      assert.match(await readFile(join(path, 'index.html'), 'utf8'), /href="2026-11-24\.html"/)
    },
  )

  test('that cannot be written is told of, and what was there stays', async () => {
    await writeFile(join(root, 'file'), 'something else')
    const { daily: ours, troubles } = daily('file')
    const [told] = await ours.draw([ours.day()], signal)
    assert.match(told!.trouble!, /EEXIST|ENOTDIR/)
    assert.match(troubles[0]!, /^SUNDEW_DAILY_PICTURE: .*2026-11-24/)
    assert.equal(await readFile(join(root, 'file'), 'utf8'), 'something else')
  })

  test('is written nowhere else: links are replaced and not followed, and half a file is tidied away', async () => {
    const path = join(root, 'links')
    await mkdir(path)
    const elsewhere = join(root, 'precious')
    await writeFile(elsewhere, 'precious')
    for (const name of ['2026-11-24.png', '2026-11-24.small.png', 'index.html'])
      await symlink(elsewhere, join(path, name))
    await writeFile(join(path, '.2026-11-24.png.0123456789ab.part'), 'half')
    const { daily: ours } = daily('links')
    await ours.draw([ours.day()], signal)
    assert.equal(await readFile(elsewhere, 'utf8'), 'precious')
    assert.ok((await stat(join(path, '2026-11-24.png'))).size > 1000)
    assert.deepEqual((await readdir(path)).toSorted(), [
      '2026-11-24.png',
      '2026-11-24.small.png',
      'index.html',
    ])
    const folder = new DailyFolder(path)
    for (const name of ['../x.png', '2026-11-24.png/x', 'a/b.html', '.hidden.png', 'x.php', ''])
      await assert.rejects(folder.write(name, ''), TypeError)
  })
})

describe('the page of days', () => {
  test('has the newest first, by month, with what there is of each, as text', () => {
    const page = dailyIndex(
      '<script>alert(1)</script>\u202e',
      new Map([
        ['2026-10-31', new Set(['png'] as const)],
        ['2026-11-01', new Set(['png', 'html'] as const)],
        ['2026-11-02', new Set(['html'] as const)],
      ]),
    )
    assert.equal(page.includes('<script'), false)
    assert.equal(page.includes('\u202e'), false)
    const hrefs = [...page.matchAll(/href="([^"]+)"/g)].map(([, href]) => href)
    assert.deepEqual(hrefs, ['2026-11-02.html', '2026-11-01.html', '2026-11-01.png', '2026-10-31.png'])
    assert.deepEqual(
      [...page.matchAll(/<h2>([^<]+)/g)].map(([, month]) => month),
      ['2026-11', '2026-10'],
    )
  })
})
