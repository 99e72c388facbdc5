import { FileError, type FileSystem } from '../files/file-system.ts'
import type { Process } from '../machine.ts'
import { Killed, type Program, type RunOptions } from '../program.ts'
import { abortable, sleep } from './abort.ts'
import { makeCall } from './call.ts'
import { canRun, onPath } from './command-path.ts'
import { descriptorFiles, fillDescriptors } from './descriptor-files.ts'
import { takePlace } from './fork.ts'
import { callFunction } from './function-call.ts'
import { headOf, type Head } from './executable.ts'
import { absolute } from './paths.ts'
import { sayKilled } from './say-killed.ts'
import { runShell } from './run-shell.ts'
import type { Shell } from './shell.ts'
import { inputStream, outputStream, type Stream } from './stream.ts'

/** Interpreters of interpreters. */
const maxInterpreters = 4

export interface LaunchOptions {
  /** `exec`: in the shell's own place. */
  readonly replaces?: boolean
  readonly name0?: string | undefined
  readonly clean?: boolean
  /** Before what is said. */
  readonly by?: string
  /** Says nothing of what is not found: for programs that start programs. */
  readonly silent?: boolean
  readonly run?: RunOptions
}

/** What is to run. */
type Target =
  | {
      readonly kind: 'program'
      readonly program: Program
      readonly path: string
      readonly argv: readonly string[]
    }
  | { readonly kind: 'shell'; readonly path: string; readonly argv: readonly string[]; readonly ash: boolean }
  | { readonly kind: 'foreign'; readonly path: string; readonly argv: readonly string[] }

/** Refused: words and status. */
class CannotRun extends Error {
  readonly status: number
  /** Said by another shell than this. */
  readonly bare: boolean

  constructor(message: string, status: number, bare = false) {
    super(message)
    this.status = status
    this.bare = bare
  }
}

/** Runs a program and waits: its status. Says what is wrong where there is none. */
export async function launch(
  shell: Shell,
  argv: readonly string[],
  extra: ReadonlyMap<string, string>,
  options: LaunchOptions = {},
): Promise<number> {
  let target: Target
  shell.launchFailed = false
  try {
    target = resolve(shell, argv, extra)
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error
    shell.launchFailed = true
    if (options.silent === true) return error.status
    if (error.status === 127 && !argv[0]!.includes('/') && shell.functions.has('command_not_found_handle')) {
      await callFunction(shell, shell.functions.get('command_not_found_handle')!, [
        'command_not_found_handle',
        ...argv,
      ])
      return shell.status
    }
    const words =
      options.by === undefined
        ? error.message
        : options.by + error.message.replace(/: command not found$/, ': not found')
    await (error.bare ? shell.complainBare(words) : shell.complain(words))
    return error.status
  }
  if (options.name0 !== undefined) target = { ...target, argv: [options.name0, ...target.argv.slice(1)] }
  return run(shell, target, extra, options)
}

function resolve(shell: Shell, argv: readonly string[], extra: ReadonlyMap<string, string>): Target {
  const name = argv[0]!
  if (name === '') throw new CannotRun(shell.words.notFound(name === '' ? '' : name), 127)
  if (name.includes('/')) return fileTarget(shell, name, argv, name)
  const path = extra.get('PATH') ?? shell.variables.text('PATH') ?? ''
  const hashed = extra.has('PATH') ? undefined : shell.hashed.get(name)
  if (hashed !== undefined && canRun(shell, hashed.path)) {
    hashed.hits++
    return fileTarget(shell, hashed.path, argv, hashed.path)
  }
  const files = onPath(shell, name, path)
  const file = files.find((one) => canRun(shell, one))
  if (file === undefined) {
    const other = files.find((one) => !isDirectory(shell, one))
    if (other !== undefined && shell.dialect === 'bash')
      throw new CannotRun(`${other}: Permission denied`, 126)
    throw new CannotRun(shell.words.notFound(name), 127)
  }
  if (!extra.has('PATH')) shell.hashed.set(name, { path: file, hits: 1 })
  return fileTarget(shell, file, argv, file)
}

function isDirectory(shell: Shell, file: string): boolean {
  try {
    return shell.files.stat(absolute(file, shell.directory)).type === 'directory'
  } catch {
    return false
  }
}

