import type { Credentials, FileSystem } from '../../src/machine/files/file-system.ts'
import type { Happening } from '../../src/machine/happening.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { Killed, type Input, type Output, type Program } from '../../src/machine/program.ts'
import { Budget, type BudgetLimits } from '../../src/machine/shell/budget.ts'
import { makeCall } from '../../src/machine/shell/call.ts'
import type { Terminal } from '../../src/machine/terminal/terminal.ts'
import { stubMachine } from './stub-machine.ts'

/** What can differ from an empty run by root in `/`. */
export interface RunSettings {
  readonly args?: readonly string[]
  readonly argv0?: string
  /** A byte string, or nothing at all. */
  readonly stdin?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly directory?: string
  readonly credentials?: Credentials
  readonly machine?: Machine
  readonly terminal?: Terminal
  readonly limits?: Partial<BudgetLimits>
  readonly umask?: number
  /** What `call.run` gives; the default finds nothing. */
  readonly run?: (argv: readonly string[]) => Promise<number>
  readonly shell?: (script: string) => Promise<number>
}

/** How it went. Byte strings. */
export interface Ran {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** Both, in the order they came. */
  readonly output: string
  readonly happenings: readonly Happening[]
}

const root: Credentials = { uid: 0, gid: 0, groups: [0] }

const mostKept = 64 * 1024 * 1024

/** Runs one program on a tree, and waits. A program that is killed gives 128 and the signal. */
export async function runProgram(
  program: Program,
  files: FileSystem,
  settings: RunSettings = {},
): Promise<Ran> {
  const credentials = settings.credentials ?? root
  const machine = settings.machine ?? stubMachine(files)
  const happenings: Happening[] = []
  const environment = new Map(
    Object.entries({
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      ...settings.environment,
    }),
  )
  const argv = [settings.argv0 ?? program.names[0] ?? '', ...(settings.args ?? [])]
  const controller = new AbortController()
  const process = machine.processes.add({
    parent: 1,
    credentials,
    argv,
    executable: `/usr/bin/${program.names[0] ?? ''}`,
    directory: settings.directory ?? '/',
    environment,
    onKill: (signal) => controller.abort(new Killed(signal)),
  })
  let stdout = ''
  let stderr = ''
  let output = ''
  const writer = (add: (text: string) => void): Output => ({
    write: async (bytes) => {
      const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')
      if (/[^\0-\xff]/.test(text)) throw new TypeError('what a program writes must be a byte string')
      // `yes` writes more than a string can hold before its time is up.
      if (output.length > mostKept) return
      output += text
      add(text)
    },
    terminal: settings.terminal,
  })
  const call = makeCall({
    argv,
    environment,
    directory: settings.directory ?? '/',
    umask: settings.umask ?? 0o022,
    stdin: settings.terminal ?? input(settings.stdin ?? ''),
    stdout: writer((text) => {
      stdout += text
    }),
    stderr: writer((text) => {
      stderr += text
    }),
    terminal: settings.terminal,
    files: files.as(credentials),
    machine,
    process,
    signal: controller.signal,
    budget: new Budget((limit, value) => happenings.push({ type: 'limit', limit, value }), settings.limits),
    happened: (happening) => happenings.push(happening),
    run: (called) => settings.run?.(called) ?? Promise.resolve(127),
    shell: (script) => settings.shell?.(script) ?? Promise.resolve(127),
  })
  const status = await program.run(call).catch((error: unknown) => {
    if (error instanceof Killed) return 128 + error.signal
    throw error
  })
  machine.processes.remove(process.pid)
  return { status, stdout, stderr, output, happenings }
}

/** Gives the bytes in two parts, so that a program can't count on getting all at once. */
export function input(text: string): Input {
  const middle = Math.ceil(text.length / 2)
  let rest = [text.slice(0, middle), text.slice(middle)].filter((part) => part !== '')
  return {
    read: async (max = 65_536) => {
      const first = rest[0]
      if (first === undefined) return undefined
      const part = first.slice(0, max)
      rest = [...(part.length < first.length ? [first.slice(part.length)] : []), ...rest.slice(1)]
      return Buffer.from(part, 'latin1')
    },
  }
}
