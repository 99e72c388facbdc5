import type { Credentials, FileSystem } from './files/file-system.ts'
import type { Happening } from './happening.ts'
import type { Machine, Process } from './machine.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Where a program reads: a pipe, a file, a terminal, nothing. */
export interface Input {
  /** Some bytes, at most `max` (64 KiB where it is left out), as soon as there are any; undefined at the end. */
  read(max?: number): Promise<Uint8Array | undefined>
  /** Set where it is the terminal. */
  readonly terminal?: Terminal | undefined
  /** Set where it is a file: its path. */
  readonly path?: string | undefined
}

/** Where a program writes. */
export interface Output {
  /** A string is a byte string. Settles once there is room for more. @throws {@link Killed} SIGPIPE where nobody reads any longer. */
  write(bytes: Uint8Array | string): Promise<void>
  readonly terminal?: Terminal | undefined
  readonly path?: string | undefined
}

/** Ends a program from within: by a signal, or by a budget. Programs let it pass. */
export class Killed extends Error {
  /** 2 for ^C, 9, 13 for a broken pipe, 15 … The shell sees 128 + signal. */
  readonly signal: number

  constructor(signal: number) {
    super(`killed by signal ${signal}`)
    this.signal = signal
  }
}

/** What can differ for a program that another starts. */
export interface RunOptions {
  readonly stdin?: Input
  readonly stdout?: Output
  readonly stderr?: Output
  readonly environment?: ReadonlyMap<string, string>
  readonly directory?: string
  readonly credentials?: Credentials
  /** `nohup`, `setsid`, `&`: goes on when the session ends, as far as anything does. */
  readonly detached?: boolean
}

/** One run of a program: all that it may see and touch. All strings are byte strings. */
export interface Call {
  /** The name it was called by, without folders: `busybox` programs look at it. */
  readonly name: string
  /** argv[0] as given: `./x`, `/bin/ls`, `-bash`. */
  readonly argv0: string
  readonly args: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  /** The current directory, absolute. */
  readonly directory: string
  readonly umask: number
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  /** The session's terminal, where it has one, whatever stdin and stdout are: /dev/tty. */
  readonly terminal: Terminal | undefined
  /** As the process's user sees it. */
  readonly files: FileSystem
  readonly machine: Machine
  readonly process: Process
  /** Aborts when the process is to end; its reason is a {@link Killed}. */
  readonly signal: AbortSignal
  /** Makes a path absolute by the current directory. */
  path(name: string): string
  /**
   * Accounts for work: call it once a line, a file, a block of 64 KiB, a turn of a loop. Gives way to other sessions now and then.
   *
   * @throws Killed once the budget of the session is used up, or the process is to end.
   */
  spend(units?: number): Promise<void>
  /** @throws Killed where the process is ended meanwhile. */
  sleep(ms: number): Promise<void>
  /** Starts a program by name (found by PATH) or path, and waits: its exit status; 127 and 126 as the shell has them, without a word. */
  run(argv: readonly string[], options?: RunOptions): Promise<number>
  /** `sh -c script`. */
  shell(script: string, options?: RunOptions): Promise<number>
  happened(happening: Happening): void
}

/**
 * A program: a file in `programs/`, a line in `programs/index.ts`, a test. Its path in the tree names it: a file whose base name (after links)
 * is one of `names` runs this.
 */
export interface Program {
  readonly names: readonly string[]
  /** The exit status, 0 to 255. Writes errors itself, in the real program's words. @throws Killed */
  run(call: Call): Promise<number>
}
