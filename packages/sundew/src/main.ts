import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Half of a short command's time is reading the program's sources: what was compiled of them is kept beside them, where
// only who installed Sundew may write. Where nobody may, nothing is kept.
enableCompileCache(join(import.meta.dirname, '..', '.cache'))

const { makeProgram } = await import('./cli/program.ts')
const { run } = await import('./cli/run.ts')

process.exitCode = await run(makeProgram(), process.argv.slice(2))
