import type { FileSystem } from '../files/file-system.ts'
import type { Happening } from '../happening.ts'
import type { Machine, Process } from '../machine.ts'
import type { Call, Input, Output, RunOptions } from '../program.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { abortable, abortReason, sleep } from './abort.ts'
import type { Budget } from './budget.ts'
import { absolute } from './paths.ts'

/** What a call is made of. */
export interface CallParts {
  readonly argv: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  readonly directory: string
  readonly umask: number
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly terminal: Terminal | undefined
  readonly files: FileSystem
  readonly machine: Machine
  readonly process: Process
  readonly signal: AbortSignal
  readonly budget: Budget
  readonly happened: (happening: Happening) => void
  readonly run: (argv: readonly string[], options: RunOptions) => Promise<number>
  readonly shell: (script: string, options: RunOptions) => Promise<number>
}

/** One run of a program. Reading and writing end as soon as the process is to end. */
export function makeCall(parts: CallParts): Call {
  const { signal, budget } = parts
  const argv0 = parts.argv[0] ?? ''
  return {
    name: argv0.slice(argv0.lastIndexOf('/') + 1),
    argv0,
    args: parts.argv.slice(1),
    environment: parts.environment,
    directory: parts.directory,
    umask: parts.umask,
    stdin: abortableInput(parts.stdin, signal),
    stdout: abortableOutput(parts.stdout, signal),
    stderr: abortableOutput(parts.stderr, signal),
    terminal: parts.terminal,
    files: parts.files,
    machine: parts.machine,
    process: parts.process,
    signal,
    path: (name) => absolute(name, parts.directory),
    spend: async (units = 1) => {
      if (signal.aborted) throw abortReason(signal)
      const pause = budget.spend(units)
      if (pause === undefined) return
      await pause
      if (signal.aborted) throw abortReason(signal)
    },
    sleep: (ms) => sleep(ms, signal),
    run: (argv, options = {}) => abortable(parts.run(argv, options), signal),
    shell: (script, options = {}) => abortable(parts.shell(script, options), signal),
    happened: parts.happened,
  }
}

function abortableInput(input: Input, signal: AbortSignal): Input {
  return {
    read: (max) => abortable(input.read(max), signal),
    terminal: input.terminal,
    path: input.path,
  }
}

function abortableOutput(output: Output, signal: AbortSignal): Output {
  return {
    write: (bytes) => abortable(output.write(bytes), signal),
    terminal: output.terminal,
    path: output.path,
  }
}
