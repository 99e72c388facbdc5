import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Status } from '../packages/sundew/src/hub/api/contract.ts'

export const sundewBin = join(import.meta.dirname, '..', 'packages', 'sundew', 'bin', 'sundew.js')

/** Ports of one instance. */
export interface Ports {
  readonly smtp: number
  readonly submission: number
  readonly smtps: number
  readonly http: number
  readonly https: number
  readonly ssh: number
  readonly telnet: number
  /** Flows: NetFlow, IPFIX and sFlow over UDP, IPFIX over TCP and (where the configuration has it) TLS. */
  readonly flow: number
  readonly flowTcp: number
  readonly flowTls: number
  /** Syslog of firewalls. */
  readonly syslog: number
  readonly syslogTcp: number
  readonly syslogTls: number
}

export interface InstanceOptions {
  /** Merged over the test's own settings. */
  readonly config?: Readonly<Record<string, unknown>>
  /** An existing folder for its data; a temporary one is made and removed where none is given. */
  readonly data?: string
  /** Ports to use instead of free ones. */
  readonly ports?: Ports
}

const startMs = 60_000

/** A whole Sundew, as `sundew up` starts it, on loopback ports of its own. */
export class Instance {
  readonly data: string
  readonly hostname = 'mx.example.net'
  readonly #temporary: boolean
  readonly #options: InstanceOptions
  #process: ChildProcess | undefined
  #url = ''
  #ports: Ports | undefined
  output = ''

  private constructor(data: string, temporary: boolean, options: InstanceOptions) {
    this.data = data
    this.#temporary = temporary
    this.#options = options
  }

  static async start(options: InstanceOptions = {}): Promise<Instance> {
    const data = options.data ?? (await mkdtemp(join(tmpdir(), 'sundew-e2e-')))
    const instance = new Instance(data, options.data === undefined, options)
    await instance.up()
    return instance
  }

  get ports(): Ports {
    if (!this.#ports) throw new Error('not started')
    return this.#ports
  }

  get url(): string {
    return this.#url
  }

  /** The page's password, from the banner of the first start. */
  get password(): string {
    const found = /password\S*\s+(\S+)/i.exec(this.output)
    if (!found?.[1]) throw new Error(`no password in the banner:\n${this.output}`)
    return found[1]
  }

  /** Starts it; again after {@link down} with the same data. */
  async up(): Promise<void> {
    await mkdir(this.data, { recursive: true })
    const file = join(this.data, 'sundew.yaml')
    await writeFile(file, stringify(merge(settings(this.#options.ports), this.#options.config ?? {})))
    const child = spawn(process.execPath, [sundewBin, 'up', '--data', this.data, '--config', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
    const deadline = Date.now() + startMs
    while (!this.output.includes('is up.')) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`sundew up did not come up:\n${this.output}`)
      await sleep(50)
    }
    const hub = JSON.parse(await readFile(join(this.data, 'run', 'hub.json'), 'utf8')) as { url: string }
    this.#url = hub.url
    const { listeners } = await this.status()
    const portAs = (as: number) => listeners.find((listener) => listener.as === as)?.port ?? 0
    const port = (service: string, transport: 'tcp' | 'udp', tls: boolean) =>
      listeners.find((each) => each.service === service && each.transport === transport && each.tls === tls)
        ?.port ?? 0
    this.#ports = {
      smtp: portAs(25),
      submission: portAs(587),
      smtps: portAs(465),
      http: portAs(80),
      https: portAs(443),
      ssh: portAs(22),
      telnet: portAs(23),
      flow: port('flow', 'udp', false),
      flowTcp: port('flow', 'tcp', false),
      flowTls: port('flow', 'tcp', true),
      syslog: port('syslog', 'udp', false),
      syslogTcp: port('syslog', 'tcp', false),
      syslogTls: port('syslog', 'tcp', true),
    }
  }

  /** Stops it as Ctrl-C does. */
  async down(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
    this.output = ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down()
    if (this.#temporary) await rm(this.data, { recursive: true, force: true })
  }

  async api(path: string, init: { method?: string; body?: string } = {}): Promise<Response> {
    const token = (await readFile(join(this.data, 'hub', 'cli-token'), 'utf8')).trim()
    return fetch(`${this.#url.replace(/\/$/, '')}/api${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
  }

  async status(): Promise<Status> {
    return (await (await this.api('/status')).json()) as Status
  }

  /** Rows of a query, as the reader sees them. Throws with the store's own error. */
  async query<T = Record<string, unknown>>(sql: string): Promise<T[]> {
    const answer = await this.api('/query', { method: 'POST', body: JSON.stringify({ sql, format: 'json' }) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${sql}: ${text}`)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T)
  }

  /** Settles when nothing that was caught still waits for the store. */
  async stored(timeoutMs = 60_000): Promise<void> {
    await waitFor(async () => {
      const { journal } = await this.status()
      return journal.waitingBytes === 0
    }, timeoutMs)
  }

  /** Settles when so many flows are in the store; rejects with how many there are where no more come. */
  async flowsStored(flows: number, quietMs = 15_000): Promise<void> {
    let has = -1
    for (let deadline = Date.now() + quietMs; ;) {
      const [row] = await this.query<{ n: string }>('SELECT count() AS n FROM flows').catch(() => [])
      const now = Number(row?.n ?? has)
      if (now >= flows) return
      if (now !== has) deadline = Date.now() + quietMs
      if (Date.now() > deadline)
        throw new Error(`${now} of ${flows} flows are in the store, and no more come`)
      has = now
      await sleep(200)
    }
  }

  async pidOf(part: 'decoys' | 'machines' | 'collectors' | 'hub' | 'store'): Promise<number | undefined> {
    return (await this.status()).parts.find(({ name }) => name === part)?.pid
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks until the answer is true (or not undefined and not false), and returns it. */
export async function waitFor<T>(
  ask: () => Promise<T>,
  timeoutMs = 15_000,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== null && answer !== false)
        return answer as Exclude<T, false | null | undefined>
    } catch (error) {
      last = error
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain`, { cause: last })
    await sleep(50)
  }
}

function settings(ports: Ports | undefined): Record<string, unknown> {
  const at = (port: number | undefined, as: number, tls: boolean) => ({ port: port ?? 0, as, tls })
  return {
    sensor: 'e2e',
    hostname: 'mx.example.net',
    listen: ['127.0.0.1'],
    console: { port: 0 },
    store: { port: 0 },
    decoys: {
      smtp: {
        ports: [at(ports?.smtp, 25, false), at(ports?.submission, 587, false), at(ports?.smtps, 465, true)],
      },
      http: { ports: [at(ports?.http, 80, false), at(ports?.https, 443, true)] },
      ssh: { ports: [at(ports?.ssh, 22, false)] },
      telnet: { ports: [at(ports?.telnet, 23, false)] },
    },
    collectors: {
      flow: {
        ports: [
          { port: ports?.flow ?? 0, transport: 'udp' },
          { port: ports?.flowTcp ?? 0, transport: 'tcp' },
        ],
      },
      syslog: {
        ports: [
          { port: ports?.syslog ?? 0, transport: 'udp' },
          { port: ports?.syslogTcp ?? 0, transport: 'tcp' },
        ],
      },
    },
    keep: { reserve_mb: 64 },
  }
}

type Tree = Readonly<Record<string, unknown>>

function merge(under: Tree, over: Tree): Tree {
  const merged: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isTree(below) && isTree(value) ? merge(below, value) : value
  }
  return merged
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
