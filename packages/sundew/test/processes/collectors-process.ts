import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectorsConfinement } from '../../src/cli/confinement.ts'
import { configSchema, type Config } from '../../src/config.ts'
import type { CollectorStatus, FromCollectors } from '../../src/core/collector-messages.ts'
import { layout, type Layout } from '../../src/core/layout.ts'
import type { FromPart } from '../../src/core/messages.ts'
import type { ListenerStatus } from '../../src/core/status.ts'
import type { CollectorsStart } from '../../src/processes/collectors.ts'

const file = join(import.meta.dirname, '..', '..', 'src', 'processes', 'collectors.ts')

export type Flow = Readonly<Record<string, unknown>>

/** The real process, confined as `sundew up` confines it, without the rest. */
export class CollectorsProcess implements AsyncDisposable {
  readonly paths: Layout
  readonly config: Config
  readonly receiver: string | undefined
  listeners: readonly ListenerStatus[] = []
  notices: readonly string[] = []
  statuses: CollectorStatus[] = []
  alerts: string[] = []
  stdout = ''
  #child: ChildProcess | undefined
  readonly #imports: readonly string[]

  private constructor(
    data: string,
    collectors: Flow,
    receiver: string | undefined,
    imports: readonly string[],
  ) {
    this.paths = layout(data)
    this.receiver = receiver
    this.#imports = imports
    this.config = configSchema.parse({ sensor: 'test', listen: ['127.0.0.1'], collectors })
  }

  static async start(
    flow: Flow,
    options: { receiver?: string; imports?: readonly string[]; collectors?: Flow } = {},
  ): Promise<CollectorsProcess> {
    const data = await mkdtemp(join(tmpdir(), 'sundew-collectors-'))
    const started = new CollectorsProcess(
      data,
      { flow, syslog: { enabled: false }, ...options.collectors },
      options.receiver,
      options.imports ?? [],
    )
    await started.up()
    return started
  }

  get pid(): number {
    return this.#child!.pid!
  }

  port(transport: 'udp' | 'tcp' | 'tls'): number {
    return this.listeners.find(
      (at) => at.tls === (transport === 'tls') && at.transport === (transport === 'udp' ? 'udp' : 'tcp'),
    )!.port
  }

  async up(): Promise<void> {
    const { paths, config } = this
    for (const folder of [
      paths.collectorJournal,
      paths.collectorState,
      paths.flows,
      paths.firewall,
      paths.intel,
    ])
      await mkdir(folder, { recursive: true, mode: 0o700 })
    const child = spawn(
      process.execPath,
      [
        ...collectorsConfinement(config, paths),
        '--disable-warning=ExperimentalWarning',
        '--disable-warning=SecurityWarning',
        ...this.#imports.flatMap((name) => ['--import', name]),
        file,
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
        env: { ...process.env, NODE_TEST_CONTEXT: undefined, PROBE_PORT: '40009' },
        serialization: 'advanced',
      },
    )
    this.#child = child
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    const start: CollectorsStart = {
      config,
      journalDirectory: paths.collectorJournal,
      stateDirectory: paths.collectorState,
      flowsDirectory: paths.flows,
      firewallDirectory: paths.firewall,
      receiver: this.receiver,
    }
    const ready = new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`collectors ended with ${code}`)))
      child.on('message', (message: FromPart) => {
        if (message.type === 'ready') {
          this.listeners = message.listeners ?? []
          this.notices = message.notices ?? []
          resolve()
        } else if (message.type === 'relay') this.statuses.push((message.body as FromCollectors).status)
        else if (message.type === 'alert') this.alerts.push(message.code)
      })
    })
    child.send({ type: 'start', start })
    await ready
  }

  send(message: object): void {
    this.#child!.send(message)
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.send({ type: 'stop' })
    await gone
  }

  async kill(): Promise<void> {
    const child = this.#child!
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.paths.data, { recursive: true, force: true })
  }
}
