// npm's prepare step: compiles the receiver of flows, and builds the console's page into packages/sundew/public/. Plain JavaScript, since the machine's own
// Node runs it, whatever that is; the build itself runs under the Node that comes with Sundew.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildReceiver } from './build-receiver.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const node = join(root, 'node_modules', '.bin', 'node')
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
const page = join(root, 'packages', 'console')

console.log(`prepare: ${buildReceiver()}`)

if (!existsSync(vite) || !existsSync(page)) {
  console.log('prepare: the console’s build tools are not installed here; its page was not built.')
} else if (spawnSync(node, ['--version']).status !== 0) {
  console.error(
    `prepare: tried to run ${node} and could not: the install script of the npm package "node" has not run. Run "npm ci" again and let install scripts run, then "npm run prepare". Until then Sundew works without its page.`,
  )
} else {
  // The console empties the folder first; the script of the pages that `sundew plot fireplot` writes lies beside it.
  for (const mode of ['production', 'fireplot']) {
    const build = spawnSync(node, [vite, 'build', '--mode', mode, '--logLevel', 'warn'], {
      cwd: page,
      stdio: 'inherit',
    })
    if (build.status !== 0) {
      process.exitCode = build.status ?? 1
      break
    }
  }
  if (!process.exitCode) console.log('prepare: built the console’s page.')
}
