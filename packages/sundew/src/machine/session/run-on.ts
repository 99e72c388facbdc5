import type { Machine } from '../machine.ts'
import { find } from '../programs/programs.ts'
import { Budget } from '../shell/budget.ts'
import { makeCall } from '../shell/call.ts'
import type { ProgramStart } from './installed.ts'

export async function runOn(machine: Machine, start: ProgramStart): Promise<number> {
  const argv = start.argv[1] === '-c' ? start.argv[2]!.split(' ') : start.argv
  const program = find(argv[0]!)
  if (!program) {
    await start.stderr.write(`bash: line 1: ${argv[0]}: command not found\n`)
    return 127
  }
  return program.run(
    makeCall({
      ...start,
      argv,
      umask: 0o022,
      files: machine.files.as(start.credentials),
      machine,
      budget: new Budget((limit, value) => start.happened({ type: 'limit', limit, value })),
      run: async () => 127,
      shell: async () => 127,
    }),
  )
}
