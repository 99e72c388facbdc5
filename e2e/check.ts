import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Ports } from './instance.ts'

/** A program that a check cannot do without, and the Debian package that has it. */
export interface Need {
  readonly command: string
  readonly package: string
}

/** One thing that a real client and a whole Sundew do together. */
export interface E2eCheck {
  /** A sentence that says what is true. */
  readonly name: string
  readonly needs: readonly Need[]
  /** Rejects where it is not. */
  run(context: E2eContext): Promise<void>
}

export interface E2eContext {
  readonly ports: Ports
  readonly consoleUrl: string
  /** The page's password. */
  readonly password: string
  readonly dataDir: string
  /** The name the decoys give themselves. */
  readonly hostname: string
  /** A folder of the suite's own, removed afterwards. */
  readonly temp: string
  /** A part of what the suite prints for programs (`--json`), beside how many checks passed. */
  readonly figure: (name: string, value: unknown) => void
  /** Rows of a query as the read-only user sees them. */
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>
  /** Asks until the answer is neither undefined, null nor false; rejects after `timeoutMs` (15 s). */
  readonly waitFor: <T>(
    ask: () => Promise<T>,
    timeoutMs?: number,
  ) => Promise<Exclude<T, false | null | undefined>>
}

// Debian has servers where only root's path leads.
process.env['PATH'] = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin', '/usr/local/sbin'].join(delimiter)

/** Whether the program is on this machine's path. */
export function installed(command: string): boolean {
  return command.startsWith('/')
    ? existsSync(command)
    : process.env['PATH']!.split(delimiter).some((folder) => existsSync(join(folder, command)))
}
