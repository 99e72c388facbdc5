// What does an SSH handshake with a wrong password cost, an idle session, a command of many intruders at once, beside Debian's sshd?
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Need } from '../e2e/check.ts'
import { Instance } from '../e2e/instance.ts'
import { byKey } from '../e2e/ssh-differential.ts'
import { Peer } from '../packages/sundew/test/decoys/ssh/peer/peer.ts'
import { sshdNeeds, startSshd, type RealServer } from '../e2e/ssh/sshd.ts'
import { median, ratio, round } from './lib/measure.ts'
import { onFirstProcessor, run as runProgram } from './lib/processes.ts'

export const needs: readonly Need[] = sshdNeeds

const runs = 5
const guessSeconds = 5
const clients = 32
const idleSessions = 1_000
const sshdSessions = 20
const intruders = 200
const load = join(import.meta.dirname, 'lib', 'ssh-load.ts')
const script = join(import.meta.dirname, '..', 'testdata', 'machine', 'intruders.sh')
/** Of /proc/PID/stat's ticks. */
const tickMs = 10

async function loaded<T>(port: number, ...args: readonly string[]): Promise<T> {
  return JSON.parse(
    await runProgram(...onFirstProcessor(process.execPath, [load, String(port), ...args])),
  ) as T
}

/** Milliseconds of processor that a process and its children that have ended used. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * tickMs
}

/** Kilobytes that processes hold for themselves, and their share of what they hold together. */
async function proportionalKb(pids: readonly number[]): Promise<number> {
  let sum = 0
  for (const pid of pids) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
    sum += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1])
  }
  return sum
}

async function childrenOf(pid: number): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '')
    if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) === pid)
      found.push(Number(name), ...(await childrenOf(Number(name))))
  }
  return found
}

interface Guessed {
  readonly rate: number
  readonly cpuMs: number
}

async function guessed(port: number, pid: number): Promise<Guessed> {
  const before = await cpuMs(pid)
  const { guesses } = await loaded<{ guesses: number }>(port, 'guess', String(guessSeconds), String(clients))
  // sshd's children are counted once they are gone.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  return { rate: guesses / guessSeconds, cpuMs: ((await cpuMs(pid)) - before) / guesses }
}

/** Holds so many sessions open while `look` looks. */
async function whileIdle<T>(port: number, count: number, shell: boolean, look: () => Promise<T>): Promise<T> {
  const child = spawn(
    process.execPath,
    [load, String(port), 'idle', String(count), ...(shell ? ['shell'] : [])],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const exited = once(child, 'exit')
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => {
      throw new Error('the idle sessions could not be opened')
    }),
  ])
  const seen = await look()
  child.stdin.end()
  await exited
  return seen
}

async function idleKb(pids: readonly number[], port: number, shell: boolean): Promise<number> {
  // What is made once is there afterwards.
  await whileIdle(port, 50, shell, () => Promise.resolve())
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const before = await proportionalKb(pids)
  const during = await whileIdle(port, idleSessions, shell, async () => {
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    return proportionalKb(pids)
  })
  return (during - before) / idleSessions
}

async function sshdIdleKb(sshd: RealServer): Promise<number> {
  const before = await proportionalKb([sshd.pid, ...(await childrenOf(sshd.pid))])
  const side = byKey(sshd.port, 'root', sshd.rootKey)
  const peers: Peer[] = []
  try {
    for (let i = 0; i < sshdSessions; i++) {
      const peer = await Peer.connect(sshd.port, { quietMs: 100 })
      peers.push(peer)
      if (!(await side.login(peer))) throw new Error('sshd did not let in by the key')
    }
    const processes = await childrenOf(sshd.pid)
    if (processes.length < sshdSessions)
      throw new Error(`sshd has ${processes.length} processes for ${sshdSessions} sessions`)
    return ((await proportionalKb([sshd.pid, ...processes])) - before) / sshdSessions
  } finally {
    for (const peer of peers) peer.destroy()
  }
}

export async function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const limits = { connections: 4096, connections_per_source: 4096, rate_per_source: 100_000_000 }
  const common = { keep: { quota_gb: 60, source_share: 1 } }
  const ours: Guessed[] = []
  const theirs: Guessed[] = []
  let sshdKb: number
  {
    await using sshd = await startSshd(['MaxStartups 1000', 'LogLevel ERROR'])
    await using instance = await Instance.start({
      config: {
        ...common,
        decoys: { ssh: { limits, max_startups: 'off', auth: { policy: 'refuse', failure_delay_ms: 0 } } },
      },
    })
    const pid = (await instance.pidOf('decoys'))!
    for (let i = 0; i < runs; i++) {
      ours.push(await guessed(instance.ports.ssh, pid))
      await instance.stored(120_000)
      theirs.push(await guessed(sshd.port, sshd.pid))
      say(
        `run ${i + 1}: ours ${round(ours[i]!.rate)}/s, ${round(ours[i]!.cpuMs)} ms each; sshd ${round(theirs[i]!.rate)}/s, ${round(theirs[i]!.cpuMs)} ms each`,
      )
    }
    sshdKb = await sshdIdleKb(sshd)
  }
  await using instance = await Instance.start({
    config: {
      ...common,
      decoys: { ssh: { limits, max_startups: 'off', auth: { policy: 'any' } } },
      machines: { sessions_per_source: 4096, sessions: 4096 },
    },
  })
  const decoys = (await instance.pidOf('decoys'))!
  const machines = (await instance.pidOf('machines'))!
  const idle = await idleKb([decoys], instance.ports.ssh, false)
  const idleShell = await idleKb([decoys, machines], instance.ports.ssh, true)
  say(`idle: ${round(idle)} kB a session, ${round(idleShell)} kB with a shell; sshd ${round(sshdKb)} kB`)
  const answered = await loaded<{ answers: number; p50: number; p99: number }>(
    instance.ports.ssh,
    'scripts',
    String(intruders),
    script,
  )
  say(
    `${answered.answers} commands of ${intruders} intruders: median ${round(answered.p50)} ms, p99 ${round(answered.p99)} ms`,
  )
  const rate = (all: readonly Guessed[]): number => median(all.map((one) => one.rate))
  const cpu = (all: readonly Guessed[]): number => median(all.map((one) => one.cpuMs))
  return {
    ratios: {
      handshake: ratio(rate(ours), rate(theirs)),
      cpu: Math.round((cpu(ours) / cpu(theirs)) * 1000) / 1000,
    },
    idleKb: round(idle),
    idleShellKb: round(idleShell),
    sshdIdleKb: round(sshdKb),
    p99Ms: round(answered.p99),
    p50Ms: round(answered.p50),
    commands: answered.answers,
    rates: { ours: round(rate(ours)), sshd: round(rate(theirs)) },
    cpuMs: { ours: round(cpu(ours)), sshd: round(cpu(theirs)) },
  }
}
