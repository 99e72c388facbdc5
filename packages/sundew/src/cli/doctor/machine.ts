import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { bytesText } from '../text.ts'
import { fail, ok, warn, type Check, type Finding, type Patient } from './check.ts'

const nodeMajor = 26
/** Shared memory below which batches for the store may not fit. */
const sharedMemoryBytes = 128 * 1024 * 1024
/** Descriptors beside those of connections: files, the store, the page. */
const otherDescriptors = 512
/** No clock is right that is before this program was written. */
const firstYear = 2026
const lastYear = 2100

/** Node, its libraries, the processor, limits and the clock. */
export const machine: readonly Check[] = [node, engine, processor, libc, sharedMemory, descriptors, clock]

interface Report {
  readonly header: { readonly glibcVersionRuntime?: string }
  readonly userLimits?: {
    readonly open_files?: { readonly hard: number | string; readonly soft: number | string }
  }
}

function report(): Report {
  return process.report.getReport() as unknown as Report
}

function node(): Finding[] {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= nodeMajor) return [ok('node', `version ${process.versions.node}`)]
  return [
    fail(
      'node',
      `version ${process.versions.node}, ${nodeMajor} is needed`,
      'Run "npm ci" again: it brings the right one.',
    ),
  ]
}

/** What npm's install brings in parts: chDB's engine for this platform, and Node itself. */
function engine({ config }: Patient): Finding[] {
  if (config?.store.url !== undefined)
    return [ok('engine', `the store is ${config.store.url}; none is needed here`)]
  const require = createRequire(import.meta.url)
  const name = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`
  let folder: string
  try {
    folder = dirname(require.resolve(`${name}/package.json`))
  } catch {
    return [
      fail(
        'engine',
        `${name} is not installed`,
        'Run "npm ci" again, with optional dependencies (no --omit=optional). On another platform name a ClickHouse server in store.url.',
      ),
    ]
  }
  const missing = ['libchdb.so', 'chdb_node.node'].filter((file) => !existsSync(join(folder, file)))
  if (missing.length === 0) return [ok('engine', name)]
  return [
    fail(
      'engine',
      `${missing.join(', ')} missing in ${folder}`,
      'Remove node_modules and run "npm ci" again.',
    ),
  ]
}

async function processor({ config }: Patient): Promise<Finding[]> {
  if (process.arch !== 'x64' || process.platform !== 'linux') return []
  const flags = /^flags\s*:(.*)$/m.exec(await readFile('/proc/cpuinfo', 'utf8'))?.[1] ?? ''
  if (/\bavx2\b/.test(flags)) return [ok('processor', 'has AVX2')]
  const todo = 'The built-in store needs AVX2. Use another machine, or name a ClickHouse server in store.url.'
  return [(config?.store.url === undefined ? fail : warn)('processor', 'has no AVX2', todo)]
}

function libc({ config }: Patient): Finding[] {
  if (process.platform !== 'linux') return []
  const version = report().header.glibcVersionRuntime
  if (version !== undefined) return [ok('libc', `glibc ${version}`)]
  const todo =
    'The built-in store needs glibc (Debian, Ubuntu, Fedora …), not musl (Alpine). Or name a ClickHouse server in store.url.'
  return [(config?.store.url === undefined ? fail : warn)('libc', 'is not glibc', todo)]
}

async function sharedMemory({ config }: Patient): Promise<Finding[]> {
  if (process.platform !== 'linux' || config?.store.url !== undefined) return []
  const what = '/dev/shm'
  try {
    const { bavail, bsize } = await statfs(what)
    const free = bavail * bsize
    if (free >= sharedMemoryBytes) return [ok(what, `${bytesText(free)} free`)]
    return [
      warn(
        what,
        `${bytesText(free)} free, batches for the store pass through it`,
        `Give it ${bytesText(sharedMemoryBytes)} or more; in a container: --shm-size=256m.`,
      ),
    ]
  } catch {
    return [warn(what, 'is not there', 'Mount a tmpfs there: batches for the store pass through it.')]
  }
}

function descriptors({ config }: Patient): Finding[] {
  const limit = report().userLimits?.open_files?.hard
  if (limit === undefined) return []
  const hard = limit === 'unlimited' ? Infinity : Number(limit)
  const sections = Object.values(config?.decoys ?? {}) as {
    enabled: boolean
    limits: { connections: number }
    ports: unknown[]
  }[]
  const wanted = sections
    .filter((section) => section.enabled)
    .reduce((sum, section) => sum + section.limits.connections * section.ports.length, otherDescriptors)
  if (hard >= wanted) return [ok('open files', `${hard} allowed, ${wanted} may be wanted`)]
  return [
    warn(
      'open files',
      `${hard} allowed, but the limits of all decoys add up to ${wanted}`,
      `Raise it ("ulimit -Hn ${wanted}", LimitNOFILE= in a systemd unit), or lower decoys.*.limits.connections.`,
    ),
  ]
}

async function clock(): Promise<Finding[]> {
  const now = new Date()
  const year = now.getUTCFullYear()
  if (year < firstYear || year > lastYear) {
    return [
      fail(
        'clock',
        `says ${now.toISOString()}`,
        'Set it, and keep it right with NTP: every event has its time.',
      ),
    ]
  }
  const synchronised = await ntpSynchronised()
  if (synchronised === false) {
    return [
      warn(
        'clock',
        `says ${now.toISOString()}, not synchronised`,
        'Turn NTP on: timedatectl set-ntp true, or install chrony.',
      ),
    ]
  }
  return [
    ok(
      'clock',
      `${now.toISOString()}, ${synchronised ? 'synchronised' : 'whether it is synchronised cannot be told here'}`,
    ),
  ]
}

async function ntpSynchronised(): Promise<boolean | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      'timedatectl',
      ['show', '--property=NTPSynchronized', '--value'],
      {
        timeout: 3_000,
      },
    )
    const answer = stdout.trim()
    return answer === 'yes' ? true : answer === 'no' ? false : undefined
  } catch {
    return undefined // no systemd here, as in containers: the host keeps the clock
  }
}
