import { join } from 'node:path'
import type { CollectorStatus } from '../../core/collector-messages.ts'
import { explain } from '../../core/log.ts'
import type { ListenerStatus } from '../../core/status.ts'
import type { DroppedColumns } from './batches.ts'
import { bindPorts } from '../bind-ports.ts'
import type { CollectorParts, CollectorSettings, NetflowPart, SflowPart } from './collector-parts.ts'
import { Health, type DomainHealth } from './health.ts'
import { flowLosses, Losses } from './losses.ts'
import { FlowPipeline } from './pipeline.ts'
import { SavedState } from './saved-state.ts'
import { allowedBy, Senders } from './senders.ts'
import { StreamListener } from './stream-listener.ts'
import { tlsOptionsOf } from '../tls-files.ts'

/** How often templates are saved and what is past its time is forgotten. */
const saveMs = 30_000
const healthMs = 60_000
const tickMs = 100
const secondMs = 1_000
const lookMs = 3_000

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
  readonly #losses: Losses
  /** Looked at now and then: there may be many. */
  #known = { exporters: 0, templates: 0 }
  #toldStatus = ''

  constructor(settings: CollectorSettings, parts: CollectorParts) {
    this.#settings = settings
    this.#parts = parts
    this.#losses = new Losses(flowLosses, parts.alert)
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
    const { addresses, ports } = this.#settings
    const bound = await bindPorts(
      { service: 'flow', things: 'flows', setting: 'collectors.flow.ports', addresses, ports },
      (address, port, transport) => this.#bind(address, port, transport),
    )
    this.#parts.receiver.start(this.#pipeline.take)
    this.#every(tickMs, () => this.#pipeline.tick(Date.now()))
    this.#every(secondMs, () => this.#second())
    this.#every(lookMs, () => this.#look())
    this.#every(saveMs, () => this.#save())
    this.#every(healthMs, () => this.#tellHealth())
    return bound
  }

  get status(): CollectorStatus {
    const { receiver, spool, matches, watch, syslog } = this.#parts
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
      ...(watch && { watch: watch() }),
      ...(syslog && { syslog: syslog() }),
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
      transport === 'tls' ? await tlsOptionsOf(this.#settings.tls, 'collectors.flow.tls') : undefined,
    )
    const bound = await stream.listen(address, port)
    this.#streams.push(stream)
    return bound.port
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
    const drops = this.#drops.reduce((sum, count) => sum + count, 0)
    this.#losses.tell(drops, this.#pipeline.counts.dropped)
    this.#tellStatus()
  }

  #tellStatus(): void {
    const { status } = this
    const text = JSON.stringify(status)
    if (text === this.#toldStatus) return
    this.#toldStatus = text
    this.#parts.status(status)
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

function* both(netflow: NetflowPart, sflow: SflowPart): Iterable<DomainHealth> {
  yield* netflow.exporters()
  yield* sflow.exporters()
}
