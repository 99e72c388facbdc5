import type { Happening } from '../happening.ts'
import type { Machine } from '../machine.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Budget } from './budget.ts'
import type { ProgramTable } from './program-table.ts'
import type { Shell } from './shell.ts'

/** What all shells and programs of one session share. */
export interface Session {
  readonly machine: Machine
  readonly programs: ProgramTable
  readonly budget: Budget
  readonly terminal: Terminal | undefined
  readonly happened: (happening: Happening) => void
  /** Aborts when the session ends. */
  readonly hangup: AbortSignal
  /** Runs an interactive shell within the session (`bash` typed at a prompt) until it exits; a plain loop where it is left out. */
  readonly interact: ((shell: Shell) => Promise<void>) | undefined
  /** Commands told of so far. */
  told?: number
}
