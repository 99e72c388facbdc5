// Scans end to end: nmap's, as nftables logs them, each one event and a line in the picture; a chicken; and noise, which is none.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { ScanRow, Status } from '../packages/sundew/src/hub/api/contract.ts'
import { freePort } from './alerts/rsyslog.ts'
import { connect as connectStore } from '../packages/sundew/src/hub/connection.ts'
import type { E2eCheck, E2eContext } from './check.ts'
import { sundewBin } from './instance.ts'
import { chicken } from './scans/chicken.ts'
import { pngPixels } from './scans/png-pixels.ts'
import { type Logged, netfilterLine, nmapLogged, nmapNeeds } from './scans/nmap.ts'

const run = promisify(execFile)

let port = 0

export async function config() {
  port = await freePort()
  return {
    collectors: { syslog: { ports: [{ port, transport: 'tcp' }] } },
    // Only when it is told to.
    scans: { every_minutes: 1440 },
  }
}

const [second, minute, hour] = [1000, 60_000, 3_600_000]

interface NmapScan {
  readonly source: string
  readonly args: readonly string[]
  /** Slow ones are made in seconds, and their time is drawn out: so many ms from one packet to the next. */
  readonly every?: number
  /** Cut off in the middle: so many packets. */
  readonly packets?: number
  readonly told: Partial<ScanRow>
}

const host = '127.20.0.1'
const scans: readonly NmapScan[] = [
  { source: '127.7.0.1', args: ['-T5', host], told: { pattern: 'fast', port_count: 1000, order: 'mixed' } },
  {
    source: '127.7.0.2',
    args: ['-T5', '--top-ports', '1000', '-r', host],
    told: { pattern: 'fast', port_count: 1000, order: 'up' },
  },
  {
    source: '127.7.0.3',
    args: ['-p-', '-T4', '--max-retries', '0', host],
    packets: 30_000,
    told: { pattern: 'fast', order: 'mixed' },
  },
  {
    source: '127.7.0.4',
    args: ['-sU', '-T5', '--max-retries', '0', '--top-ports', '100', host],
    told: { pattern: 'fast', transport: 'udp', port_count: 100 },
  },
  {
    source: '127.7.0.5',
    args: ['-p', '445', '-T4', '127.20.0.0/24'],
    told: { pattern: 'sweep', ports: ['445'], targets: 256 },
  },
  {
    source: '127.7.0.6',
    args: ['-r', '-p', '1-900', '-T4', host],
    every: 15 * second,
    told: { pattern: 'slow', ports: ['1-900'], order: 'up', per_hour: 240 },
  },
  {
    source: '127.7.0.7',
    args: ['-T4', host],
    every: 5 * minute,
    packets: 250,
    told: { pattern: 'slow', port_count: 250, order: 'mixed', per_hour: 12 },
  },
]

/** All ends here: a scan at its height is told when it pauses. */
const end = Date.now() - 2 * minute

export const checks: readonly E2eCheck[] = [
  {
    name: "each of nmap's scans, in its forms slow and fast, is one event",
    needs: nmapNeeds,
    async run(context) {
      const made = await nmapLogged(
        scans.map(({ args, source }) => ['-S', source, ...args]),
        context.temp,
      )
      const lines = scans.flatMap(({ source, every, packets }) => {
        const own = made.filter((logged) => logged.source === source).slice(0, packets)
        assert.ok(own.length > 0, `nothing was logged of ${source}`)
        const last = own.at(-1)!.time
        return own.map((logged, n) => ({
          ...logged,
          time: every === undefined ? end - last + logged.time : end - (own.length - 1 - n) * every,
        }))
      })
      await log(context, lines)
      const told = await look(context)
      for (const { source, args, told: expected } of scans) {
        const rows = told.filter(({ sources }) => sources.includes(source))
        assert.equal(rows.length, 1, `nmap ${args.join(' ')}: ${JSON.stringify(rows)}`)
        assert.deepEqual({ ...rows[0], ...expected }, rows[0], `nmap ${args.join(' ')}`)
      }
      assert.equal(told.length, scans.length)
      const [events] = await context.query("SELECT count() AS n FROM events WHERE kind = 'scan.detected'")
      assert.equal(Number(events?.['n']), scans.length)
      context.figure('nmap', scans.length)
    },
  },
  {
    name: "nmap's slow scan is a line across the picture, its fast one a column",
    needs: nmapNeeds,
    async run(context) {
      const slow = await drawn(context, '127.7.0.6', 'linear')
      const fast = await drawn(context, '127.7.0.3', 'log')
      // One dot or two a column, from left to right, up by less than a tenth of the ports.
      assert.ok(slow.columns > 100 && slow.rows <= 20, JSON.stringify(slow))
      assert.ok(slow.dots <= 3 * slow.columns, JSON.stringify(slow))
      assert.ok(fast.columns <= 4 && fast.rows > 300, JSON.stringify(fast))
      context.figure('line', slow)
      context.figure('column', fast)
    },
  },
  {
    name: 'a million random probes of a hundred thousand sources are no scan',
    needs: [],
    async run(context) {
      const before = await scansTold(context)
      await noise(context, 1_000_000)
      const began = performance.now()
      const after = await look(context)
      context.figure('millionMs', Math.round(performance.now() - began))
      assert.equal(after.length, before.length)
    },
  },
  {
    name: 'a chicken that a hundred sources draw amid that noise is one event',
    needs: [],
    async run(context) {
      const before = await scansTold(context)
      let state = 5
      const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
      const lines = chicken(end, random)
      await log(context, lines)
      const after = await look(context)
      const more = after.filter(({ scan }) => !before.some((one) => one.scan === scan))
      assert.deepEqual(
        more.map(({ pattern }) => pattern),
        ['synchronised'],
      )
      // Who asked once or twice can't be told from noise.
      const asked = Map.groupBy(lines, ({ source }) => source)
      const sources = [...asked].filter(([, own]) => new Set(own.map(({ port }) => port)).size > 2)
      assert.ok(more[0]!.source_count >= 0.9 * sources.length, String(more[0]!.source_count))
      assert.ok(more[0]!.source_count <= asked.size + 2, String(more[0]!.source_count))
      context.figure('chicken', more[0]!.evidence)
    },
  },
]

