import type { Call } from '../../program.ts'
import { commandOf, look } from './ps-columns.ts'

/** BusyBox's own: PID, USER, VSZ, STAT, COMMAND. */
export async function busyboxPs(call: Call): Promise<number> {
  const seen = look(call, call.machine.processes.list())
  let text = '  PID USER       VSZ STAT COMMAND\n'
  for (const one of call.machine.processes.list()) {
    const state = one.argv.length === 0 ? `${one.state}W ` : `${one.state}  `
    text +=
      `${String(one.pid).padStart(5)} ${seen.userOf(one.credentials.uid).slice(0, 8).padEnd(8)}${String(one.virtualKb).padStart(6)} ${state.padEnd(4)} ${commandOf(one)}`.slice(
        0,
        call.stdout.terminal?.columns ?? 1024,
      )
    text += '\n'
    await call.spend()
  }
  await call.stdout.write(text)
  return 0
}
