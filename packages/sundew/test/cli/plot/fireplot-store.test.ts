import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { loadImage } from '@napi-rs/canvas'
import { pictureSize } from '../../../src/plots/fireplot/draw.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { keepProbes, keepProbesForever, tcp, udp } from '../../hub/scans/probes.ts'
import { TestStore } from '../../store/running-store.ts'
import { startHub, sundew, type TestHub } from '../sundew.ts'

const hour = 3_600_000
const from = Date.UTC(2026, 10, 20)
const script = join(import.meta.dirname, '..', '..', '..', 'public', 'fireplot.js')

let folder = ''
let store: TestStore
let hub: TestHub
const at = (name: string) => join(folder, name)
const plot = (...args: string[]) =>
  sundew(['plot', 'fireplot', '--data', folder, '--utc', '--size', '700x300', ...args])

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-fireplot-store-'))
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  const writer = store.client('sundew', { database: 'sundew' })
  await keepProbesForever(writer)
  await keepProbes(writer, [
    ...Array.from({ length: 24 }, (_, n) => ({
      time: from + n * hour,
      source: '198.51.100.7',
      port: 1000 + n,
    })),
    { time: from, source: '2001:db8::1', port: 53, protocol: udp },
    { time: from, source: '198.51.100.8', port: 22, protocol: tcp, kind: 'allow' as const },
    { time: from, source: '198.51.100.8', port: 40_000, protocol: tcp, flags: 4 },
    { time: from + 48 * hour, source: '198.51.100.8', port: 23 },
  ])
  hub = await startHub(folder, { store: store.client('reader', { database: 'sundew' }) })
})
after(async () => {
  await hub[Symbol.asyncDispose]()
  await store.stop()
  await rm(folder, { recursive: true })
})

describe('sundew plot fireplot, from the store', () => {
  test('draws a day as PNG, and as SVG with how many there were of what', async () => {
    const { code, stderr } = await plot('--day', '2026-11-20', '-o', at('x.png'))
    assert.deepEqual([code, stderr], [0, ''])
    const { width, height } = await loadImage(await readFile(at('x.png')))
    assert.deepEqual({ width, height }, pictureSize(700, 300))
    await plot('--day', '2026-11-20', '-o', at('x.svg'))
    const svg = await readFile(at('x.svg'), 'utf8')
    assert.match(svg, />2026-11-20 00:00 to 2026-11-21 00:00: 25 packets</)
    assert.match(svg, />TCP 24</)
    assert.match(svg, />UDP, IPv6 1</)
  })

  test('draws what was asked for alone, in any span', async () => {
    const title = async (...args: string[]) => {
      const { code, stderr } = await plot(...args, '-o', at('y.svg'))
      assert.equal(code, 0, stderr)
      return />([^<]*) packets/.exec(await readFile(at('y.svg'), 'utf8'))?.[1]
    }
    const day = ['--day', '2026-11-20']
    assert.equal(
      await title('--from', '2026-11-20', '--to', '2026-11-23'),
      '2026-11-20 00:00 to 2026-11-23 00:00: 26',
    )
    assert.equal(await title('--to', '2026-11-23'), '2026-11-20 00:00 to 2026-11-22 00:01: 26')
    assert.match((await title(...day, '--kind', 'allow'))!, /, allowed: 1$/)
    assert.match((await title(...day, '--kind', 'all', '--answers'))!, /: 27$/)
    assert.match((await title(...day, '--source', '2001:db8::/32'))!, /, one network: 1$/)
    assert.match(
      (await title(...day, '--source', '198.51.100.7', '--port', '1003'))!,
      /, one source, port 1003: 1$/,
    )
    assert.match(
      (await title(...day, '--protocol', '17', '--scheme', 'version', '--scale', 'linear'))!,
      /, protocol 17: 1$/,
    )
    assert.match((await title(...day, '--hide-top', '1', '--scheme', 'listed'))!, /: 24$/)
  })

  test(
    'tells whose dots they are in a page',
    { skip: !existsSync(script) && 'its script is not built: npm run prepare' },
    async () => {
      const { code, stderr } = await plot('--day', '2026-11-20', '--scheme', 'country', '-o', at('z.html'))
      assert.deepEqual([code, stderr], [0, ''])
      assert.match(
        await readFile(at('z.html'), 'utf8'),
        /<title>Fireplot: 2026-11-20 00:00 to 2026-11-21 00:00</,
      )
    },
  )

  test('says that there is nothing, and what is wrong', async () => {
    const empty = await plot('--day', '2020-01-01', '--scanners', '-o', at('e.png'))
    assert.deepEqual(
      [empty.code, empty.stderr],
      [0, 'No scan was told of in that time.\nThe store has nothing of that: the picture is empty.\n'],
    )
    assert.equal((await plot('--scanners', '40', '-o', at('e.png'))).code, 2)
    assert.equal((await plot('--source', '198.51.100.1-198.51.100.7', '-o', at('e.png'))).code, 2)
    const daily = await sundew(['plot', 'daily', '--data', folder])
    assert.equal(daily.code, 1)
    assert.match(daily.stderr, /plots\.daily/)
  })
})
