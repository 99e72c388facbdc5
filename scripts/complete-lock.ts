// chdb names one engine package for each platform as an optional dependency. npm leaves out of the lock what it could
// not fetch for the machine at hand, and `npm ci` elsewhere then refuses the lock. Run after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, '..', 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
const wanted: Record<string, string> = lock.packages['node_modules/chdb'].optionalDependencies

for (const [name, version] of Object.entries(wanted)) {
  const [, os = '', cpu = '', libc] = /lib-(darwin|linux)-(x64|arm64)(?:-(gnu))?$/.exec(name) ?? []
  lock.packages[`node_modules/${name}`] ??= {
    version,
    cpu: [cpu],
    ...(libc ? { libc: ['glibc'] } : {}),
    optional: true,
    os: [os],
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
