import type { Credentials } from '../files/file-system.ts'
import type { NewProcess, Process, ProcessTable } from '../machine.ts'
import { seedOf } from './wave.ts'

/** A process that is merely listed: nothing of it runs. */
export interface Listed {
  readonly pid: number
  readonly parent: number
  readonly uid: number
  readonly gid: number
  readonly name: string
  /** Empty for a kernel thread. */
  readonly argv: readonly string[]
  readonly executable: string
  readonly tty?: string
  readonly state: string
  /** Seconds after the machine was started. */
  readonly startedAfter: number
  /** Milliseconds of processor in an hour. */
  readonly cpuPerHour: number
  readonly residentKb: number
  readonly virtualKb: number
}

/** So many processes may be there beside the listed ones. */
export const maxProcesses = 512

/** The processes: those that are listed since the start, and those of sessions. */
export class Processes implements ProcessTable {
  readonly #own = new Map<number, OwnProcess>()
  readonly #listed = new Map<number, Process>()
  readonly #gone: { readonly startedMs: number; readonly endedMs: number }[] = []
  readonly #now: () => number
  readonly #pidAt: (ms: number) => number
  readonly #passing: () => readonly Listed[]
  readonly #initKilled: (signal: number) => void
  #bootMs: number
  #last = 0
  #started = 0
  #endedCpuMs = 0

  constructor(options: {
    now: () => number
    bootMs: number
    listed: readonly Listed[]
    /** Kernel workers and the like, that come and go. */
    passing: () => readonly Listed[]
    /** The number that the machine has come to at a moment, without sessions. */
    pidAt: (ms: number) => number
    /** What signals do to process 1. */
    initKilled: (signal: number) => void
  }) {
    this.#now = options.now
    this.#bootMs = options.bootMs
    this.#pidAt = options.pidAt
    this.#passing = options.passing
    this.#initKilled = options.initKilled
    for (const one of options.listed) this.#listed.set(one.pid, this.#shown(one))
  }

