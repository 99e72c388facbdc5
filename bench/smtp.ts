// How fast are mails taken, durably and into the store, beside Postfix's smtp-sink, which keeps nothing or a file a mail?
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Need } from '../e2e/check.ts'
import { Instance, waitFor } from '../e2e/instance.ts'
import { median, ratio, round, seconds } from './lib/measure.ts'
import { freePort, listening, onFirstProcessor, Peer, run as runProgram } from './lib/processes.ts'

export const needs: readonly Need[] = [
  { command: 'smtp-source', package: 'postfix' },
  { command: 'smtp-sink', package: 'postfix' },
]

const runs = 5

interface Load {
  readonly name: string
  readonly bytes: number
  readonly mails: number
  readonly sessions: number
  /** Whether a connection carries one mail after the other (smtp-source -d), or only one. */
  readonly reuse: boolean
  readonly peers: readonly ('sink' | 'sinkD')[]
}

const loads: readonly Load[] = [
  { name: '4k', bytes: 4096, mails: 50_000, sessions: 50, reuse: true, peers: ['sink', 'sinkD'] },
  { name: '100k', bytes: 102_400, mails: 8_000, sessions: 50, reuse: true, peers: ['sink'] },
  { name: 'onePerConnection', bytes: 4096, mails: 20_000, sessions: 500, reuse: false, peers: ['sink'] },
]
const bulkMails = 300_000

function source(load: Omit<Load, 'name' | 'peers'>, port: number): Promise<string> {
  const reuse = load.reuse ? ['-d'] : []
  return runProgram(
    ...onFirstProcessor('smtp-source', [
      ...reuse,
      '-s',
      String(load.sessions),
      '-m',
      String(load.mails),
      '-l',
      String(load.bytes),
      '-f',
      'spammer@example.com',
      '-t',
      'victim@example.org',
      `127.0.0.1:${port}`,
    ]),
  )
}

/** Nobody should pay for what another left to be written. */
function quietDisk(): Promise<string> {
  return runProgram('sync', [])
}

/** Mails a second of smtp-sink. With `keep` it writes a file a mail, and what it wrote is counted. */
async function sinkRate(load: Load, keep: boolean): Promise<number> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'sundew-sink-'))
  try {
    // Started by root, smtp-sink wants somebody else to be.
    const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
    await chmod(folder, 0o777)
    const dump = keep ? ['-d', 'mail.%H%M%S.'] : []
    await using sink = new Peer(
      'smtp-sink',
      [...asUser, ...dump, '-m', '4096', `127.0.0.1:${port}`, '4096'],
      { cwd: folder },
    )
    await listening(port)
    void sink
    const taken = await seconds(() => source(load, port))
    if (keep) {
      const files = (await readdir(folder)).length
      // The look whether it listens yet leaves a file of its own.
      if (files < load.mails) throw new Error(`smtp-sink -d kept ${files} of ${load.mails}`)
    }
    return load.mails / taken
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function count(instance: Instance): Promise<number> {
  const [row] = await instance.query<{ n: string }>('SELECT count() AS n FROM mails')
  return Number(row?.n)
}

/** Mails a second of ours, and the seconds until the last one lay in the store. Throws where one is missing there. */
async function ourRate(
  instance: Instance,
  load: Omit<Load, 'name' | 'peers'>,
): Promise<{ rate: number; lag: number }> {
  const before = await count(instance)
  const taken = await seconds(() => source(load, instance.ports.smtp))
  const lag = await seconds(() => instance.stored(600_000))
  const stored = (await count(instance)) - before
  if (stored !== load.mails) throw new Error(`${load.mails} mails acknowledged, ${stored} in the store`)
  return { rate: load.mails / taken, lag }
}

export async function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const decoyLimits = { connections: 4096, connections_per_source: 4096, rate_per_source: 100_000_000 }
  await using instance = await Instance.start({
    config: { decoys: { smtp: { limits: decoyLimits } }, keep: { quota_gb: 60, source_share: 1 } },
  })
  const ratios: Record<string, number> = {}
  const rates: Record<string, Record<string, number>> = {}
  for (const load of loads) {
    const ours: number[] = []
    const lags: number[] = []
    const peers = new Map(load.peers.map((peer) => [peer, [] as number[]]))
    for (let i = 0; i < runs; i++) {
      await quietDisk()
      const { rate, lag } = await ourRate(instance, load)
      ours.push(rate)
      lags.push(lag)
      for (const [peer, values] of peers) {
        await quietDisk()
        values.push(await sinkRate(load, peer === 'sinkD'))
      }
      say(
        `${load.name} run ${i + 1}: ours ${round(rate)}/s (in the store ${round(lag)} s later), ${[...peers]
          .map(([peer, values]) => `${peer} ${round(values.at(-1)!)}/s`)
          .join(', ')}`,
      )
    }
    rates[load.name] = { ours: round(median(ours)), lagSeconds: round(median(lags)) }
    for (const [peer, values] of peers) {
      rates[load.name]![peer] = round(median(values))
      ratios[load.name === 'onePerConnection' ? load.name : `${peer}${load.name}`] = ratio(
        median(ours),
        median(values),
      )
    }
  }
  await instance.down()
  return { ratios, rates, bulk: await bulk(say) }
}

/** All from one source in one go, counted, with what they take on the disk. */
async function bulk(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  await using instance = await Instance.start({
    config: {
      decoys: { smtp: { limits: { connections_per_source: 4096, rate_per_source: 100_000_000 } } },
      keep: { quota_gb: 20 },
    },
  })
  const { rate, lag } = await ourRate(instance, { bytes: 4096, mails: bulkMails, sessions: 50, reuse: true })
  const disk = await waitFor(async () => {
    const { disk: found } = await instance.status()
    return found.usedBytes > 0 ? found : undefined
  })
  say(
    `${bulkMails} from one source: ${round(rate)}/s, in the store ${round(lag)} s later, ${disk.usedBytes} bytes of disk`,
  )
  return {
    mails: bulkMails,
    stored: await count(instance),
    perSecond: round(rate),
    lagSeconds: round(lag),
    diskBytes: disk.usedBytes,
  }
}
