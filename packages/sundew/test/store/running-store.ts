import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'

import { THREADS } from '../../src/store/threads.ts'

/** A store in a process of its own, with clients for both of its users. */
export class TestStore {
  readonly directory = mkdtempSync(join(tmpdir(), 'sundew-store-test-'))
  url = ''
  #child: ChildProcess | undefined
  readonly #clients: ClickHouseClient[] = []

  static async start(): Promise<TestStore> {
    const store = new TestStore()
    await store.spawn()
    return store
  }

  async spawn(): Promise<void> {
    const script = join(import.meta.dirname, 'store-process.ts')
    const env = { ...process.env, UV_THREADPOOL_SIZE: String(THREADS) }
    const port = this.url === '' ? '0' : new URL(this.url).port
    const child = spawn(process.execPath, [script, this.directory, port], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    const [line] = (await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the store ended with ${String(code)} before it listened`)
      }),
    ])) as [string]
    this.url = line
  }

  client(
    user: 'sundew' | 'reader' = 'sundew',
    extra: Parameters<typeof createClient>[0] = {},
  ): ClickHouseClient {
    const password = user === 'sundew' ? 'owner secret' : 'reader secret'
    const log = { level: ClickHouseLogLevel.OFF }
    const client = createClient({ url: this.url, username: user, password, log, ...extra })
    this.#clients.push(client)
    return client
  }

  /** As a crash: nothing is flushed. */
  async kill(): Promise<void> {
    const child = this.#child!
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** In order; resolves with the process's exit code. */
  async stop(): Promise<number | null> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()))
    const child = this.#child!
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    rmSync(this.directory, { recursive: true, force: true })
    return child.exitCode
  }
}
