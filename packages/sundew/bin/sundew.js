#!/usr/bin/env node
// Starts Sundew under the Node that comes with it, whatever Node the machine has.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const wanted = 26

if (Number(process.versions.node.split('.')[0]) >= wanted) {
  await import('../src/main.ts')
} else {
  const bundled = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
  // The terminal sends its signals to the whole foreground group: the child ends itself, we wait for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
  const child = spawn(
    bundled,
    [fileURLToPath(new URL('../src/main.ts', import.meta.url)), ...process.argv.slice(2)],
    { stdio: 'inherit' },
  )
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(
      `SUNDEW_RUNTIME_MISSING: tried to start ${bundled}, which does not run here (${error.message}). Run "npm ci" again; it needs its install scripts.`,
    )
    process.exitCode = 70
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 : (code ?? 1)
  })
}
