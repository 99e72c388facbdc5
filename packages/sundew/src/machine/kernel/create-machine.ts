import type { FileSystem } from '../files/file-system.ts'
import type { LoggedIn, Login, Machine, Measures } from '../machine.ts'
import type { MachinePersona } from '../persona.ts'
import { bootTime } from './boot.ts'
import { chanceOf } from './chance.ts'
import { hardware } from './hardware.ts'
import { busyboxProcesses } from './listed-busybox.ts'
import { debianProcesses, passingWorkers } from './listed-debian.ts'
import { measure } from './measure.ts'
import { networkOf } from './network.ts'
import { pastLogins } from './past-logins.ts'
import { type Listed, Processes } from './process-table.ts'
import { counter, seedOf } from './wave.ts'

/** A machine as whoever runs it holds it. */
export interface KernelMachine extends Machine {
  readonly processes: Processes
  /** Somebody is in: `who` and `w` show it until {@link logOut}. */
  logIn(login: { user: string; tty: string; from: string; pid: number }): LoggedIn
  /** By the process that the login has. */
  logOut(pid: number): void
}

/** Makes a machine. Everything that tells it from others follows from `secret` and `source`. */
export function createMachine(options: {
  readonly persona: MachinePersona
  /** What the peer counts as: the same one finds the same machine again. */
  readonly source: string
  /** Of this Sundew, so that nobody can tell beforehand what a machine looks like. */
  readonly secret: string | Uint8Array
  /** The tree as root sees it. */
  readonly files: FileSystem
  readonly hostname: string
  /** Its own address, as the peer reached it. */
  readonly address: string
  readonly now?: () => number
}): KernelMachine {
  const now = options.now ?? Date.now
  const { files } = options
  const chance = chanceOf(options.secret, `${options.persona.name}\0${options.source}`)
  const persona = hardware(options.persona, chance)
  const network = networkOf(persona, options.address, chance)
  const loggedIn: LoggedIn[] = []
  let bootMs = bootTime(chance, now())
  const logins: { -readonly [key in keyof Login]: Login[key] }[] = pastLogins(network, chance, bootMs)
  const ended = (login: LoggedIn): void => {
    const noted = logins.findLast((one) => one.sinceMs === login.sinceMs && one.tty === login.tty)
    if (noted !== undefined) noted.untilMs = now()
  }

  const pidSeed = seedOf(chance('process numbers'), 'pids')
  const pidRate = 0.012 + 0.05 * chance('process rate')
  const pidAt = (ms: number): number => {
    const first = persona.shell === 'bash' ? 640 + Math.floor(chance('first numbers') * 160) : 2100
    const pid = first + Math.floor(counter(pidSeed, Math.max(0, (ms - bootMs) / 1000), pidRate))
    return persona.shell === 'bash' ? pid : first + ((pid - first) % 29_000)
  }
  const listed = (): Listed[] =>
    persona.shell === 'bash'
      ? debianProcesses(files, chance, persona.processor.count, network.interface)
      : busyboxProcesses(persona.name, chance)
  const restart = (): void => {
    loggedIn.forEach(ended)
    loggedIn.length = 0
    // The time that firmware and boot loader take.
    bootMs = now() + 4_000 + Math.floor(chance('boot takes') * 9_000)
    processes.restart(bootMs, listed())
  }
  const processes: Processes = new Processes({
    now,
    bootMs,
    listed: listed(),
    passing: () =>
      persona.shell === 'bash' ? passingWorkers(now(), bootMs, pidAt, persona.processor.count) : [],
    pidAt,
    initKilled: (signal) => {
      if ((persona.shell === 'bash' ? systemdEnds : busyboxEnds).has(signal)) restart()
    },
  })

  return {
    persona,
    hostname: options.hostname,
    files,
    processes,
    loggedIn,
    logins,
    network,
    now,
    get bootMs() {
      return bootMs
    },
    chance,
    measure(): Measures {
      const nowMs = now()
      return measure({
        persona,
        chance,
        processes,
        bootMs,
        nowMs,
        interfaceName: network.interface,
        pidCount: pidAt(nowMs),
      })
    },
    logIn(login) {
      const entry: LoggedIn = { ...login, sinceMs: now(), activeMs: now() }
      loggedIn.push(entry)
      logins.push({
        user: login.user,
        tty: login.tty,
        from: login.from,
        sinceMs: entry.sinceMs,
        untilMs: undefined,
      })
      if (logins.length > maxLogins) logins.shift()
      return entry
    },
    logOut(pid) {
      const at = loggedIn.findIndex((one) => one.pid === pid)
      if (at >= 0) loggedIn.splice(at, 1).forEach(ended)
    },
  }
}

/** As many logins as are remembered. */
const maxLogins = 500

/** Signals to process 1 that end or restart a machine: systemd's SIGRTMIN+3 … +6, +13 … +16 and INT (systemd(1)). */
const systemdEnds = new Set([2, 37, 38, 39, 40, 47, 48, 49, 50])
/** HUP, INT, USR1, USR2, TERM. */
const busyboxEnds = new Set([2, 10, 12, 15])
