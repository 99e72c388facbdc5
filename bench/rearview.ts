// Who talked to a set of 200,000 addresses in the last 30 days: asked of Sundew's store, and of nfdump's files with the same flows.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Need } from '../e2e/check.ts'
import { Instance, sleep, sundewBin, waitFor } from '../e2e/instance.ts'
import { BatchSpoolWriter } from '../packages/sundew/src/core/batch-spool.ts'
import { layout } from '../packages/sundew/src/core/layout.ts'
import type { HuntRow } from '../packages/sundew/src/hub/api/contract.ts'
import { blockColumns, nativeBlock } from '../packages/sundew/src/wire/columns/block.ts'
import { FlowColumns } from '../packages/sundew/src/wire/flow/columns.ts'
import { PacketFile } from './lib/flow-packets.ts'
import { officeTraffic, Traffic } from './lib/flow-rows.ts'
import { FlowSender } from './lib/flow-sender.ts'
import { EveryFlow, listedFor } from './lib/listed.ts'
import { median, ratio, round } from './lib/measure.ts'
import { Nfcapd, nfdumpNeed } from './lib/nfcapd.ts'
import { run as runProgram } from './lib/processes.ts'
import { drained, freeUdpPort, udpDrops } from './lib/udp.ts'

export const needs: readonly Need[] = [nfdumpNeed, { command: 'cc', package: 'gcc' }]

/** SUNDEW_BENCH_FLOWS=100 for as many millions; 20 where nothing is said. */
const flows = Number(process.env['SUNDEW_BENCH_FLOWS'] ?? 20) * 1_000_000
const days = 30
const dayMs = 86_400_000
const entries = 200_000
/** Of the addresses that traffic meets, one in so many is listed: one flow in a thousand meets the set, more than a network that is well would have. */
const oneIn = Number(process.env['SUNDEW_BENCH_LISTED_ONE_IN'] ?? 400)
const rowsAtOnce = 65_536
/** Batches that are packets for nfcapd at once: a million flows. */
const batchesAtOnce = 16
/** Packets a second that nfcapd takes while it compresses, without loss. */
const gentleRate = 25_000
const bufferBytes = 4 * 1024 * 1024
const rounds = 5
/** What the disk has to have room for, bytes a flow: both stores, and what waits. */
const roomAFlow = 250

