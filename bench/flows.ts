// How many export packets a second are taken without loss, decoded and matched, and stored, beside nfcapd, which stores only?
import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Need } from '../e2e/check.ts'
import { Instance, sleep, waitFor } from '../e2e/instance.ts'
import { FlowColumns } from '../packages/sundew/src/wire/flow/columns.ts'
import { alertDelays } from './lib/flow-alert.ts'
import { nfcapdContestant, OursContestant, type Arena } from './lib/flow-contestants.ts'
import { measureFlowIngest } from './lib/flow-ingest.ts'
import { PacketFile, type PacketFileFacts } from './lib/flow-packets.ts'
import { officeTraffic, Traffic } from './lib/flow-rows.ts'
import { FlowSender } from './lib/flow-sender.ts'
import { listedFor } from './lib/listed.ts'
import { lossless } from './lib/lossless.ts'
import { measureMatch } from './lib/match.ts'
import { median, ratio, round } from './lib/measure.ts'
import { measureNetflowDecode } from './lib/netflow-decode.ts'
import { nfdumpNeed } from './lib/nfcapd.ts'
import { freeUdpPort, udpDrops } from './lib/udp.ts'

export const needs: readonly Need[] = [nfdumpNeed, { command: 'cc', package: 'gcc' }]

/** Flows in the file that is sent round and round. */
const differentFlows = 1_000_000
const rowsAtOnce = 65_536
const listedEntries = 500_000
/** Of what traffic meets, one address in so many is listed: about one flow in a hundred is a match. */
const oneIn = 50
const search = { rounds: 3, from: 25_000, to: 400_000, seconds: 3 } as const
const alerting = { flowsPerSecond: 50_000, addresses: 40 } as const
const sustained = { warmSeconds: 5, seconds: 20 } as const
const burstSeconds = 60
/** Shares of its rate over a few seconds that nfcapd is tried at over a whole burst: the disk has to keep up with it then. */
const burstShares = [0.5, 0.35, 0.25] as const
/** Bytes a flow takes while it waits for the store, at most. */
const waitingBytes = 160
/** Collectors tell their counts once a second while something comes. */
const quietMs = 2_500

type Say = (line: string) => void

