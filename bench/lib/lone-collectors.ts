import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configSchema } from '../../packages/sundew/src/config.ts'
import type {
  CollectorStatus,
  FromCollectors,
  ToCollectors,
} from '../../packages/sundew/src/core/collector-messages.ts'
import { listBatchFiles } from '../../packages/sundew/src/core/batch-spool.ts'
import type { FromPart } from '../../packages/sundew/src/core/messages.ts'
import { AddressSetBuilder } from '../../packages/sundew/src/match/address-set-builder.ts'
import { parseRange } from '../../packages/sundew/src/match/parse-address.ts'
import type { CollectorsStart } from '../../packages/sundew/src/processes/collectors.ts'

const file = join(import.meta.dirname, '..', '..', 'packages', 'sundew', 'src', 'processes', 'collectors.ts')
/** How often batches are taken out of the spool, as the hub would. */
const takeMs = 100
/** It says something once a second while something comes; after this it has nothing more to say. */
const quietMs = 2_500

export interface LoneOptions {
  readonly port: number
  /** A folder in which it gets one of its own. */
  readonly under: string
  readonly bufferBytes: number
  /** What flows are matched against, as a plain list has it. */
  readonly listed: readonly string[]
  /** Whether batches are written to the spool; else they are let go once they were decoded and matched. */
  readonly spools: boolean
  /** What it listens for; flows where not said. */
  readonly receives?: 'flow' | 'syslog'
}

/** As little as may wait: after it, whole batches are let go. */
const leastWaitingMb = 16

/** Sundew's collectors process alone: this one starts it as the supervisor does, and takes its batches as the hub does, but keeps none. */
export class LoneCollectors {
  readonly #folder: string
  readonly #child: ChildProcess
  readonly #taking: NodeJS.Timeout | undefined
  #status: CollectorStatus | undefined
  #heard = 0

  private constructor(folder: string, child: ChildProcess, spools: boolean) {
    this.#folder = folder
    this.#child = child
    child.on('message', (message: FromPart) => {
      if (message.type !== 'relay') return
      const body = message.body as FromCollectors
      if (body.type !== 'flow-status') return
      this.#status = body.status
      this.#heard = performance.now()
    })
    this.#taking = spools ? setInterval(() => void this.#take(), takeMs) : undefined
  }

  static async start(options: LoneOptions): Promise<LoneCollectors> {
    const { under, listed, spools } = options
    const folder = await mkdtemp(join(under, 'collectors-'))
    const within = (name: string) => join(folder, name)
    for (const name of ['journal', 'state', 'flows'].map(within)) await mkdir(name)
    await writeFile(within('set.bin'), setOf(listed))
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    const lone = new LoneCollectors(folder, child, spools)
    const ready = lone.#ready()
    const start: CollectorsStart = {
      config: configSchema.parse({
        listen: ['127.0.0.1'],
        collectors: listening(options),
      }),
      journalDirectory: within('journal'),
      stateDirectory: within('state'),
      flowsDirectory: within('flows'),
      firewallDirectory: within('firewall'),
      receiver: process.env['SUNDEW_RECEIVER'],
    }
    child.send({ type: 'start', start })
    await ready
    const set: ToCollectors = { type: 'set', path: within('set.bin'), version: 1, entries: listed.length }
    child.send({ type: 'relay', to: 'collectors', body: set })
    return lone
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** What it said last; it says so once a second while something comes. */
  get status(): CollectorStatus | undefined {
    return this.#status
  }

  /** What it has taken since its start: flows, or lines that were understood. */
  get taken(): number {
    return this.#status?.syslog?.told || (this.#status?.flows ?? 0)
  }

  /** What of it was not kept. */
  get dropped(): number {
    return (this.#status?.syslog?.dropped ?? 0) + (this.#status?.dropped ?? 0)
  }

  /** Settles when it has taken so much since its start, or says nothing new any more: how much it has. */
  async decoded(flows: number): Promise<number> {
    const asked = performance.now()
    for (;;) {
      const has = this.taken
      const quiet = performance.now() - Math.max(asked, this.#heard)
      if (has >= flows || quiet > quietMs) return has
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#taking)
    if (this.#child.exitCode === null) {
      const exited = once(this.#child, 'exit')
      this.#child.send({ type: 'stop' })
      await exited
    }
    await rm(this.#folder, { recursive: true, force: true })
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.on('message', (message: FromPart) => {
        if (message.type !== 'ready') return
        if (message.notices?.length) reject(new Error(message.notices.join('\n')))
        else resolve()
      })
      this.#child.once('exit', (code) => reject(new Error(`the collectors ended with ${code}`)))
    })
  }

  async #take(): Promise<void> {
    for (const table of ['flows', 'firewall'])
      for (const { path } of await listBatchFiles(join(this.#folder, table))) await rm(path, { force: true })
  }
}

/** Only what is asked for is listened for. */
function listening({ port, bufferBytes, spools, receives = 'flow' }: LoneOptions) {
  const own = {
    ports: [{ port, transport: 'udp' }],
    receive_buffer_mb: bufferBytes / 1024 / 1024,
    waiting_mb: spools ? 1_000_000 : leastWaitingMb,
  }
  return { flow: { enabled: false }, syslog: { enabled: false }, [receives]: own }
}

/** The list as the hub gives it to the collectors. */
function setOf(listed: readonly string[]): Uint8Array {
  const builder = new AddressSetBuilder()
  const label = builder.label(builder.source('bench'), 'made up')
  for (const entry of listed) {
    const range = parseRange(entry)
    if (!range) throw new Error(`${entry} is no address`)
    builder.add(range.first, range.last, label)
  }
  return builder.toBytes()
}
