import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Half of a short command's time is reading the program's sources: what was compiled of them is kept beside them, where
// only who installed Sundew may write. Where nobody may, nothing is kept.
enableCompileCache(join(import.meta.dirname, '..', '.cache'))

const args = process.argv.slice(2)
const { run } = await import('./cli/run.ts')

process.exitCode = await run(await program(), args)

/** Scripts call `sundew sets` again and again, and it needs nothing of the rest: that is not even read for it. */
async function program() {
  if (args[0] !== 'sets') return (await import('./cli/program.ts')).makeProgram()
  const [{ programOf }, { sets }] = await Promise.all([
    import('./cli/program-of.ts'),
    import('./cli/sets/sets.ts'),
  ])
  return programOf([sets])
}
