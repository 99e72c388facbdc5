import type { Process } from '../machine.ts'
import { Killed } from '../program.ts'
import { sleep } from './abort.ts'
import { Shell } from './shell.ts'
import { installDynamic } from './dynamic.ts'
import { JobList } from './jobs.ts'
import { ForkFailure } from './unwinding.ts'

/** A process under way. */
export interface Child {
  readonly process: Process
  /** Its exit status; 128 and the signal where it was killed. */
  readonly done: Promise<number>
  /** The signal that ended it, once it is done. */
  killedBy(): number | undefined
}

const forkUnits = 4
/** Subshells in subshells: a real machine would be out of processes long before. */
const maxLevel = 500

/** Takes a process's place in the budget, or waits for it as bash does. @throws ForkFailure */
export async function takePlace(shell: Shell): Promise<void> {
  await shell.spend(forkUnits)
  if (shell.subshellLevel <= maxLevel && shell.budget.fork()) return
  for (const ms of shell.budget.limits.forkRetriesMs) {
    await shell.complain('fork: retry: Resource temporarily unavailable')
    await sleep(ms, shell.signal)
    if (shell.subshellLevel <= maxLevel && shell.budget.fork()) return
  }
  await shell.complain('fork: Resource temporarily unavailable')
  throw new ForkFailure()
}

/** A copy of the shell with a process of its own. `place` was taken. `detached`: what ends the shell's command does not end it. */
export function fork(shell: Shell, detached: boolean): Shell {
  const { session, process } = shell
  const copyOf: { shell?: Shell } = {}
  const child = session.machine.processes.add({
    parent: process.pid,
    credentials: shell.credentials,
    tty: process.tty,
    argv: process.argv,
    executable: process.executable,
    directory: shell.directory,
    environment: process.environment,
    onKill: (signal) => copyOf.shell?.killed(signal),
  })
  const copy = new Shell(session, child, shell.files, shell.directory, shell.dialect)
  copyOf.shell = copy
  copy.variables = shell.variables.copy()
  installDynamic(copy)
  copy.functions = new Map(shell.functions)
  copy.aliases = new Map(shell.aliases)
  copy.options = new Set(shell.options)
  copy.options.delete('monitor')
  copy.shopt = new Set(shell.shopt)
  copy.positional = [...shell.positional]
  copy.argv0 = shell.argv0
  copy.mainPid = shell.mainPid
  copy.credentials = shell.credentials
  copy.status = shell.status
  copy.pipeStatus = shell.pipeStatus
  copy.lastBackground = shell.lastBackground
  copy.lastArgument = shell.lastArgument
  copy.umask = shell.umask
  // Traps go, but for what is ignored.
  for (const [name, trap] of shell.traps) if (trap === '') copy.traps.set(name, trap)
  copy.inheritedTraps = shell.traps
  copy.disabledBuiltins = shell.disabledBuiltins
  copy.hashed = new Map(shell.hashed)
  copy.directoryStack = [...shell.directoryStack]
  copy.history = shell.history
  copy.jobs = new JobList()
  copy.login = shell.login
  copy.source = shell.source
  copy.quietName = shell.interactive || shell.quietName
  copy.line = shell.line
  copy.beforeRun = shell.beforeRun
  copy.tolerant = shell.tolerant
  copy.calls = [...shell.calls]
  copy.depth = shell.depth
  copy.traceLevel = shell.traceLevel
  copy.subshellLevel = shell.subshellLevel + 1
  copy.startedMs = shell.startedMs
  copy.secondsFrom = shell.secondsFrom
  copy.random = (shell.random + child.pid * 7919) & 0x7fff_ffff
  copy.loopDepth = shell.loopDepth
  copy.optionPlace = shell.optionPlace
  for (const [fd, stream] of shell.descriptors) copy.descriptors.set(fd, stream.hold())
  follow(copy, detached ? session.hangup : shell.signal)
  return copy
}

/** Ends a process when a signal above it aborts. */
function follow(copy: Shell, signal: AbortSignal): void {
  const ended = () => {
    const reason: unknown = signal.reason
    copy.killed(reason instanceof Killed ? reason.signal : 1)
  }
  if (signal.aborted) ended()
  else {
    signal.addEventListener('abort', ended, { once: true })
    copy.whenGone.push(() => signal.removeEventListener('abort', ended))
  }
}

/** Runs `work` in a copy of the shell, which ends with it. */
export function start(copy: Shell, work: (copy: Shell) => Promise<void>): Child {
  const done = (async () => {
    await copy.guard(() => work(copy))
    // A signal that it sent itself with its last command.
    if (copy.signal.aborted && copy.killedBy === undefined) await copy.guard(() => copy.spend(0))
    const status = await copy.end()
    copy.budget.ended()
    copy.session.machine.processes.remove(copy.process.pid)
    for (const gone of copy.whenGone) gone()
    return status
  })()
  return { process: copy.process, done, killedBy: () => copy.killedBy }
}
