import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import type { CollectorStatus } from '../../core/collector-messages.ts'
import { explain, type Log } from '../../core/log.ts'
import type { ListenerStatus } from '../../core/status.ts'
import type { KindFields } from '../../event/event.ts'
import type { FlowColumns } from '../../wire/flow/columns.ts'
import type { Exporter } from '../../wire/flow/sink.ts'
import type { DroppedColumns, FlowSpool } from './batches.ts'
import type { FlowDecoder } from './decoder.ts'
import { Health, type DomainHealth } from './health.ts'
import { FlowPipeline } from './pipeline.ts'
import type { Receiver } from './receiver.ts'
import { SavedState, type Remembering } from './saved-state.ts'
import { allowedBy, Senders } from './senders.ts'
import { StreamListener } from './stream-listener.ts'

/** How often templates are saved and what is past its time is forgotten. */
const saveMs = 30_000
const healthMs = 60_000
const tickMs = 100
const secondMs = 1_000
const lookMs = 3_000

export interface CollectorSettings {
  readonly addresses: readonly string[]
  readonly ports: readonly { readonly port: number; readonly transport: 'udp' | 'tcp' | 'tls' }[]
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca?: string | undefined }
  /** Addresses and prefixes that are listened to; all where there are none. */
  readonly exporters: readonly string[]
  readonly receiveBufferBytes: number
  /** The folder for what is remembered over restarts. */
  readonly stateFolder: string
}

/** `wire/netflow`, as far as a collector needs it. */
export interface NetflowPart extends FlowDecoder, Remembering {
  expire(nowMs: number): void
  endStream(exporter: Exporter): void
  exporters(): Iterable<DomainHealth>
}

export interface SflowPart extends FlowDecoder {
  expire(nowMs: number): void
  exporters(): Iterable<DomainHealth>
}

export interface CollectorParts {
  readonly receiver: Receiver
  readonly netflow: NetflowPart
  readonly sflow: SflowPart
  readonly spool: FlowSpool & {
    readonly waiting: { readonly files: number; readonly bytes: number }
    measure(): Promise<void>
  }
  readonly geo?: { fill(columns: FlowColumns, from: number, to: number): void } | undefined
  readonly matcher?:
    | {
        match(columns: FlowColumns, from: number, to: number): void
        tick(nowMs: number): void
        close(): void
      }
    | undefined
  readonly log: Log
  /** What one exporter sent in the last minute. */
  readonly health: (fields: KindFields<'flow.exporter'>) => void
  readonly status: (status: CollectorStatus) => void
  /** Something the owner should know. */
  readonly alert: (code: string, message: string) => void
  readonly matches: () => { readonly set: CollectorStatus['set']; readonly matches: number }
}

/** Listens, decodes and spools flows until it is closed. */
export class FlowCollector {
  readonly #settings: CollectorSettings
  readonly #parts: CollectorParts
  readonly #senders: Senders
  readonly #pipeline: FlowPipeline
  readonly #health = new Health()
  readonly #state: SavedState
  readonly #streams: StreamListener[] = []
  readonly #timers: NodeJS.Timeout[] = []
  #drops: readonly number[] = []
  readonly #toldDrops = new Told()
  readonly #toldDropped = new Told()
  /** Looked at now and then: there may be many. */
  #known = { exporters: 0, templates: 0 }
  #toldStatus = ''