  /** Everything anew: another start of the machine. Those of sessions are ended. */
  restart(bootMs: number, listed: readonly Listed[]): void {
    for (const own of this.#own.values()) own.kill(15)
    this.#bootMs = bootMs
    this.#last = 0
    this.#listed.clear()
    for (const one of listed) this.#listed.set(one.pid, this.#shown(one))
  }

  list(): readonly Process[] {
    const all = [...this.#listed.values()]
    for (const one of this.#passing()) {
      if (!this.#own.has(one.pid) && !this.#listed.has(one.pid)) all.push(this.#shown(one))
    }
    all.push(...this.#own.values())
    return all.toSorted((a, b) => a.pid - b.pid)
  }

  get(pid: number): Process | undefined {
    return this.#own.get(pid) ?? this.#listed.get(pid) ?? this.list().find((one) => one.pid === pid)
  }

  /** @throws RangeError past {@link maxProcesses} */
  add(process: NewProcess): Process {
    if (this.#own.size >= maxProcesses) throw new RangeError('too many processes')
    let pid = Math.max(this.#last + 1, this.#pidAt(this.#now()))
    while (this.#listed.has(pid)) pid++
    this.#last = pid
    this.#started++
    const made = new OwnProcess(pid, process, this.get(process.parent), this.#now())
    this.#own.set(pid, made)
    return made
  }

  remove(pid: number): void {
    const own = this.#own.get(pid)
    if (own === undefined) {
      this.#listed.delete(pid)
      return
    }
    this.#own.delete(pid)
    this.#endedCpuMs += own.cpuMs
    // Only what ran for a while is seen in the load averages afterwards.
    const endedMs = this.#now()
    if (endedMs - own.startedMs < 2000 || own.state !== 'R') return
    this.#gone.push({ startedMs: own.startedMs, endedMs })
    if (this.#gone.length > maxRemembered) this.#gone.shift()
  }

  /** Those of sessions. */
  get own(): Iterable<Process> {
    return this.#own.values()
  }

  /** When those ran that were busy and are gone. */
  get gone(): readonly { readonly startedMs: number; readonly endedMs: number }[] {
    return this.#gone
  }

  /** How many sessions started, ever. */
  get started(): number {
    return this.#started
  }

  /** Processor time of all of sessions, ever. */
  get ownCpuMs(): number {
    let sum = this.#endedCpuMs
    for (const one of this.#own.values()) sum += one.cpuMs
    return sum
  }

  #shown(listed: Listed): Process {
    const startedMs = this.#bootMs + listed.startedAfter * 1000
    const now = this.#now
    const initKilled = this.#initKilled
    const remove = (): void => {
      this.#listed.delete(listed.pid)
    }
    return {
      pid: listed.pid,
      parent: listed.parent,
      group: listed.argv.length === 0 ? 0 : listed.pid,
      session: listed.argv.length === 0 ? 0 : listed.pid,
      credentials: { uid: listed.uid, gid: listed.gid, groups: [] },
      tty: listed.tty,
      name: listed.name,
      argv: listed.argv,
      directory: '/',
      executable: listed.executable,
      environment: noEnvironment,
      startedMs,
      state: listed.state,
      get cpuMs() {
        return Math.floor(((now() - startedMs) / 3_600_000) * listed.cpuPerHour)
      },
      set cpuMs(_ms: number) {},
      residentKb: listed.residentKb,
      virtualKb: listed.virtualKb,
      kill(signal) {
        if (listed.pid === 1) initKilled(signal)
        else if (listed.argv.length > 0 && deadly.has(signal)) remove()
      },
    }
  }
}

const maxRemembered = 64
const noEnvironment: ReadonlyMap<string, string> = new Map()
/** Signals that end a daemon: HUP makes most read their settings again. */
const deadly = new Set([2, 3, 4, 6, 7, 8, 9, 11, 15])

class OwnProcess implements Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  readonly credentials: Credentials
  readonly tty: string | undefined
  name: string
  argv: readonly string[]
  directory: string
  executable: string
  readonly environment: ReadonlyMap<string, string>
  readonly startedMs: number
  state = 'S'
  cpuMs = 0
  readonly #onKill: ((signal: number) => void) | undefined

  constructor(pid: number, asked: NewProcess, parent: Process | undefined, now: number) {
    this.pid = pid
    this.parent = asked.parent
    this.group = asked.leadsGroup || asked.leadsSession ? pid : (parent?.group ?? pid)
    this.session = asked.leadsSession ? pid : (parent?.session ?? pid)
    this.credentials = asked.credentials
    this.tty = asked.tty
    this.argv = asked.argv
    const called = asked.argv[0] ?? ''
    // A link to BusyBox goes by the link's name.
    const isLink = asked.executable.endsWith(busyboxFile)
    this.name = comm(asked.executable === '' || isLink ? called.replace(/^-/, '') : asked.executable)
    this.directory = asked.directory
    this.executable = asked.executable
    this.environment = asked.environment
    this.startedMs = now
    this.#onKill = asked.onKill
  }

  get residentKb(): number {
    const seed = seedOf((this.pid % 97) / 97, this.name)
    const [resident] = sizes.get(this.#sized) ?? [1400]
    return Math.round((resident * (1 + ((seed % 64) - 32) / 640)) / 4) * 4
  }

  get virtualKb(): number {
    return (sizes.get(this.#sized) ?? [0, 5_484])[1]
  }

  get #sized(): string {
    return this.executable.endsWith(busyboxFile) ? 'busybox' : this.name
  }

  kill(signal: number): void {
    this.#onKill?.(signal)
  }
}

const busyboxFile = '/busybox'

/** Resident and virtual kB, as Debian's have. */
const sizes = new Map<string, readonly [number, number]>([
  ['sshd', [10_700, 17_748]],
  ['bash', [4_900, 8_168]],
  ['sh', [900, 2_576]],
  ['ps', [4_500, 11_216]],
  ['top', [3_900, 11_576]],
  ['w', [2_900, 7_572]],
  ['vim', [11_900, 22_636]],
  ['python3', [9_600, 16_812]],
  ['perl', [6_400, 12_820]],
  ['systemd', [10_600, 18_884]],
  ['su', [3_800, 8_640]],
  ['sudo', [4_700, 9_744]],
  ['dropbear', [860, 1_096]],
  ['ash', [1_100, 1_212]],
  ['busybox', [820, 1_212]],
  ['telnetd', [1_000, 1_200]],
])

/** As the kernel cuts a name: the file's, 15 bytes. */
function comm(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 15)
}
