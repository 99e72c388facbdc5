import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { utcClock } from '../../../src/plots/fireplot/clock.ts'
import { Counts } from '../../../src/plots/fireplot/counts.ts'
import type { Gathered } from '../../../src/plots/fireplot/gather.ts'
import { cellsOf } from '../../../src/plots/fireplot/grid.ts'
import { fireplotPage } from '../../../src/plots/fireplot/page.ts'
import { PointCollector } from '../../../src/plots/fireplot/points.ts'
import { raster } from '../../../src/plots/fireplot/raster.ts'
import { type Rows, rowsOf, without } from '../../../src/plots/fireplot/scale.ts'
import { lookOf, schemes } from '../../../src/plots/fireplot/schemes.ts'
import { drawFireplot, margins } from '../../../src/plots/fireplot/draw.ts'

const executablePath = '/usr/bin/chromium'
const script = join(import.meta.dirname, '..', '..', '..', 'public', 'fireplot.js')
const day = 86_400_000
const from = Date.parse('2026-11-20')
const head = { from, to: from + day, clock: utcClock, width: 700, height: 400 } as const

const collector = new PointCollector(from, from + day)
const hostile = '<img src=x onerror=alert(1)></script>'
for (let at = 0; at < 20_000; at++)
  collector.add(from + ((at * 7_919_317) % day), (at * 40_503) % 66_304, at % 8)
collector.add(from + day / 2, 31_337, 0)
const { points } = collector
const sources = new Uint32Array(points.length)
sources[points.length - 1] = 1

function hash(bytes: Uint8ClampedArray): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What the server puts there. */
function expected(span: { readonly from: number; readonly to: number }, scale: 'log' | 'linear'): string {
  const rows = without(rowsOf(head.height, scale), [23])
  const scheme = schemes.classic
  const drawn = raster(points, { ...head, ...span, rows }, lookOf(scheme))
  let pixels = new Uint8ClampedArray(0)
  const pen = { rect() {}, text() {}, image: (_: unknown, put: typeof pixels) => (pixels = put) }
  drawFireplot(pen, { title: '', ...head, ...span, raster: drawn, rows, scheme, counts: [], leftOut: '' })
  return hash(pixels)
}

/** The same events, counted four times as fine as they are shown. */
function cells(rows: Rows): Gathered {
  const fine = new Counts({ ...head, width: head.width * 4, rows })
  fine.add(points)
  const { cells: counted, columns } = cellsOf(fine, head.width)
  return { points: counted, sources: undefined, names: [], columns }
}

describe(
  'the page of a fireplot',
  {
    skip:
      (!existsSync(executablePath) && 'needs Debian’s chromium') ||
      (!existsSync(script) && 'its script is not built: npm run prepare'),
  },
  () => {
    let browser: Browser
    let folder: string
    const errors: string[] = []

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sundew-page-'))
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
    })
    after(async () => {
      await browser.close()
      await rm(folder, { recursive: true })
    })

    async function opened(scale: 'log' | 'linear', binned = false): Promise<Page> {
      const file = join(folder, `${scale}-${binned}.html`)
      const rows = without(rowsOf(head.height, scale), [23])
      await writeFile(
        file,
        fireplotPage({
          title: hostile,
          head: { ...head, scale, scheme: 'classic', countries: [], hidden: [23], leftOut: hostile },
          gathered: binned
            ? cells(rows)
            : { points, sources, names: [hostile, '203.0.113.7'], columns: undefined },
        }),
      )
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } })
      page.on('pageerror', (error) => errors.push(error.message))
      page.on('console', (message) => errors.push(message.text()))
      await page.addInitScript(`
        const put = CanvasRenderingContext2D.prototype.putImageData
        CanvasRenderingContext2D.prototype.putImageData = function (image, x, y) {
          globalThis.drawn = image.data
          put.call(this, image, x, y)
        }`)
      await page.goto(pathToFileURL(file).href)
      await page.waitForFunction(() => 'drawn' in globalThis)
      return page
    }

    async function drawn(page: Page): Promise<string> {
      const base64 = await page.evaluate(() => {
        const { drawn: pixels } = globalThis as unknown as { drawn: Uint8ClampedArray }
        let text = ''
        for (const byte of pixels) text += String.fromCharCode(byte)
        return btoa(text)
      })
      return hash(new Uint8ClampedArray(Buffer.from(base64, 'base64')))
    }

    for (const scale of ['log', 'linear'] as const) {
      it(`has the server's pixels, each of them: ${scale}`, async () => {
        const page = await opened(scale)
        assert.equal(await drawn(page), expected(head, scale))
        await page.close()
      })
    }

    it('has them too where events were counted, and says so', async () => {
      const page = await opened('log', true)
      assert.equal(await drawn(page), expected(head, 'log'))
      assert.match(await page.locator('p').nth(1).innerText(), /counted by 2800 columns of time/)
      const { x, y } = (await page.locator('canvas').boundingBox())!
      const row = rowsOf(head.height, 'log').of[31_337]!
      await page.mouse.move(x + margins.left + head.width / 2 + 0.5, y + margins.top + row + 0.5)
      assert.match((await page.locator('output').textContent())!, /^TCP {2}ports \d+-\d+ {2}\d+/m)
      await page.close()
    })

    it('zooms by keys to what the server draws of that time, and back', async () => {
      const page = await opened('log')
      await page.locator('canvas').focus()
      await page.keyboard.press('+')
      await page.waitForTimeout(200)
      assert.equal(await drawn(page), expected({ from: from + day / 4, to: from + (day * 3) / 4 }, 'log'))
      await page.keyboard.press('Escape')
      await page.waitForTimeout(200)
      assert.equal(await drawn(page), expected(head, 'log'))
      await page.close()
    })

    it('names the source of a dot, as text', async () => {
      const page = await opened('log')
      const { x, y } = (await page.locator('canvas').boundingBox())!
      const row = rowsOf(head.height, 'log').of[31_337]!
      await page.mouse.move(x + margins.left + head.width / 2 + 0.5, y + margins.top + row + 0.5)
      const told = await page.locator('output').textContent()
      assert.match(told!, /203\.0\.113\.7 {2}TCP {2}port 31337 {2}1/)
      assert.ok(told!.includes(hostile))
      assert.equal(await page.locator('img').count(), 0)
      await page.close()
    })

    it('breaks its own content security policy nowhere', () => {
      assert.deepEqual(errors, [])
    })
  },
)
