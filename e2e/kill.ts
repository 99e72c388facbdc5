// Nothing acknowledged is lost and nothing is kept twice, whichever process is killed when, and when the disk is full.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Instance, sleep, waitFor } from './instance.ts'
import { diskFull } from './kill-disk.ts'
import { sendMails } from './send-mails.ts'
import { Witness } from './witness.ts'

const victims = ['hub', 'store', 'decoys'] as const
const killsEach = 20
/** Milliseconds of load between a part being back and its next death; so that it dies in many states. */
const load = { atLeast: 200, more: 600 }
const senders = 2
/** smtp-source sends this many at once, over this many connections, and rests. */
const burst = { mails: 200, sessions: 10, restMs: 50 }

export async function run(): Promise<{ ok: boolean; figures: Readonly<Record<string, unknown>> }> {
  const limits = { connections_per_source: 4096, rate_per_source: 100_000_000 }
  await using instance = await Instance.start({
    config: { decoys: { smtp: { limits } }, keep: { quota_gb: 40, source_share: 1 } },
  })
  const stop = new AbortController()
  const promised = new Set<string>()
  const own = Array.from({ length: senders }, (_, i) =>
    keepSending(instance, `127.2.0.${i + 1}`, promised, stop.signal),
  )
  const witness = await Witness.start(instance.ports.smtp)
  const source = keepSourcing(witness.port, stop.signal)
  let kills = 0
  for (const victim of victims) {
    for (let i = 0; i < killsEach; i++) {
      await sleep(load.atLeast + Math.random() * load.more)
      const pid = await partPid(instance, victim)
      process.kill(pid, 'SIGKILL')
      kills++
      await waitFor(async () => (await partPid(instance, victim)) !== pid, 60_000)
    }
    console.error(`${victim}: killed ${killsEach} times`)
  }
  await sleep(1000)
  stop.abort()
  await Promise.all(own)
  await source
  await witness.close()
  await instance.stored(600_000)

  const [totals] = await instance.query<{ mails: string; ids: string }>(
    'SELECT count() AS mails, uniqExact(id) AS ids FROM mails',
  )
  const [events] = await instance.query<{ events: string; ids: string }>(
    "SELECT count() AS events, uniqExact(id) AS ids FROM events WHERE kind = 'mail.received'",
  )
  const rows = await instance.query<{ subject: string; n: string }>(
    "SELECT subject, count() AS n FROM mails WHERE startsWith(toString(source_ip), '::ffff:127.2.0.') GROUP BY subject",
  )
  const kept = new Map(rows.map(({ subject, n }) => [subject, Number(n)]))
  const lost = [...promised].filter((id) => !kept.has(id)).length
  const stored = Number(totals!.mails)
  const doubled = stored - Number(totals!.ids) + Number(events!.events) - Number(events!.ids)
  const lostBySource = await missing(instance, witness.promised)
  const acknowledged = promised.size + witness.total
  const disk = await diskFull()
  return {
    ok:
      lost + lostBySource === 0 &&
      doubled === 0 &&
      Number(events!.events) === stored &&
      promised.size > 1000 &&
      witness.total > 1000 &&
      disk.ok,
    figures: {
      kills,
      acknowledged,
      stored,
      doubled,
      lost: lost + lostBySource,
      /** Kept, but the connection broke before the sender read so: a real sender sends those again. */
      keptUnacknowledged: stored - acknowledged,
      disk: disk.figures,
    },
  }
}

/** The process id of a part, from the system's own list: the hub may be the one that is dead. */
export async function partPid(
  instance: Pick<Instance, 'data'>,
  part: 'decoys' | 'machines' | 'collectors' | 'hub' | 'store',
): Promise<number> {
  const supervisor = (await readFile(`${instance.data}/run/sundew.pid`, 'utf8')).trim()
  return waitFor(async () => {
    const children = (await readFile(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8'))
      .trim()
      .split(' ')
    for (const child of children) {
      const line = await readFile(`/proc/${child}/cmdline`, 'latin1').catch(() => '')
      if (line.includes(`processes/${part}.ts`)) return Number(child)
    }
    return undefined
  }, 60_000)
}

/** Sends until told to stop, over a new connection whenever one breaks; notes the subject of every mail it was promised. */
async function keepSending(
  instance: Instance,
  from: string,
  promised: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await sendMails({
        from,
        port: instance.ports.smtp,
        mails: Infinity,
        signal,
        acknowledged: (subject) => promised.add(subject),
        mark: randomUUID(),
        pauseMs: 2,
      })
    } catch {
      await sleep(20)
    }
  }
}

/** Keeps smtp-source running, whatever it says of the connections that break. */
async function keepSourcing(port: number, signal: AbortSignal): Promise<void> {
  const { sessions, mails, restMs } = burst
  while (!signal.aborted) {
    const child = spawn(
      'smtp-source',
      ['-d', '-s', String(sessions), '-m', String(mails), '-l', '4096', `127.0.0.1:${port}`],
      { stdio: 'ignore' },
    )
    await once(child, 'close')
    await sleep(restMs)
  }
}

/** How many of the promised queue ids are in the store less often than they were promised. */
async function missing(instance: Instance, promised: ReadonlyMap<string, number>): Promise<number> {
  const rows = await instance.query<{ queue_id: string; n: string }>(
    "SELECT queue_id, count() AS n FROM mails WHERE toString(source_ip) = '::ffff:127.0.0.1' GROUP BY queue_id",
  )
  const kept = new Map(rows.map(({ queue_id, n }) => [queue_id, Number(n)]))
  let lost = 0
  for (const [id, times] of promised) lost += Math.max(0, times - (kept.get(id) ?? 0))
  return lost
}
