// A firewall's log of three days, imported twice, is in the store once; it is drawn, and its slow scan is told.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { ScanRow } from '../../packages/sundew/src/hub/api/contract.ts'
import type { E2eCheck, E2eContext } from '../check.ts'
import { sundewBin } from '../instance.ts'
import { pngPixels } from '../scans/png-pixels.ts'

const run = promisify(execFile)

const dayMs = 86_400_000
const minuteMs = 60_000
const scanner = '203.0.113.77'
/** One port every eighteen minutes, for three days. */
const ports = 240
const everyMs = (3 * dayMs) / ports
const portOf = (nth: number) => 1_000 + nth * 250
const noise = 6_000

export const firewallChecks: readonly E2eCheck[] = [
  {
    name: 'sundew import firewall brings a log of three days in once, however often it is imported; it is drawn, and its slow scan is told',
    needs: [],
    async run(context) {
      const end = Date.now() - minuteMs
      const file = join(context.temp, 'firewall.log')
      const log = mikrotikLog(end)
      await writeFile(file, log)
      const once = await sundew(context, 'import', 'firewall', '--time-zone', 'UTC', file)
      assert.equal(
        once.stderr,
        `${(noise + ports).toLocaleString('en-US')} lines imported\nEverything imported is in the store.\n`,
      )
      await writeFile(`${file}.1.gz`, gzipSync(log))
      const twice = await sundew(context, 'import', 'firewall', '--time-zone', 'UTC', file, `${file}.1.gz`)
      assert.match(twice.stderr, /^0 lines imported\n12,480 left out: imported before /)
      const [row] = await context.query(
        `SELECT count() AS n, countIf(source_ip = toIPv6('${scanner}')) AS scan, any(format) AS format, any(device) AS device,
          intDiv(dateDiff('second', min(time), max(time)), 3600) AS hours FROM firewall`,
      )
      assert.deepEqual(
        { ...row, n: Number(row?.['n']), scan: Number(row?.['scan']), hours: Number(row?.['hours']) },
        { n: noise + ports, scan: ports, format: 'mikrotik', device: 'gw', hours: 71 },
      )

      const day = new Date(end - dayMs).toISOString().slice(0, 10)
      await assertLine(context, day)

      await sundew(context, 'report', 'scans', '--look')
      // What is told goes through the journal into the store.
      const scan = await context.waitFor(async () => {
        const { stdout } = await sundew(context, 'report', 'scans', '--since', '14d', '--json')
        return (JSON.parse(stdout) as ScanRow[]).find(({ sources }) => sources.includes(scanner))
      })
      const { pattern, order, port_count: found } = scan
      assert.deepEqual({ pattern, order, found }, { pattern: 'slow', order: 'up', found: ports })
    },
  },
]

/** As RouterOS writes it with BSD syslog: no year, no zone. */
function mikrotikLog(end: number): string {
  let state = 7
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const packets = Array.from({ length: noise }, () => ({
    time: end - random(3 * dayMs - everyMs),
    source: `198.${18 + random(2)}.${random(256)}.${random(256)}`,
    port: 1 + random(65_535),
  }))
  for (let nth = 0; nth < ports; nth++)
    packets.push({ time: end - (ports - 1 - nth) * everyMs, source: scanner, port: portOf(nth) })
  return packets
    .toSorted((a, b) => a.time - b.time)
    .map(({ time, source, port }) => {
      const [, day, month, , clock] = new Date(time).toUTCString().split(/,? /)
      return `${month} ${day!.replace(/^0/, ' ')} ${clock} gw firewall,info drop-in input: in:ether1 out:(unknown 0), connection-state:new src-mac 00:17:10:88:bc:02, proto TCP (SYN), ${source}:${1024 + random(60_000)}->192.0.2.1:${port}, len 44\n`
    })
    .join('')
}

/** The scanner's dots of that day rise from the left to the right. */
async function assertLine(context: E2eContext, day: string): Promise<void> {
  const file = join(context.temp, 'day.png')
  const plot = ['plot', 'fireplot', '--utc', '--day', day, '--scheme', 'classic']
  await sundew(context, ...plot, '-o', file)
  assert.ok((await readFile(file)).length > 1_000)
  await sundew(context, ...plot, '--source', scanner, '--scale', 'linear', '-o', file)
  const { width, height, at } = pngPixels(await readFile(file))
  const dots: [x: number, y: number][] = []
  // The legend, below and above the plot, is not of it.
  for (let x = 0; x < width; x++)
    for (let y = 60; y < height - 140; y++) {
      // TCP is green, whatever the brightness.
      const [red, green, blue] = at(x, y)
      if (green >= 60 && red <= green / 2 && blue <= green / 2) dots.push([x, y])
    }
  assert.ok(new Set(dots.map(([x]) => x)).size >= 70, `${dots.length} dots`)
  const falling = dots.filter(([, y], nth) => nth > 0 && y > dots[nth - 1]![1] + 2)
  assert.deepEqual(falling, [])
}

async function sundew(context: E2eContext, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [sundewBin, ...args, '--data', context.dataDir], { maxBuffer: 1 << 24 })
}
