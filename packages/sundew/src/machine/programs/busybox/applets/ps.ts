import type { Process } from '../../../machine.ts'
import type { Call, Program } from '../../../program.ts'
import { commandOf, look } from '../../system/ps-columns.ts'

/** Kernel threads that run before others: nice -20. */
const high =
  /H$|^(?:mm_percpu_wq|writeback|crypto|kblockd|ipv6_addrconf|khelper|bdi-default|kintegrityd|deferwq)$/

/** BusyBox's `ps` of small systems: PID, USER, VSZ, STAT, COMMAND. It reads no options, as that build has none. */
export const ps: Program = {
  names: ['ps'],
  async run(call: Call) {
    const processes = call.machine.processes.list()
    const seen = look(call, processes)
    const width = call.stdout.terminal?.columns ?? 1024
    // Where it is built to look like others', sizes are left out.
    const sized = call.machine.persona.shell === 'ash'
    let text = sized ? '  PID USER       VSZ STAT COMMAND\n' : 'PID   USER     COMMAND\n'
    for (const one of processes) {
      const [state, command] = commandText(one)
      const size = one.virtualKb >= 100_000 ? `${Math.floor(one.virtualKb / 1024)}m` : String(one.virtualKb)
      const start = `${String(one.pid).padStart(5)} ${seen.userOf(one.credentials.uid).slice(0, 8).padEnd(8)} `
      text += `${`${start}${sized ? `${size.padStart(5)} ${state} ` : ''}${command}`.slice(0, width)}\n`
      await call.spend()
    }
    await call.stdout.write(text)
    return 0
  },
}

/** Its state as BusyBox shows it, four signs, and its command. */
export function commandText(one: Process): readonly [string, string] {
  const thread = one.argv.length === 0
  const state = `${one.state}${thread ? 'W' : ' '}${thread && high.test(one.name) ? '<' : ' '} `
  return [state, commandOf(one)]
}