  constructor(settings: CollectorSettings, parts: CollectorParts) {
    this.#settings = settings
    this.#parts = parts
    this.#senders = new Senders(allowedBy(settings.exporters))
    this.#state = new SavedState(join(settings.stateFolder, 'templates.json'), parts.netflow, parts.log)
    this.#pipeline = new FlowPipeline({
      senders: this.#senders,
      netflow: parts.netflow,
      sflow: parts.sflow,
      spool: parts.spool,
      geo: parts.geo,
      matcher: parts.matcher,
      dropped: (columns, error) => this.#dropped(columns, error),
    })
  }

  /** Binds every port that can be bound, and begins. Those that can't are told as notices. */
  async start(): Promise<{ listeners: ListenerStatus[]; notices: string[] }> {
    await this.#state.restore()
    const listeners: ListenerStatus[] = []
    const notices: string[] = []
    for (const { port, transport } of this.#settings.ports) {
      for (const address of this.#settings.addresses) {
        try {
          const bound = await this.#bind(address, port, transport)
          listeners.push({
            service: 'flow',
            address,
            port: bound,
            as: bound,
            tls: transport === 'tls',
            transport: transport === 'udp' ? 'udp' : 'tcp',
          })
        } catch (error) {
          notices.push(cannotBind(address, port, transport, error))
        }
      }
    }
    this.#parts.receiver.start(this.#pipeline.take)
    this.#every(tickMs, () => this.#pipeline.tick(Date.now()))
    this.#every(secondMs, () => this.#second())
    this.#every(lookMs, () => this.#look())
    this.#every(saveMs, () => this.#save())
    this.#every(healthMs, () => this.#tellHealth())
    return { listeners, notices }
  }

  get status(): CollectorStatus {
    const { receiver, spool, matches } = this.#parts
    const { packets, flows, lost, dropped, refused } = this.#pipeline.counts
    return {
      receiver: receiver.kind,
      sockets: receiver.sockets.map((socket, index) => ({ ...socket, kernelDrops: this.#drops[index] ?? 0 })),
      packets,
      flows,
      lost,
      dropped,
      refused,
      ...this.#known,
      ...matches(),
      waiting: spool.waiting,
    }
  }

  /** Tells the status again, as to a hub that has just come. */
  tell(): void {
    this.#toldStatus = ''
    this.#tellStatus()
  }

  /** Takes what has come, writes it out, saves what is to be remembered, says how everybody did. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#drops = await this.#parts.receiver.drops()
    await this.#parts.receiver.stop()
    for (const stream of this.#streams) await stream.close()
    await this.#pipeline.close()
    this.#parts.matcher?.close()
    await this.#save()
    this.#tellHealth()
    this.#look()
    this.#tellStatus()
  }

  async #bind(address: string, port: number, transport: 'udp' | 'tcp' | 'tls'): Promise<number> {
    if (transport === 'udp') {
      return (await this.#parts.receiver.bind(address, port, this.#settings.receiveBufferBytes)).port
    }
    const stream = new StreamListener(
      {
        senders: this.#senders,
        message: (view, offset, length, exporter) => this.#pipeline.message(view, offset, length, exporter),
        ended: (exporter) => this.#parts.netflow.endStream(exporter),
        room: () => this.#pipeline.room,
      },
      transport === 'tls' ? await this.#tlsOptions() : undefined,
    )
    const bound = await stream.listen(address, port)
    this.#streams.push(stream)
    return bound.port
  }

  async #tlsOptions(): Promise<TlsOptions> {
    const { tls } = this.#settings
    if (!tls) throw new Error('collectors.flow.tls names no certificate and key')
    const [cert, key, ca] = await Promise.all([
      readFile(tls.certificate),
      readFile(tls.key),
      tls.ca === undefined ? undefined : readFile(tls.ca),
    ])
    return { cert, key, ...(ca && { ca, requestCert: true, rejectUnauthorized: true }) }
  }

  #look(): void {
    const exporters = new Set<string>()
    let templates = 0
    for (const domain of both(this.#parts.netflow, this.#parts.sflow)) {
      if (domain.packets > 0) exporters.add(domain.exporter)
      templates += domain.templates
    }
    this.#known = { exporters: exporters.size, templates }
  }

  async #second(): Promise<void> {
    this.#parts.matcher?.tick(Date.now())
    await this.#parts.spool.measure()
    this.#drops = await this.#parts.receiver.drops()
    this.#tellLosses()
    this.#tellStatus()
  }

  #tellStatus(): void {
    const { status } = this
    const text = JSON.stringify(status)
    if (text === this.#toldStatus) return
    this.#toldStatus = text
    this.#parts.status(status)
  }

  /** What nobody will ever know of: the owner hears of it at once, and then once a minute. */
  #tellLosses(): void {
    const drops = this.#drops.reduce((sum, count) => sum + count, 0)
    if (drops > this.#toldDrops.told && this.#toldDrops.due()) {
      this.#parts.alert(
        'SUNDEW_FLOW_PACKETS_DROPPED',
        `the kernel dropped ${drops - this.#toldDrops.take(drops)} export packets because they came faster than they were read: "sundew doctor" tells the receive buffer and how to raise it`,
      )
    }
    const { dropped } = this.#pipeline.counts
    if (dropped > this.#toldDropped.told && this.#toldDropped.due()) {
      this.#parts.alert(
        'SUNDEW_FLOWS_DROPPED',
        `${dropped - this.#toldDropped.take(dropped)} flows were decoded and could not be kept: more waits for the store than collectors.flow.waiting_mb allows, or the disk refuses`,
      )
    }
  }

  #tellHealth(): void {
    const { netflow, sflow, health } = this.#parts
    for (const fields of this.#health.take(both(netflow, sflow))) health(fields)
  }

  #dropped(columns: DroppedColumns, error: unknown): void {
    this.#health.dropped(columns)
    if (error !== undefined)
      this.#parts.log.warn(`a batch of ${columns.rows} flows could not be written: ${explain(error)}`)
  }

  async #save(): Promise<void> {
    this.#parts.netflow.expire(Date.now())
    this.#parts.sflow.expire(Date.now())
    await this.#state.save()
  }

  #every(ms: number, work: () => void | Promise<void>): void {
    let running = false
    const timer = setInterval(() => {
      if (running) return
      running = true
      void (async () => work())()
        .catch((error: unknown) => this.#parts.log.error('the flow collector', error))
        .finally(() => (running = false))
    }, ms)
    this.#timers.push(timer)
  }
}

/** A count that was told, and not again for a minute. */
class Told {
  told = 0
  #at = -Infinity

  due(): boolean {
    return performance.now() - this.#at >= healthMs
  }

  /** What was told before. */
  take(count: number): number {
    const before = this.told
    this.told = count
    this.#at = performance.now()
    return before
  }
}

function* both(netflow: NetflowPart, sflow: SflowPart): Iterable<DomainHealth> {
  yield* netflow.exporters()
  yield* sflow.exporters()
}

function cannotBind(address: string, port: number, transport: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  const what = `flows could not be received on ${transport} port ${port} of ${address}`
  if (code === 'EADDRINUSE') {
    return `SUNDEW_PORT_IN_USE: ${what}: another program has it. Stop that program ("ss -lntup" names it), or change collectors.flow.ports.`
  }
  if (code === 'EACCES') {
    return `SUNDEW_PORT_FORBIDDEN: ${what}: ports below 1024 need root or CAP_NET_BIND_SERVICE. Use a high port and redirect to it in the firewall.`
  }
  return `SUNDEW_PORT_FAILED: ${what}: ${explain(error)}.`
}
