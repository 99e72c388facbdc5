import type { FileSystem } from '../../src/machine/files/file-system.ts'
import type { Machine, NewProcess, Process, ProcessTable } from '../../src/machine/machine.ts'
import type { MachinePersona } from '../../src/machine/persona.ts'

const debian: MachinePersona = {
  name: 'debian-12',
  shell: 'bash',
  kernel: {
    name: 'Linux',
    release: '6.1.0-18-amd64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)',
    machine: 'x86_64',
    operatingSystem: 'GNU/Linux',
  },
  processor: { model: 'Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz', count: 2, mhz: 2400 },
  memoryKb: 4_030_000,
  diskBytes: 40 * 1024 ** 3,
}

/** A machine that has a tree and processes, and else answers with something. */
export function stubMachine(files: FileSystem, persona: Partial<MachinePersona> = {}): Machine {
  return {
    persona: { ...debian, ...persona },
    hostname: 'srv01',
    files,
    processes: processTable(),
    loggedIn: [],
    logins: [],
    now: () => Date.now(),
    bootMs: Date.UTC(2026, 0, 1),
    measure: () => ({
      uptimeSeconds: 86_400,
      idleSeconds: 80_000,
      loadAverages: [0.08, 0.03, 0.01],
      memory: {
        total: 4_030_000,
        free: 2_000_000,
        available: 3_000_000,
        buffers: 100_000,
        cached: 900_000,
        shared: 1000,
        reclaimable: 50_000,
        swapTotal: 0,
        swapFree: 0,
      },
      ticks: [],
      contextSwitches: 1_000_000,
      interrupts: 1_000_000,
      processesStarted: 10_000,
      interfaces: [],
    }),
    network: {
      address: '192.0.2.10',
      prefix: 24,
      gateway: '192.0.2.1',
      mac: '52:54:00:12:34:56',
      interface: 'eth0',
      resolvers: ['192.0.2.1'],
    },
    chance: () => 0.5,
  }
}

function processTable(): ProcessTable {
  const processes = new Map<number, Process>()
  let next = 1000
  return {
    list: () => [...processes.values()],
    get: (pid) => processes.get(pid),
    add: (wanted) => {
      const process = started(next++, wanted)
      processes.set(process.pid, process)
      return process
    },
    remove: (pid) => {
      processes.delete(pid)
    },
  }
}

function started(pid: number, wanted: NewProcess): Process {
  return {
    pid,
    parent: wanted.parent,
    group: pid,
    session: pid,
    credentials: wanted.credentials,
    tty: wanted.tty,
    name: (wanted.argv[0] ?? '').slice(0, 15),
    argv: wanted.argv,
    directory: wanted.directory,
    executable: wanted.executable,
    environment: wanted.environment,
    startedMs: Date.now(),
    state: 'R',
    cpuMs: 0,
    residentKb: 1000,
    virtualKb: 4000,
    kill: (signal) => wanted.onKill?.(signal),
  }
}
