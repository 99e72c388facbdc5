// npm test: unit tests, then the end-to-end suites with whatever real clients this machine has.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { runSuites } from '../e2e/runner.ts'

const root = join(import.meta.dirname, '..')
const only = process.argv.slice(2)
const files = only.length > 0 ? only : globSync('packages/*/test/**/*.test.ts', { cwd: root })
const unit = spawnSync(process.execPath, ['--test', '--test-timeout=300000', ...files], {
  cwd: root,
  stdio: 'inherit',
})
const ended = only.length > 0 || (await runSuites([], { json: false }))
process.exitCode = unit.status === 0 && ended ? 0 : 1
