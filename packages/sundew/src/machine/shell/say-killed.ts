import { signalText } from './jobs.ts'
import type { Shell } from './shell.ts'

/** `Killed`, `Segmentation fault`: an interactive shell says no more, a script's with line, process and command. */
export async function sayKilled(shell: Shell, signal: number, pid: number, command: string): Promise<void> {
  if (signal === 2 || signal === 13 || shell.signal.aborted || shell.subshellLevel > 0) return
  const text = signalText(signal)
  if (shell.interactive) await shell.descriptors.get(2)?.put(`${text}\n`)
  else await shell.complain(`${String(pid).padStart(5)} ${text.padEnd(23)} ${command}`)
}
