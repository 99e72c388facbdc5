import type { Process } from '../../machine.ts'
import type { Program } from '../../program.ts'

export const pidof: Program = {
  names: ['pidof'],
  async run(call) {
    const names = call.args.filter((arg) => !arg.startsWith('-'))
    const single = call.args.includes('-s')
    const found = call.machine.processes
      .list()
      .filter(
        (one) =>
          one.argv.length > 0 &&
          one.pid !== call.process.pid &&
          names.some((name) => matchesProgram(one, name)),
      )
      .map((one) => one.pid)
      .toReversed()
    if (found.length === 0) return 1
    if (!call.args.includes('-q'))
      await call.stdout.write(`${(single ? found.slice(0, 1) : found).join(' ')}\n`)
    return 0
  },
}

export function matchesProgram(process: Process, name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1)
  const argv0 = process.argv[0]?.replace(/^-/, '').replace(/:$/, '') ?? ''
  if (name.includes('/')) return process.executable === name || argv0 === name
  return process.name === base.slice(0, 15) || argv0.slice(argv0.lastIndexOf('/') + 1) === base
}
