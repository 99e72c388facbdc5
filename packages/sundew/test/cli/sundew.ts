import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { layout } from '../../src/core/layout.ts'
import type { Status } from '../../src/hub/api/contract.ts'
import { startApi, type Api, type ApiOptions } from '../../src/hub/api/server.ts'
import { LiveBus } from '../../src/hub/live.ts'
import { version } from '../../src/version.ts'

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** A program that has not ended by then hangs: it is killed, and its code is null. */
const hungMs = 60_000

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the real program. It sees none of our environment's Sundew settings. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [main, ...args], {
    env: {
      ...process.env,
      SUNDEW_DATA: undefined,
      SUNDEW_DEBUG: undefined,
      NO_COLOR: '1',
      NODE_TEST_CONTEXT: undefined,
      // Starting a hundred times, the program is read once.
      NODE_COMPILE_CACHE: join(tmpdir(), 'sundew-test-compile-cache'),
      ...env,
    },
    cwd: tmpdir(),
  })
}

/** Runs the real program to its end. */
export async function sundew(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = start(args, options.env)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const late = setTimeout(() => child.kill('SIGKILL'), hungMs)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(late)
  return { code, stdout: Buffer.concat(out).toString('latin1'), stderr: Buffer.concat(err).toString() }
}

/** A data directory that is gone at the end. */
export async function dataFolder(): Promise<{ data: string } & AsyncDisposable> {
  const data = await mkdtemp(join(tmpdir(), 'sundew-cli-'))
  return { data, [Symbol.asyncDispose]: () => rm(data, { recursive: true, force: true }) }
}

export function statusOf(data: string, changes: Partial<Status> = {}): Status {
  return {
    version,
    sensor: 'test',
    dataDirectory: data,
    started: '2026-11-25T01:08:48.000Z',
    parts: [
      { name: 'decoys', state: 'running', pid: 11, restarts: 0, since: '2026-11-25T01:08:48.000Z' },
      { name: 'hub', state: 'running', pid: process.pid, restarts: 0, since: '2026-11-25T01:08:49.000Z' },
    ],
    listeners: [],
    store: { starting: false, reachable: true, version: '26.7', url: 'http://127.0.0.1:8124' },
    journal: { waitingBytes: 0, lagSeconds: 0 },
    disk: { usedBytes: 1_000_000, quotaBytes: 2e10, freeBytes: 4e10, full: false, sourcesOverShare: [] },
    ingested: { 'mail.received': 300_000 },
    alerts: [],
    ...changes,
  }
}

export interface TestHub extends AsyncDisposable {
  /** Its data directory. */
  readonly data: string
  readonly api: Api
  readonly live: LiveBus
}

/** The hub's real HTTP interface, found as the command line finds it. The store is away unless it is given. */
export async function startHub(data: string, options: Partial<ApiOptions> = {}): Promise<TestHub> {
  const paths = layout(data)
  const live = new LiveBus()
  const store = options.store ?? createClient({ url: 'http://127.0.0.1:1', log: { level: 127 } })
  const api = await startApi({
    address: '127.0.0.1',
    port: 0,
    allowPlain: false,
    stateFolder: paths.hub,
    publicFolder: join(data, 'public'),
    store,
    live,
    status: () => Promise.resolve(statusOf(data)),
    storeStarted: () => true,
    openFile: () => Promise.resolve(undefined),
    ...options,
  })
  await mkdir(paths.run, { recursive: true, mode: 0o700 })
  const certificate = options.tls && { certificate: options.tls.certFile }
  await writeFile(paths.hubFile, JSON.stringify({ url: api.url, pid: process.pid, ...certificate }))
  return {
    data,
    api,
    live,
    async [Symbol.asyncDispose]() {
      await api.close()
      await rm(paths.hubFile, { force: true })
      if (!options.store) await store.close()
    },
  }
}