export async function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-bench-rearview-'))
  try {
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < flows * roomAFlow)
      throw new Error(`${flows} flows need more room than ${folder} has`)
    const shape = {
      ...officeTraffic,
      startMs: Date.now() - days * dayMs,
      rate: flows / (days * 86_400),
    }
    const columns = new FlowColumns(rowsAtOnce)
    const listed = listedFor(shape, { entries, oneIn, networks: 0.05 }, columns)
    const list = join(folder, 'listed.txt')
    await writeFile(list, `${listed.join('\n')}\n`)
    await writeFile(join(folder, 'filter'), `ip in [ ${listed.join(' ')} ]\n`)

    await using instance = await Instance.start({
      data: join(folder, 'sundew'),
      config: {
        intel: { core: { bogons: false }, files: [{ path: list, name: 'bench' }], retro: false },
        keep: { quota_gb: Math.floor((bavail * bsize) / 1e9), flows_days: days * 3 },
      },
    })
    await using nfcapd = await Nfcapd.start({
      port: await freeUdpPort(),
      under: folder,
      bufferBytes,
      options: ['-y'],
    })
    const met = await fill({ instance, nfcapd, columns, listed, folder, traffic: new Traffic(shape), say })
    await waitFor(async () => (await instance.status()).flows?.set.entries === listed.length, 60_000)
    await settledParts(instance)

    const times = { ours: [] as number[], nfdump: [] as number[] }
    const answers = { ours: 0, nfdump: 0, rows: 0 }
    for (let round_ = 0; round_ < rounds; round_++) {
      const theirs = await askNfdump(nfcapd.folder, join(folder, 'filter'))
      const ours = await askSundew(instance)
      times.nfdump.push(theirs.seconds)
      times.ours.push(ours.seconds)
      Object.assign(answers, { ours: ours.flows, nfdump: theirs.flows, rows: ours.rows })
      say(`round ${round_ + 1}: sundew ${round(ours.seconds)} s, nfdump ${round(theirs.seconds)} s`)
    }
    const disk = await diskFigures(instance, nfcapd.folder)
    return {
      ratios: {
        setQuery: ratio(median(times.nfdump), median(times.ours)),
        disk: ratio(disk.ours, disk.nfdump),
      },
      flows,
      days,
      entries: listed.length,
      seconds: { ours: round(median(times.ours)), nfdump: round(median(times.nfdump)) },
      rounds: { ours: times.ours.map(round), nfdump: times.nfdump.map(round) },
      /** Flows that met the set: by looking at each of them, and as the two say. */
      met: { everyFlow: met, ours: answers.ours, nfdump: answers.nfdump },
      rightAnswer: answers.ours === met,
      rows: answers.rows,
      bytesPerFlow: disk,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Filling {
  readonly instance: Instance
  readonly nfcapd: Nfcapd
  readonly columns: FlowColumns
  readonly listed: readonly string[]
  readonly folder: string
  readonly traffic: Traffic
  readonly say: (line: string) => void
}

/**
 * The same flows into both: as batches where collectors leave them, with the time set back, and as packets to nfcapd,
 * whose flows have the time of the packet's header. Returns how many of them met the list.
 */
async function fill({ instance, nfcapd, columns, listed, folder, traffic, say }: Filling): Promise<number> {
  const sender = await FlowSender.build(folder)
  const spool = await BatchSpoolWriter.open(layout(instance.data).flows, Infinity)
  const everyFlow = new EveryFlow(listed)
  while (traffic.rows < flows) {
    const file = new PacketFile(join(folder, 'packets.bin'))
    for (let batch = 0; batch < batchesAtOnce && traffic.rows < flows; batch++) {
      columns.clear()
      traffic.fill(columns, Math.min(rowsAtOnce, flows - traffic.rows))
      everyFlow.add(columns)
      await spool.write(nativeBlock(columns), columns.rows, blockColumns(columns))
      file.add(columns)
    }
    const { path, packets } = file.close()
    await sender.send(path, { port: nfcapd.port, rate: gentleRate, seconds: 3600, packets, keepTime: true })
    await drained(nfcapd.port)
    await rm(path)
    say(`${round(traffic.rows / 1e6)} M flows made`)
  }
  if ((await udpDrops(nfcapd.port)) > 0) throw new Error('nfcapd lost some: its receive buffer overflowed')
  await nfcapd.stop()
  const stored = (await nfcapd.totals()).flows
  if (stored !== flows) throw new Error(`nfcapd stored ${stored} of ${flows} flows`)
  await instance.flowsStored(flows, 120_000)
  return everyFlow.met
}

/** Who talked to whom of the set: pairs of addresses, with sums. */
async function askNfdump(folder: string, filter: string): Promise<{ seconds: number; flows: number }> {
  const began = performance.now()
  const said = await runProgram('nfdump', [
    '-R',
    folder,
    '-f',
    filter,
    '-A',
    'srcip,dstip',
    '-N',
    '-o',
    'line',
  ])
  const seconds = (performance.now() - began) / 1000
  const [, passed] = /passed: (\d+)/.exec(said) ?? []
  if (passed === undefined) throw new Error(`nfdump did not say how many passed: ${said.slice(-500)}`)
  return { seconds, flows: Number(passed) }
}

/** The same of the whole command, from its start to its last line. */
async function askSundew(instance: Instance): Promise<{ seconds: number; flows: number; rows: number }> {
  const began = performance.now()
  const args = ['flows', '--intel', 'all', '--since', `${days + 1}d`, '--format', 'json']
  const child = spawn(process.execPath, [sundewBin, '--data', instance.data, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  const [code] = (await once(child, 'close')) as [number | null]
  const seconds = (performance.now() - began) / 1000
  if (code !== 0) throw new Error(`sundew flows ended with ${code}`)
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as HuntRow)
  return { seconds, flows: rows.reduce((sum, row) => sum + Number(row.flows), 0), rows: rows.length }
}

/** The engine merges what came in small pieces; what is measured is what lies there the day after. */
async function settledParts(instance: Instance, quietMs = 5_000, atMostMs = 180_000): Promise<void> {
  let last = ''
  const end = Date.now() + atMostMs
  for (let quietSince = Date.now(); Date.now() - quietSince < quietMs && Date.now() < end;) {
    const now = JSON.stringify(await tableBytes(instance))
    if (now !== last) quietSince = Date.now()
    last = now
    await sleep(500)
  }
}

async function tableBytes(instance: Instance): Promise<Readonly<Record<string, number>>> {
  const rows = await instance.query<{ table: string; bytes: string }>(
    "SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND (table LIKE 'flows%' OR table LIKE 'addresses%') GROUP BY table ORDER BY table",
  )
  return Object.fromEntries(rows.map(({ table, bytes }) => [table, Number(bytes)]))
}

async function diskFigures(instance: Instance, nfFolder: string) {
  const tables = await tableBytes(instance)
  let theirs = 0
  for (const name of await readdir(nfFolder)) theirs += (await stat(join(nfFolder, name))).size
  const perFlow = (bytes: number) => round(bytes / flows)
  return {
    ours: perFlow(tables['flows'] ?? 0),
    nfdump: perFlow(theirs),
    /** Sums and who was seen, which nfdump has not. */
    beside: Object.fromEntries(
      Object.entries(tables).flatMap(([table, bytes]) =>
        table === 'flows' ? [] : [[table, perFlow(bytes)] as const],
      ),
    ),
  }
}
