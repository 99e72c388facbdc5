import type { Measures } from '../machine.ts'
import type { MachinePersona } from '../persona.ts'
import type { Processes } from './process-table.ts'
import { counter, seedOf, wander } from './wave.ts'

/** What the kernel would measure at `nowMs`: it follows from time, chances and what runs. */
export function measure(machine: {
  readonly persona: MachinePersona
  readonly chance: (key: string) => number
  readonly processes: Processes
  readonly bootMs: number
  readonly nowMs: number
  readonly interfaceName: string
  readonly pidCount: number
}): Measures {
  const { persona, chance, processes, nowMs, bootMs } = machine
  const count = persona.processor.count
  const seconds = Math.max(1, (nowMs - bootMs) / 1000)
  const seed = seedOf(chance('measures'), 'measures')
  const grown = (name: string, rate: number): number =>
    counter(seedOf(chance('measures'), name), seconds, rate * (0.6 + 0.8 * chance(`rate ${name}`)))

  const own = (processes.ownCpuMs / 10) * 0.8
  const ticks: number[][] = []
  let idle = 0
  for (let cpu = 0; cpu < count; cpu++) {
    const user = grown(`user ${cpu}`, 0.55) + own / count
    const system = grown(`system ${cpu}`, 0.35) + own / count / 4
    const waiting = grown(`iowait ${cpu}`, 0.04)
    const softirq = grown(`softirq ${cpu}`, 0.03)
    const steal = grown(`steal ${cpu}`, 0.015)
    const nice = grown(`nice ${cpu}`, 0.004)
    const rest = Math.max(0, seconds * 100 - user - system - waiting - softirq - steal - nice)
    idle += rest / 100
    ticks.push([user, nice, system, rest, waiting, 0, softirq, steal].map(Math.floor))
  }

  const interrupts = Math.floor(grown('interrupts', 95 * count)) + 24_000
  const received = grown('received', 1_900)
  const sent = grown('sent', 1_100)
  const loop = grown('loopback', 0.05)
  return {
    uptimeSeconds: seconds,
    idleSeconds: idle,
    loadAverages: loads(seed, nowMs, processes, count),
    memory: memory(machine.persona, seed, chance, nowMs, seconds, processes),
    ticks,
    contextSwitches: Math.floor(grown('switches', 170 * count)) + 61_000,
    interrupts,
    processesStarted: machine.pidCount + processes.started,
    interfaces: [
      {
        name: 'lo',
        receivedBytes: Math.floor(loop * 96),
        receivedPackets: Math.floor(loop),
        sentBytes: Math.floor(loop * 96),
        sentPackets: Math.floor(loop),
      },
      {
        name: machine.interfaceName,
        receivedBytes: Math.floor(received),
        receivedPackets: Math.floor(received / 118),
        sentBytes: Math.floor(sent),
        sentPackets: Math.floor(sent / 141),
      },
    ],
  }
}

const minutes = [1, 5, 15] as const

function loads(
  seed: number,
  nowMs: number,
  processes: Processes,
  count: number,
): readonly [number, number, number] {
  const [one, five, fifteen] = minutes.map((span, index) => {
    const quiet =
      0.05 +
      0.03 * index * wander(seed + 1, nowMs, 3_600_000) +
      0.06 * wander(seed + index, nowMs, span * 40_000)
    const often = index === 0 ? Math.max(0, wander(seed + 9, nowMs, 55_000) - 0.7) : 0
    let load = Math.max(0, quiet) + often
    // How an exponential mean of `span` minutes answers to a process that runs for a while.
    const rest = (ms: number): number => Math.exp(-Math.max(0, ms) / (span * 60_000))
    for (const own of processes.own) {
      if (own.state === 'R') load += 1 - rest(nowMs - own.startedMs)
    }
    for (const past of processes.gone) load += rest(nowMs - past.endedMs) - rest(nowMs - past.startedMs)
    return Math.min(load, count * 24)
  })
  return [one!, five!, fifteen!]
}

function memory(
  persona: MachinePersona,
  seed: number,
  chance: (key: string) => number,
  nowMs: number,
  seconds: number,
  processes: Processes,
): Measures['memory'] {
  const total = persona.memoryKb
  const small = persona.shell === 'ash'
  const pages = (kb: number): number => Math.floor(kb / 4) * 4
  let own = 0
  for (const process of processes.own) own += process.residentKb * 0.4
  // Every process that was started leaves some pages elsewhere: no two looks are alike.
  const stirred = ((Math.imul(processes.started, 0x9e3779b1) >>> 16) % 257) * 4
  const quick = 120 * wander(seed + 21, nowMs, 900)

  const base = small ? total * (0.42 + 0.1 * chance('used')) : 210_000 + 190_000 * chance('used')
  const used = base * (1 + 0.015 * wander(seed + 22, nowMs, 1_700_000)) + own + (small ? quick / 4 : quick)
  const settled = 1 - Math.exp(-seconds / 400_000)
  const buffers =
    total * (0.012 + 0.02 * chance('buffers') * settled) * (1 + 0.01 * wander(seed + 23, nowMs, 900_000))
  const cached =
    total *
      (0.1 + (small ? 0.08 : 0.35) * settled * (0.6 + 0.4 * chance('cached'))) *
      (1 + 0.01 * wander(seed + 24, nowMs, 600_000)) +
    (small ? stirred / 8 : stirred)
  const reclaimable =
    total * (0.012 + 0.012 * chance('slab') * settled) * (1 + 0.01 * wander(seed + 25, nowMs, 800_000))
  const shared = small ? total * 0.003 : 500 + 3_000 * chance('shared') + 4 * processes.started
  const lowMark = small ? 4 * Math.sqrt(total) : 84_480
  const sum = {
    used: pages(used),
    buffers: pages(buffers),
    cached: pages(cached),
    reclaimable: pages(reclaimable),
  }
  const free = total - sum.used - sum.buffers - sum.cached - sum.reclaimable
  const files = sum.cached + sum.buffers - shared
  const available = free - lowMark + files - Math.min(files / 2, lowMark) + sum.reclaimable * 0.9
  return {
    total,
    free,
    available: pages(Math.max(0, Math.min(total, available))),
    buffers: sum.buffers,
    cached: sum.cached,
    shared: pages(shared),
    reclaimable: sum.reclaimable,
    // As /etc/fstab has it: none.
    swapTotal: 0,
    swapFree: 0,
  }
}
