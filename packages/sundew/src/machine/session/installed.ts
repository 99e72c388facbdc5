import type { Credentials, FileSystem, LeftFile } from '../files/file-system.ts'
import type { Happening } from '../happening.ts'
import type { MachineRequest } from '../host.ts'
import type { LoggedIn, Machine, Process } from '../machine.ts'
import type { Input, Output } from '../program.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** A machine, and what it takes to run something on it. */
export interface Installed {
  readonly machine: Machine
  /** Bytes of memory that the intruder's doings take up. */
  heldBytes(): number
  /** The tree as the machine itself writes to it: what it writes is nobody's catch. */
  readonly own: FileSystem
  /** Somebody logs in. */
  logIn(login: {
    readonly user: string
    readonly tty: string
    readonly from: string
    readonly pid: number
  }): {
    readonly entry: LoggedIn
    readonly out: () => void
  }
  /** Files of theirs that nobody has kept as they are now. */
  takeLeft(): LeftFile[]
  /** One of them. */
  take(path: string): LeftFile | undefined
  /** Called before bytes of theirs are lost. */
  onLosing: (file: LeftFile) => void
  /** A limit of the tree refused something. */
  onLimit: (limit: string, value: number) => void
  run(start: ProgramStart): Promise<number>
}

/** Runs one program of the tree, as sshd does for who logs in. Strings are byte strings. */
export interface ProgramStart {
  readonly argv: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  readonly directory: string
  readonly credentials: Credentials
  readonly process: Process
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly terminal: Terminal | undefined
  /** Aborts when the session ends. */
  readonly signal: AbortSignal
  /** `ssh host command`; undefined for a login shell. */
  readonly command: string | undefined
  /** Called with the path of each file that runs and is none of the machine's programs. */
  readonly beforeRun: (path: string) => void
  readonly happened: (happening: Happening) => void
}

/** Puts a machine together for who asks first. */
export type Install = (request: MachineRequest) => Promise<Installed>
