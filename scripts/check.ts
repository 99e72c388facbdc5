// npm run check: types, lint, format, dead code. Each step prints its own findings; the first failure decides the exit code.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const bin = (name: string) => join(import.meta.dirname, '..', 'node_modules', '.bin', name)

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['tsc', ['-p', 'tsconfig.json']],
  ['tsc', ['-p', 'packages/console/tsconfig.json']],
  ['oxlint', ['--type-aware', '--deny-warnings']],
  ['oxfmt', ['--check']],
  ['knip', []],
]

let failed = false
for (const [name, args] of steps) {
  const { status } = spawnSync(bin(name), args, { stdio: 'inherit' })
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} ${args.join(' ')}`)
  if (status !== 0) failed = true
}
process.exitCode = failed ? 1 : 0
