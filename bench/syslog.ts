// How many lines of firewalls a second are received over UDP, parsed and stored, beside rsyslogd, which writes them to a file?
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Need } from '../e2e/check.ts'
import { Instance, sleep } from '../e2e/instance.ts'
import { type Arena, OursContestant } from './lib/flow-contestants.ts'
import { FlowSender } from './lib/flow-sender.ts'
import { lossless } from './lib/lossless.ts'
import { median, ratio, round } from './lib/measure.ts'
import { rsyslogContestant } from './lib/rsyslog-file.ts'
import { syslogLines, writePackets } from './lib/syslog-lines.ts'
import { measureSyslogParse } from './lib/syslog-parse.ts'
import { freeUdpPort, udpDrops } from './lib/udp.ts'

export const needs: readonly Need[] = [
  { command: 'rsyslogd', package: 'rsyslog' },
  { command: 'cc', package: 'gcc' },
]

/** Lines that are sent round and round. */
const differentLines = 200_000
const search = { rounds: 2, from: 50_000, to: 800_000, seconds: 3 } as const
const sustainedSeconds = 15
/** Thousand lines a second that the whole program is tried at, the highest first. */
const tried = [300, 250, 200, 175, 150, 125, 100, 75, 50, 25, 10] as const
/** What both ask for as their receive buffer, and get as root whatever net.core.rmem_max is: as Sundew does where nothing is configured. */
const bufferBytes = 32 * 1024 * 1024
/** The store may be so far behind at the end, milliseconds: a batch of a second, and an insert. */
const mostBehindMs = 5_000
const quietMs = 15_000

type Say = (line: string) => void

export async function run(say: Say): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-bench-syslog-'))
  try {
    const lines = syslogLines(differentLines, new Date())
    const parse = measureSyslogParse(lines)
    say(`MikroTik: ${parse.parseM} M messages/s parsed, ${parse.readM} M lines/s with their headers`)
    const file = join(folder, 'lines.bin')
    await writePackets(file, lines)
    const arena: Arena = {
      sender: await FlowSender.build(folder),
      file,
      under: folder,
      bufferBytes,
      port: await freeUdpPort(),
      seconds: search.seconds,
    }
    const { ours, theirs, receiver } = await losslessRates(arena, say)
    const whole = await wholeSundew(arena, say)
    return {
      linesK: round(whole.linesPerSecond / 1000),
      parseM: parse.parseM,
      ratios: { rsyslog: ratio(median(ours), median(theirs)) },
      readM: parse.readM,
      lossless: { oursK: ours.map(inK), rsyslogK: theirs.map(inK) },
      receiver,
      whole,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const inK = (rate: number): number => round(rate / 1000)

/** Lines a second of which none is lost for some seconds: by our collectors, with all that they do, and by rsyslogd. */
async function losslessRates(arena: Arena, say: Say) {
  await using ours = await OursContestant.start({
    ...arena,
    port: await freeUdpPort(),
    listed: ['192.0.2.0/24'],
    spools: true,
    receives: 'syslog',
  })
  const found = await lossless([rsyslogContestant(arena), ours], { ...search, say })
  const { receiver, syslog } = await ours.status()
  const { unparsed, ignored } = syslog!
  if (unparsed + ignored > 0) throw new Error(`${unparsed} lines were not understood, ${ignored} left out`)
  return {
    ours: found.get(ours.name)!,
    theirs: found.get('rsyslogd')!,
    receiver: syslog?.receiver ?? receiver,
  }
}

interface Whole {
  /** Lines a second that were sent for some time, of which none was lost. */
  readonly linesPerSecond: number
  readonly lines: number
  /** Milliseconds from the end of sending until all were in the table. */
  readonly behindMs: number
  /** Of the rates tried before, how many lines were lost. */
  readonly lostBefore: readonly {
    readonly linesK: number
    readonly lost: number
    readonly kernelDrops: number
  }[]
}

/** All of Sundew, from the datagrams to the table. */
async function wholeSundew({ sender, file, under }: Arena, say: Say): Promise<Whole> {
  const free = await freeMegabytes(under)
  await using instance = await Instance.start({
    data: join(under, 'sundew'),
    config: {
      collectors: { syslog: { waiting_mb: Math.floor(free / 4) } },
      keep: { quota_gb: Math.max(1, Math.floor(free / 1000)) },
    },
  })
  const { syslog: port } = instance.ports
  const lostBefore: { linesK: number; lost: number; kernelDrops: number }[] = []
  for (const rateK of tried) {
    const [before, drops] = [await inStore(instance), await udpDrops(port)]
    const sent = await sender.send(file, { port, rate: rateK * 1000, seconds: sustainedSeconds })
    const sentAt = performance.now()
    const stored = (await settled(instance, before + sent.flows)) - before
    const behindMs = Math.round(performance.now() - sentAt)
    const lost = sent.flows - stored
    const linesPerSecond = sent.packets / sent.seconds
    const kernelDrops = (await udpDrops(port)) - drops
    say(
      `whole: ${inK(linesPerSecond)} k lines/s for ${sustainedSeconds} s: ${lost} lost (${kernelDrops} by the kernel), all in the table ${behindMs} ms later`,
    )
    if (lost === 0 && behindMs <= mostBehindMs)
      return { linesPerSecond: round(linesPerSecond), lines: sent.flows, behindMs, lostBefore }
    lostBefore.push({ linesK: inK(linesPerSecond), lost, kernelDrops })
  }
  throw new Error('it loses something at every rate')
}

/** Settles when so many lines are in the table, or no more come: how many there are. */
async function settled(instance: Instance, expected: number): Promise<number> {
  let has = -1
  for (let quietSince = performance.now(); performance.now() - quietSince < quietMs;) {
    const now = await inStore(instance)
    if (now >= expected) return now
    if (now !== has) quietSince = performance.now()
    has = now
    await sleep(100)
  }
  return has
}

async function inStore(instance: Instance): Promise<number> {
  const [row] = await instance.query<{ n: string }>('SELECT count() AS n FROM firewall')
  return Number(row!.n)
}

async function freeMegabytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return (bavail * bsize) / 1e6
}
