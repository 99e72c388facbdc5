import type { Credentials, FileSystem } from './files/file-system.ts'
import type { MachinePersona } from './persona.ts'

/** A process of the machine: real for as long as one of its programs runs, or one that is merely listed. */
export interface Process {
  readonly pid: number
  readonly parent: number
  /** Process group and session leader, as ps shows them. */
  readonly group: number
  readonly session: number
  readonly credentials: Credentials
  /** `pts/0`, `tty1`; undefined for none (`?`). */
  readonly tty: string | undefined
  /** What /proc/PID/comm has: at most 15 bytes. */
  name: string
  /** What /proc/PID/cmdline has; empty for a kernel thread. */
  argv: readonly string[]
  directory: string
  /** The file that runs. */
  executable: string
  readonly environment: ReadonlyMap<string, string>
  /** Milliseconds since 1970. */
  readonly startedMs: number
  /** R, S, D, Z, T, I. */
  state: string
  /** Milliseconds of processor used. */
  cpuMs: number
  /** kB. */
  readonly residentKb: number
  readonly virtualKb: number
  /** Ends it where it is one of ours; nothing happens to others. */
  kill(signal: number): void
}

/** What is asked of a process that is added to the table. */
export interface NewProcess {
  readonly parent: number
  readonly credentials: Credentials
  readonly tty?: string | undefined
  readonly argv: readonly string[]
  readonly executable: string
  readonly directory: string
  readonly environment: ReadonlyMap<string, string>
  /** Called with the signal when somebody kills it. */
  readonly onKill?: (signal: number) => void
  /** Another process group than its parent's. */
  readonly leadsGroup?: boolean
  readonly leadsSession?: boolean
}

export interface ProcessTable {
  list(): readonly Process[]
  get(pid: number): Process | undefined
  add(process: NewProcess): Process
  remove(pid: number): void
}

/** Somebody who is logged in: `w`, `who`, /var/run/utmp. */
export interface LoggedIn {
  readonly user: string
  readonly tty: string
  /** Address the login came from. */
  readonly from: string
  readonly sinceMs: number
  /** When they last typed. */
  activeMs: number
  readonly pid: number
}

/** A login as it is written down: /var/log/wtmp. */
export interface Login {
  readonly user: string
  readonly tty: string
  readonly from: string
  readonly sinceMs: number
  /** Undefined while it lasts. */
  readonly untilMs: number | undefined
}

/** What the kernel measures at one moment; two moments fit together (counters only grow, sums add up). Sizes in kB. */
export interface Measures {
  readonly uptimeSeconds: number
  readonly idleSeconds: number
  readonly loadAverages: readonly [number, number, number]
  readonly memory: {
    readonly total: number
    readonly free: number
    readonly available: number
    readonly buffers: number
    readonly cached: number
    readonly shared: number
    readonly reclaimable: number
    readonly swapTotal: number
    readonly swapFree: number
  }
  /** Ticks of 10 ms for each processor: user, nice, system, idle, iowait, irq, softirq, steal. */
  readonly ticks: readonly (readonly number[])[]
  readonly contextSwitches: number
  readonly interrupts: number
  readonly processesStarted: number
  readonly interfaces: readonly {
    readonly name: string
    readonly receivedBytes: number
    readonly receivedPackets: number
    readonly sentBytes: number
    readonly sentPackets: number
  }[]
}

/**
 * The machine that an intruder believes to be on. One for each source address (and persona): they find again what they left. Its programs and
 * /proc agree, since they ask here.
 */
export interface Machine {
  readonly persona: MachinePersona
  hostname: string
  /** As root sees it. */
  readonly files: FileSystem
  readonly processes: ProcessTable
  readonly loggedIn: readonly LoggedIn[]
  /** All that there were, the oldest first; those that last, too. */
  readonly logins: readonly Login[]
  /** Milliseconds since 1970: the real clock. */
  now(): number
  /** When it was started. */
  readonly bootMs: number
  measure(): Measures
  /** Its own address, as the intruder reached it, and the network it makes believe to be in. */
  readonly network: {
    readonly address: string
    readonly prefix: number
    readonly gateway: string
    readonly mac: string
    readonly interface: string
    readonly resolvers: readonly string[]
  }
  /** Numbers that are the same for this machine each time: from 0 to below 1. `key` names what they are for. */
  readonly chance: (key: string) => number
}