export async function run(say: Say): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-bench-flows-'))
  try {
    const decode = measureNetflowDecode()
    const match = measureMatch(listedEntries)
    say(
      `decode ${JSON.stringify(decode)} M flows/s; match ${match.v4M} M IPv4, ${match.v6M} M IPv6 addresses/s`,
    )

    const sender = await FlowSender.build(folder)
    const packets = packetFile(join(folder, 'packets.bin'))
    const perPacket = packets.flows / packets.packets
    const listed = listedFor(
      officeTraffic,
      { entries: listedEntries, oneIn, networks: 0.05 },
      new FlowColumns(rowsAtOnce),
    )
    const arena: Arena = {
      sender,
      file: packets.path,
      under: folder,
      bufferBytes: await bufferForAll(),
      port: await freeUdpPort(),
      seconds: search.seconds,
    }
    const { rates, receiver } = await losslessRates(arena, listed, say)
    const theirs = median(rates.nfcapd)
    const burstRate = await nfcapdBurstRate(arena, theirs, say)
    const alone = await measureFlowIngest()
    say(`chDB alone takes ${round(alone.rowsPerSecond / 1e6)} M rows/s`)
    const whole = await wholeSundew(arena, listed, {
      perPacket,
      burstRate,
      aloneRate: alone.rowsPerSecond,
      say,
    })
    return {
      ratios: {
        /** Decoding and matching. */
        lossless: ratio(median(rates.ours), theirs),
        /** And handing batches over as files, as the whole program does. */
        losslessSpooling: ratio(median(rates.oursSpooling), theirs),
        stored: ratio(whole.storedPerSecond, alone.rowsPerSecond),
      },
      burstLost: whole.burst.lost,
      decodeMflows: Math.min(...Object.values(decode)),
      matchM: match.v4M,
      alertMs: { median: whole.alerts.median, worst: whole.alerts.worst },
      packetsPerSecond: {
        ours: round(median(rates.ours)),
        oursSpooling: round(median(rates.oursSpooling)),
        nfcapd: round(theirs),
        rounds: Object.fromEntries(Object.entries(rates).map(([name, found]) => [name, found.map(round)])),
      },
      flowsPerPacket: round(perPacket),
      receiver,
      storedPerSecond: round(whole.storedPerSecond),
      chdbAlonePerSecond: round(alone.rowsPerSecond),
      burst: whole.burst,
      alerts: whole.alerts,
      decode,
      match,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A mix of v5, v9 and IPFIX, IPv4 and IPv6. */
function packetFile(path: string): PacketFileFacts {
  const columns = new FlowColumns(rowsAtOnce)
  const traffic = new Traffic({ ...officeTraffic, startMs: Date.now() - 60_000, rate: 50_000 })
  const file = new PacketFile(path)
  while (traffic.rows < differentFlows) {
    traffic.fill(columns, columns.capacity)
    file.add(columns)
    columns.clear()
  }
  return file.close()
}

/** The largest receive buffer that a program gets which may no more than nfcapd may. */
async function bufferForAll(): Promise<number> {
  return Number((await readFile('/proc/sys/net/core/rmem_max', 'utf8')).trim())
}

async function losslessRates(arena: Arena, listed: readonly string[], say: Say) {
  const start = async (spools: boolean) =>
    OursContestant.start({ ...arena, port: await freeUdpPort(), listed, spools })
  await using ours = await start(false)
  await using spooling = await start(true)
  const found = await lossless([nfcapdContestant(arena), ours, spooling], { ...search, say })
  const { receiver, refused } = await ours.status()
  if (refused > 0) throw new Error(`${refused} packets were refused`)
  const rates = {
    ours: found.get('ours')!,
    oursSpooling: found.get('oursSpooling')!,
    nfcapd: found.get('nfcapd')!,
  }
  return { rates, receiver }
}

/** Packets a second that nfcapd takes without loss for as long as a burst lasts. */
async function nfcapdBurstRate(arena: Arena, rate: number, say: Say): Promise<number> {
  const nfcapd = nfcapdContestant({ ...arena, seconds: burstSeconds })
  for (const share of burstShares) {
    const { lost, sentRate } = await nfcapd.trial(rate * share)
    say(`nfcapd loses ${lost} flows in ${burstSeconds} s at ${round(sentRate / 1000)} k packets/s`)
    if (lost === 0) return sentRate
  }
  throw new Error('nfcapd takes no burst without loss here: there is nothing to compare with')
}

interface WholeOptions {
  readonly perPacket: number
  /** Packets a second. */
  readonly burstRate: number
  /** Rows a second. */
  readonly aloneRate: number
  readonly say: Say
}

/** All of Sundew, with nothing switched off that a collector of flows needs: alerts, then what it keeps up with, then bursts. */
async function wholeSundew(
  { sender, file, under }: Arena,
  listed: readonly string[],
  { perPacket, burstRate, aloneRate, say }: WholeOptions,
) {
  const list = join(under, 'listed.txt')
  const own = Array.from({ length: alerting.addresses }, (_, i) => `198.51.100.${i + 1}`)
  await writeFile(list, `${[...listed, ...own].join('\n')}\n`)
  const alertFile = join(under, 'alerts.log')
  await using instance = await Instance.start({
    data: join(under, 'sundew'),
    config: {
      intel: { core: { bogons: false }, files: [{ path: list, name: 'bench' }], retro: false },
      collectors: { flow: { waiting_mb: Math.floor((await freeBytes(under)) / 2 / 1e6) } },
      outputs: { alert_file: { enabled: true, path: alertFile, format: 'json', per_minute: 0 } },
      keep: { quota_gb: Math.floor((await freeBytes(under)) / 1e9) },
    },
  })
  const { flow: port } = instance.ports
  await waitFor(
    async () => (await instance.status()).flows?.set.entries === listed.length + own.length,
    60_000,
  )
  const send = (rate: number, seconds: number) => sender.send(file, { port, rate, seconds })

  const load = send(alerting.flowsPerSecond / perPacket, 2 + alerting.addresses * 0.25 + 2)
  await sleep(2_000)
  const alerts = await alertDelays(port, alertFile, own)
  await load
  say(`alerts: median ${alerts.median} ms, worst ${alerts.worst} ms at ${alerting.flowsPerSecond} flows/s`)
  await settled(instance)

  const flood = send(aloneRate / perPacket, sustained.warmSeconds + sustained.seconds)
  await sleep(sustained.warmSeconds * 1000)
  const from = await inStore(instance)
  await flood
  const to = await inStore(instance)
  const storedPerSecond = ((to.flows - from.flows) / (to.ms - from.ms)) * 1000
  say(`stored: ${round(storedPerSecond / 1e6)} M flows/s while ${round(aloneRate / 1e6)} M came`)

  const before = await settled(instance)
  const room = Math.floor((await freeBytes(under)) / 2 / waitingBytes / perPacket / burstRate)
  const sent = await send(burstRate, Math.min(burstSeconds, room))
  const began = performance.now()
  const { waiting } = (await instance.status()).flows!
  const after = await settled(instance)
  const burst = {
    lost: sent.flows - (after - before),
    seconds: round(sent.seconds),
    packetsPerSecond: round(sent.packets / sent.seconds),
    flows: sent.flows,
    waitedMb: round(waiting.bytes / 1e6),
    storedAfterSeconds: round((performance.now() - began) / 1000),
    kernelDrops: await udpDrops(port),
  }
  say(`burst: ${JSON.stringify(burst)}`)
  return { alerts, storedPerSecond, burst }
}

/** Settles when nothing comes any more and all that was decoded and kept is in the store: how many flows it has. */
async function settled(instance: Instance): Promise<number> {
  let decoded = -1
  for (let quietSince = performance.now(); performance.now() - quietSince < quietMs;) {
    const { flows = 0 } = (await instance.status()).flows ?? {}
    if (flows !== decoded) quietSince = performance.now()
    decoded = flows
    await sleep(100)
  }
  const { flows = 0, dropped = 0 } = (await instance.status()).flows ?? {}
  await instance.flowsStored(flows - dropped, 60_000)
  return (await inStore(instance)).flows
}

async function inStore(instance: Instance): Promise<{ flows: number; ms: number }> {
  const [row] = await instance.query<{ n: string; ms: string }>(
    'SELECT count() AS n, toUnixTimestamp64Milli(now64(3)) AS ms FROM flows',
  )
  return { flows: Number(row!.n), ms: Number(row!.ms) }
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}
