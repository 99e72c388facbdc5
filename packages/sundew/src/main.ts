import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import type { Command } from 'commander'

// Half of a short command's time is reading the program's sources: what was compiled of them is kept beside them, where
// only who installed Sundew may write. Where nobody may, nothing is kept.
enableCompileCache(join(import.meta.dirname, '..', '.cache'))

const args = process.argv.slice(2)
const { run } = await import('./cli/run.ts')

process.exitCode = await run(await program(), args)

/** Scripts call these again and again, and they need little of the rest: that is not even read for them. */
async function program() {
  const [name, kind] = args
  if (name === 'sets') return alone((await import('./cli/sets/sets.ts')).sets)
  if (name === 'plot' && kind === 'fireplot') {
    const { plotFireplot } = await import('./cli/plot/fireplot.ts')
    return alone((all) => plotFireplot(all.command('plot')))
  }
  return (await import('./cli/program.ts')).makeProgram()
}

async function alone(add: (program: Command) => void): Promise<Command> {
  return (await import('./cli/program-of.ts')).programOf([add])
}