function fileTarget(shell: Shell, file: string, argv: readonly string[], shown: string, depth = 0): Target {
  const path = absolute(file, shell.directory)
  const ash = shell.dialect === 'ash'
  let real: string
  try {
    const stat = shell.files.stat(path)
    if (stat.type === 'directory')
      throw new CannotRun(ash ? `${shown}: Permission denied` : `${shown}: Is a directory`, 126)
    if (!shell.files.may(path, 'execute')) throw new CannotRun(`${shown}: Permission denied`, 126)
    real = shell.files.realPath(path)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    if (ash)
      throw new CannotRun(
        error.code === 'EACCES' ? `${shown}: Permission denied` : `${shown}: not found`,
        error.code === 'EACCES' ? 126 : 127,
      )
    const why = error.message.slice(error.message.lastIndexOf(': ') + 2)
    throw new CannotRun(`${shown}: ${why}`, error.code === 'ENOENT' ? 127 : 126)
  }
  const base = real.slice(real.lastIndexOf('/') + 1)
  const called = argv[0]!.slice(argv[0]!.lastIndexOf('/') + 1).replace(/^-/, '')
  if (shellNames.has(base)) return { kind: 'shell', path: real, argv, ash: ash || base === 'ash' }
  if (base === 'busybox') {
    if (shellNames.has(called)) return { kind: 'shell', path: real, argv, ash: true }
    if (called === 'busybox' && shellNames.has(argv[1] ?? ''))
      return { kind: 'shell', path: real, argv: argv.slice(1), ash: true }
  }
  const program = shell.session.programs.find(real)
  if (program !== undefined) return { kind: 'program', program, path: real, argv }
  return fileContentTarget(shell, real, file, argv, shown, depth)
}

const shellNames = new Set(['sh', 'bash', 'dash', 'ash', 'rbash'])

/** What a file that is no program of ours is, by its first bytes. */
function fileContentTarget(
  shell: Shell,
  real: string,
  file: string,
  argv: readonly string[],
  shown: string,
  depth: number,
): Target {
  shell.beforeRun?.(real)
  const head: Head = headOf(shell.files, real, shell.session.machine.persona.kernel.machine)
  if (head.kind === 'elf') return { kind: 'foreign', path: real, argv }
  if (head.kind === 'binary')
    // ash takes what the kernel refuses for a script.
    throw shell.dialect === 'ash'
      ? new CannotRun(`${shown}: line 1: syntax error: unexpected "("`, 2, true)
      : new CannotRun(`${shown}: cannot execute binary file: Exec format error`, 126)
  if (head.kind === 'text')
    return {
      kind: 'shell',
      path: real,
      argv: [argv[0]!, file, ...argv.slice(1)],
      ash: shell.dialect === 'ash',
    }
  if (depth >= maxInterpreters) throw new CannotRun(`${shown}: Too many levels of symbolic links`, 126)
  const { interpreter, argument } = head
  if (!shell.files.exists(absolute(interpreter, shell.directory))) {
    if (shell.dialect === 'ash') throw new CannotRun(`${shown}: not found`, 127)
    throw new CannotRun(`${shown}: cannot execute: required file not found`, 127)
  }
  return fileTarget(
    shell,
    interpreter,
    [interpreter, ...(argument === '' ? [] : [argument]), file, ...argv.slice(1)],
    interpreter,
    depth + 1,
  )
}

