import { maxLineBytes } from './read-line.ts'
import type { Shell } from './shell.ts'

/** Lines typed into shells and given to `-c` that one session tells of. */
const maxCommandHappenings = 5000

/** Tells of a command that was given as text. */
export function tell(shell: Shell, command: string): void {
  const { session } = shell
  session.told = (session.told ?? 0) + 1
  if (session.told > maxCommandHappenings) {
    if (session.told === maxCommandHappenings + 1) shell.budget.exceed('commands', session.told)
    return
  }
  session.happened({ type: 'command', command: command.slice(0, maxLineBytes), found: shell.found(command) })
}
