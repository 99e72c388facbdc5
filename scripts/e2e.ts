// npm run e2e [NAME…] [--json]: real clients against a whole Sundew. Without a name: every suite that `npm test` runs.
import { runSuites } from '../e2e/runner.ts'

const args = process.argv.slice(2)
const json = args.includes('--json')
const names = args.filter((arg) => !arg.startsWith('--'))
process.exitCode = (await runSuites(names, { json })) ? 0 : 1
