// Compiles packages/sundew/native/receiver.c where a compiler and Node's headers are; without them Sundew receives datagrams
// one by one, which is slower and works. Plain JavaScript, as prepare.js, which calls it: the machine's own Node runs it.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(root, 'packages', 'sundew', 'native')

/** Where node_api.h is: with the Node that comes with Sundew, else the machine's own (the interface is stable). */
function headers() {
  const own = ['node_modules', join('node_modules', 'node', 'node_modules')].flatMap((place) =>
    existsSync(join(root, place))
      ? readdirSync(join(root, place))
          .filter((name) => name.startsWith('node-'))
          .map((name) => join(root, place, name, 'include', 'node'))
      : [],
  )
  return [
    ...own,
    join(dirname(process.execPath), '..', 'include', 'node'),
    '/usr/local/include/node',
    '/usr/include/node',
    '/usr/include/nodejs/src',
  ].find((place) => existsSync(join(place, 'node_api.h')))
}

/** Compiles it; says in a sentence what came of it. */
export function buildReceiver() {
  if (process.platform !== 'linux') return 'the compiled receiver is for Linux; node:dgram is used here.'
  const include = headers()
  if (include === undefined) return 'no headers of Node here; flows are received by node:dgram.'
  const compiler = process.env['CC'] ?? 'cc'
  const target = join(folder, 'receiver.node')
  const part = `${target}.${process.pid}`
  const { status, error, stderr } = spawnSync(
    compiler,
    ['-O2', '-Wall', '-shared', '-fPIC', '-pthread', `-I${include}`, join(folder, 'receiver.c'), '-o', part],
    { encoding: 'utf8' },
  )
  if (status === 0) {
    // A running Sundew keeps the one it has.
    renameSync(part, target)
    return 'compiled the receiver of flows.'
  }
  rmSync(part, { force: true })
  const why =
    error === undefined ? `${compiler} failed: ${stderr.trim().split('\n')[0]}` : `no ${compiler} here`
  return `${why}; flows are received by node:dgram.`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(buildReceiver())