/** Runs what was found in a process of its own. */
async function run(
  shell: Shell,
  target: Target,
  extra: ReadonlyMap<string, string>,
  options: LaunchOptions,
): Promise<number> {
  if (options.replaces !== true) await takePlace(shell)
  const given = options.run ?? {}
  const environment = new Map(
    options.clean === true ? [] : (given.environment ?? shell.variables.environment()),
  )
  for (const [name, value] of extra) environment.set(name, value)
  if (given.environment === undefined && shell.dialect === 'bash') environment.set('_', target.path)
  const directory = given.directory ?? shell.directory
  const credentials = given.credentials ?? shell.credentials
  const controller = new AbortController()
  const parentSignal = given.detached === true ? shell.session.hangup : shell.signal
  const ended = () => controller.abort(parentSignal.reason)
  if (parentSignal.aborted) ended()
  else parentSignal.addEventListener('abort', ended, { once: true })
  const process = shell.session.machine.processes.add({
    parent: shell.process.pid,
    credentials,
    tty: shell.process.tty,
    argv: target.argv,
    executable: target.path,
    directory,
    environment,
    onKill: (signal) => controller.abort(new Killed(signal)),
  })
  const count = (bytes: number) => shell.budget.output(bytes)
  const streams = new Map<number, Stream>()
  const closed = inputStream({ read: () => Promise.resolve(undefined) })
  streams.set(
    0,
    given.stdin === undefined ? (shell.descriptors.get(0)?.hold() ?? closed) : inputStream(given.stdin),
  )
  streams.set(
    1,
    given.stdout === undefined
      ? (shell.descriptors.get(1)?.hold() ?? badOutput())
      : outputStream(given.stdout, count),
  )
  streams.set(
    2,
    given.stderr === undefined
      ? (shell.descriptors.get(2)?.hold() ?? badOutput())
      : outputStream(given.stderr, count),
  )
  for (const [fd, stream] of shell.descriptors) if (fd > 2) streams.set(fd, stream.hold())
  let status: number
  try {
    status = await abortable(
      started(shell, target, {
        environment,
        directory,
        streams,
        process,
        signal: controller.signal,
        credentials,
      }),
      controller.signal,
    )
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    status = 128 + error.signal
    if (options.silent !== true) await sayKilled(shell, error.signal, process.pid, target.argv.join(' '))
  } finally {
    for (const stream of streams.values()) stream.release()
    parentSignal.removeEventListener('abort', ended)
    shell.session.machine.processes.remove(process.pid)
    if (options.replaces !== true) shell.budget.ended()
  }
  if (shell.signal.aborted) await shell.spend(0)
  return status
}

function badOutput(): Stream {
  return outputStream(
    {
      write: () => Promise.reject(new FileError('EBADF', '')),
    },
    () => undefined,
  )
}

export interface Started {
  readonly environment: ReadonlyMap<string, string>
  readonly directory: string
  readonly streams: ReadonlyMap<number, Stream>
  readonly process: Process
  readonly signal: AbortSignal
  readonly credentials: FileSystem['credentials']
}

async function started(shell: Shell, target: Target, started: Started): Promise<number> {
  const { session } = shell
  if (target.kind === 'shell') return runShell(shell, target.argv, target.ash, started)
  if (target.kind === 'foreign') return runForeign(shell, target, started.signal)
  if (shell.processSubstitutions.length > 0) await fillDescriptors(started.streams)
  const files =
    started.credentials === shell.credentials ? shell.files : session.machine.files.as(started.credentials)
  const call = makeCall({
    argv: target.argv,
    environment: started.environment,
    directory: started.directory,
    umask: shell.umask,
    stdin: started.streams.get(0)!,
    stdout: started.streams.get(1)!,
    stderr: started.streams.get(2)!,
    terminal: session.terminal,
    files: descriptorFiles(files, started.streams),
    machine: session.machine,
    process: started.process,
    signal: started.signal,
    budget: session.budget,
    happened: session.happened,
    run: (argv, options) => inner(shell, started, argv, options),
    shell: (script, options) => inner(shell, started, ['/bin/sh', '-c', script], options),
  })
  return (await target.program.run(call)) & 255
}

/** A program that a program starts. */
async function inner(
  shell: Shell,
  by: Started,
  argv: readonly string[],
  options: RunOptions,
): Promise<number> {
  if (argv.length === 0) return 127
  const run: RunOptions = {
    stdin: options.stdin ?? by.streams.get(0)!,
    stdout: options.stdout ?? by.streams.get(1)!,
    stderr: options.stderr ?? by.streams.get(2)!,
    environment: options.environment ?? by.environment,
    directory: options.directory ?? by.directory,
    credentials: options.credentials ?? by.credentials,
    ...(options.detached !== undefined && { detached: options.detached }),
  }
  const extra = new Map<string, string>()
  const path = run.environment!.get('PATH')
  if (path !== undefined) extra.set('PATH', path)
  return launch(shell, argv, extra, { silent: true, run })
}

const foreignMs = 400

/** A file that they brought: it seems to run. Nothing of it is run. */
async function runForeign(shell: Shell, target: Target, signal: AbortSignal): Promise<number> {
  const chance = shell.session.machine.chance(`run ${target.path}`)
  await sleep(foreignMs * (0.5 + chance), signal)
  if (chance < 0.15) throw new Killed(11)
  return 0
}
