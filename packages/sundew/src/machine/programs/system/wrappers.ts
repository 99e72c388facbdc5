import type { Call, Program } from '../../program.ts'
import { complain } from './documented.ts'

/** How many words of its own each has before the command that it runs: options with a value, and operands. */
const wrapped: Readonly<Record<string, { readonly valued: string; readonly operands: number }>> = {
  ionice: { valued: 'cn', operands: 0 },
  chrt: { valued: 'TPD', operands: 1 },
  taskset: { valued: '', operands: 1 },
  stdbuf: { valued: 'ioe', operands: 0 },
  unshare: { valued: 'RwSG', operands: 0 },
  setarch: { valued: '', operands: 1 },
  linux32: { valued: '', operands: 0 },
  linux64: { valued: '', operands: 0 },
}

/** Those that change how another program runs, which shows nowhere here: the command runs. */
export const wrappers: Program = {
  names: Object.keys(wrapped),
  async run(call) {
    const own = wrapped[call.name]
    if (own === undefined) return 127
    const args = [...call.args]
    while (args[0]?.startsWith('-') === true) {
      const arg = args.shift()!
      if (arg === '--') break
      if (arg === '--help' || arg === '--version') return 0
      // `ionice -p 1`, `taskset -p 1` look at a process, or set it: nothing to run.
      if (/^-\w*p/.test(arg) && call.name !== 'stdbuf' && call.name !== 'unshare') return about(call, args)
      if (arg.length === 2 && own.valued.includes(arg[1]!)) args.shift()
    }
    args.splice(0, own.operands)
    if (args.length === 0) {
      if (call.name === 'ionice') await call.stdout.write('none: prio 0\n')
      else if (call.name === 'unshare') return call.run([call.environment.get('SHELL') ?? '/bin/sh'])
      else if (call.name === 'stdbuf') {
        await complain(call, 'missing operand')
        await call.stderr.write("Try 'stdbuf --help' for more information.\n")
        return 125
      }
      return call.name === 'ionice' ? 0 : 1
    }
    const status = await call.run(args)
    if (status === 127) await complain(call, `failed to execute ${args[0]!}: No such file or directory`)
    return status
  },
}

async function about(call: Call, args: readonly string[]): Promise<number> {
  const pid = args.at(-1) ?? ''
  if (!/^\d{1,10}$/.test(pid)) {
    await complain(call, `invalid PID argument: '${pid}'`)
    return 1
  }
  if (call.machine.processes.get(Number(pid)) === undefined) {
    await complain(
      call,
      call.name === 'taskset'
        ? `failed to get pid ${pid}'s affinity: No such process`
        : 'ioprio_get failed: No such process',
    )
    return 1
  }
  const mask = (2 ** call.machine.persona.processor.count - 1).toString(16)
  if (call.name === 'taskset') await call.stdout.write(`pid ${pid}'s current affinity mask: ${mask}\n`)
  else if (call.name === 'ionice') await call.stdout.write('none: prio 4\n')
  return 0
}