/** Sends lines as a firewall does, and waits until they are in the store. */
async function log(context: E2eContext, lines: readonly Logged[]): Promise<void> {
  const count = async () => Number((await context.query('SELECT count() AS n FROM firewall'))[0]?.['n'])
  const before = await count()
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  for (let at = 0; at < lines.length; at += 1000) {
    const some = lines.slice(at, at + 1000).map((line) => `${netfilterLine(line)}\n`)
    if (!socket.write(some.join(''))) await once(socket, 'drain')
  }
  socket.end()
  await once(socket, 'close')
  await context.waitFor(async () => (await count()) >= before + lines.length, 60_000)
}

/** Has Sundew look for scans, and what was told of by then. */
async function look(context: E2eContext): Promise<ScanRow[]> {
  await sundew(context, 'report', 'scans', '--look', '--json')
  // What is told goes through the journal into the store.
  await context.waitFor(async () => {
    const state = JSON.parse(await readFile(join(context.dataDir, 'hub', 'scans.json'), 'utf8')) as {
      known: readonly unknown[]
    }
    return (await scansTold(context)).length === state.known.length
  })
  return scansTold(context)
}

async function scansTold(context: E2eContext): Promise<ScanRow[]> {
  return JSON.parse(await sundew(context, 'report', 'scans', '--since', '14d', '--json')) as ScanRow[]
}

async function sundew(context: E2eContext, ...args: string[]): Promise<string> {
  const options = { maxBuffer: 1 << 26 }
  return (await run(process.execPath, [sundewBin, ...args, '--data', context.dataDir], options)).stdout
}

/** Where a source's dots are in the picture of its time: how many, and over how many columns and rows. */
async function drawn(context: E2eContext, source: string, scale: string) {
  const file = join(context.temp, `${source}.png`)
  const [from, to] = [end - 12 * hour, end + minute].map((time) => new Date(time).toISOString())
  const options = ['--source', source, '--from', from!, '--to', to!, '--scale', scale, '--kind', 'all']
  await sundew(context, 'plot', 'fireplot', ...options, '--scheme', 'classic', '-o', file)
  const { width, height, at } = pngPixels(await readFile(file))
  const [columns, rows] = [new Set<number>(), new Set<number>()]
  let dots = 0
  // The legend, below and above the plot, is not of it.
  for (let y = 60; y < height - 140; y++)
    for (let x = 0; x < width; x++) {
      // TCP is green, whatever the brightness.
      const [red, green, blue] = at(x, y)
      if (green < 60 || red > green / 2 || blue > green / 2) continue
      dots++
      columns.add(x)
      rows.add(y)
    }
  return { dots, columns: columns.size, rows: rows.size }
}

/** Random packets of a day, each of one of a hundred thousand sources, put straight into the store. */
async function noise(context: E2eContext, packets: number): Promise<void> {
  const passwords = JSON.parse(await readFile(join(context.dataDir, 'secrets', 'store.json'), 'utf8')) as {
    sundew: string
  }
  const { store: place } = JSON.parse(await sundew(context, 'status', '--json')) as Status
  const { sundew: password } = passwords
  const store = connectStore({ url: place.url, database: 'sundew', user: 'sundew', password })
  try {
    for (let from = 0; from < packets; from += 100_000)
      await store.command({
        query: `INSERT INTO firewall (time, received, kind, source_ip, destination_ip, source_port, destination_port, protocol, tcp_flags)
          SELECT fromUnixTimestamp64Milli({end:Int64} - toInt64(sipHash64(number, 1) % 86400000), 'UTC') AS time, now64(3), 'firewall.block',
            toIPv6(IPv4NumToString(toUInt32(1677721600 + sipHash64(number, 2) % 100000))),
            toIPv6(IPv4NumToString(toUInt32(3405803776 + sipHash64(number, 3) % 256))), 40000, sipHash64(number, 4) % 65535 + 1, 6, 2
          FROM numbers({from:UInt64}, 100000)`,
        query_params: { end, from },
      })
  } finally {
    await store.close()
  }
}
