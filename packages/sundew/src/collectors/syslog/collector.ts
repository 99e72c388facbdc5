import type { SyslogSenderStatus, SyslogStatus } from '../../core/collector-messages.ts'
import type { Log } from '../../core/log.ts'
import type { ListenerStatus } from '../../core/status.ts'
import { byteString, readable } from '../../event/bytes.ts'
import { addressWords } from '../flow/address-bytes.ts'
import { bindPorts } from '../bind-ports.ts'
import { Losses } from '../flow/losses.ts'
import type { DatagramBlock, Receiver } from '../flow/receiver.ts'
import { allowedBy } from '../flow/senders.ts'
import { type StreamLimits, StreamServer } from '../stream-server.ts'
import { type TlsFiles, tlsOptionsOf } from '../tls-files.ts'
import { Connection } from './connection.ts'
import { takeDatagrams } from './datagrams.ts'
import { Dispatch, type DispatchParts } from './dispatch.ts'
import type { LineCounts, LineSender } from './sender.ts'
import { SenderTable } from './sender-table.ts'
import { syslogLosses } from './syslog-losses.ts'
import { Unparsed, type UnparsedFields } from './unparsed.ts'

const secondMs = 1_000
/** Senders that are told of one by one. */
const mostShown = 50
/** Bytes of a sample that are shown. */
const shownBytes = 300

export interface SyslogSettings {
  readonly addresses: readonly string[]
  readonly ports: readonly { readonly port: number; readonly transport: 'udp' | 'tcp' | 'tls' }[]
  readonly tls?: TlsFiles | undefined
  /** Addresses and prefixes that are listened to; all where there are none. */
  readonly senders: readonly string[]
  readonly receiveBufferBytes: number
  readonly limits?: Partial<StreamLimits> | undefined
}

export interface SyslogParts extends Omit<DispatchParts, 'unparsed'> {
  readonly receiver: Receiver
  readonly log: Log
  readonly unparsed: (fields: UnparsedFields) => void
  /** Something the owner should know. */
  readonly alert: (code: string, message: string) => void
  /** As of the sink, for those who can wait long: also until the store has taken something. */
  readonly patientRoom?: () => Promise<void> | undefined
  /** Batches that wait for the hub. */
  readonly waiting: () => SyslogStatus['waiting']
}

/** Receives syslog by UDP, TCP and TLS until it is closed, and sends each line its way. */
export class SyslogCollector {
  readonly #settings: SyslogSettings
  readonly #parts: SyslogParts
  readonly #allowed: (address: string) => boolean
  readonly #senders: SenderTable
  readonly #unparsed: Unparsed
  readonly #losses: Losses
  readonly #streams: StreamServer[] = []
  readonly #counts = { datagrams: 0, strangers: 0, cut: 0 }
  #timer: NodeJS.Timeout | undefined
  #drops: readonly number[] = []
  /** Where lines of files go too. */
  readonly dispatch: Dispatch

  constructor(settings: SyslogSettings, parts: SyslogParts) {
    this.#settings = settings
    this.#parts = parts
    this.#allowed = allowedBy(settings.senders)
    this.#unparsed = new Unparsed(parts.unparsed)
    this.#losses = new Losses(syslogLosses, parts.alert)
    this.#senders = new SenderTable(settings.senders.length > 0 ? this.#allowed : undefined, (sender) =>
      this.#unparsed.forget(sender),
    )
    this.dispatch = new Dispatch({ ...parts, unparsed: this.#unparsed })
  }

  /** Binds every port that can be bound, and begins. Those that can't are told as notices. */
  async start(): Promise<{ listeners: ListenerStatus[]; notices: string[] }> {
    const { addresses, ports } = this.#settings
    const bound = await bindPorts(
      { service: 'syslog', things: 'syslog', setting: 'collectors.syslog.ports', addresses, ports },
      (address, port, transport) => this.#bind(address, port, transport),
    )
    this.#parts.receiver.start(this.#take)
    this.#timer = setInterval(() => void this.#second(), secondMs)
    return bound
  }

  get status(): SyslogStatus {
    const { receiver, sink, waiting } = this.#parts
    const known = [...this.#senders].filter(({ lines }) => lines > 0)
    const busiest = known.toSorted((a, b) => b.lines - a.lines)
    const others: LineCounts = { ...this.#senders.others }
    for (const sender of busiest.slice(mostShown)) add(others, sender)
    const all: LineCounts = { ...this.#senders.others }
    for (const sender of known) add(all, sender)
    return {
      receiver: receiver.kind,
      sockets: receiver.sockets.map((socket, index) => ({ ...socket, kernelDrops: this.#drops[index] ?? 0 })),
      connections: this.#streams.reduce((sum, { open }) => sum + open, 0),
      refused: this.#streams.reduce(
        (sum, { counts: { strangers, tooMany, malformed, handshake } }) =>
          sum + strangers + tooMany + malformed + handshake,
        0,
      ),
      strangers: this.#counts.strangers,
      cut: this.#counts.cut,
      dropped: sink.counts.dropped,
      listed: sink.counts.listed,
      waiting: waiting(),
      ...countsOf(all),
      senders: known.length + this.#senders.others.senders,
      top: busiest.slice(0, mostShown).map((sender) => statusOf(sender, this.#parts.zone !== undefined)),
      others: countsOf(others),
    }
  }

  /** Takes what has come, and says what no parser took. The sink is its owner's to close. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#drops = await this.#parts.receiver.drops()
    await this.#parts.receiver.stop()
    for (const stream of this.#streams) await stream.close()
    this.#unparsed.tick(Date.now(), true)
  }

  readonly #take = (block: DatagramBlock): void | Promise<void> => {
    const { room } = this.#parts.sink
    if (room) return room.then(() => this.#take(block))
    takeDatagrams(block, this.#senders, this.dispatch, this.#counts)
  }

  async #bind(address: string, port: number, transport: 'udp' | 'tcp' | 'tls'): Promise<number> {
    const { receiveBufferBytes, tls, limits } = this.#settings
    if (transport === 'udp') return (await this.#parts.receiver.bind(address, port, receiveBufferBytes)).port
    const stream = new StreamServer(
      {
        allowed: this.#allowed,
        open: (from) => {
          const words = addressWords(from)
          return new Connection({
            dispatch: this.dispatch,
            sender: () => this.#senders.of(words, Date.now()),
            cut: () => this.#counts.cut++,
          })
        },
        room: () => (this.#parts.patientRoom ? this.#parts.patientRoom() : this.#parts.sink.room),
        limits,
      },
      transport === 'tls' ? await tlsOptionsOf(tls, 'collectors.syslog.tls') : undefined,
    )
    const bound = await stream.listen(address, port)
    this.#streams.push(stream)
    return bound.port
  }

  async #second(): Promise<void> {
    try {
      this.#unparsed.tick(Date.now())
      this.#drops = await this.#parts.receiver.drops()
      this.#losses.tell(
        this.#drops.reduce((sum, count) => sum + count, 0),
        this.#parts.sink.counts.dropped,
      )
    } catch (error) {
      this.#parts.log.error('the syslog receiver', error)
    }
  }
}

function add(sum: LineCounts, { lines, told, other, unparsed, ignored }: LineCounts): void {
  sum.lines += lines
  sum.told += told
  sum.other += other
  sum.unparsed += unparsed
  sum.ignored += ignored
}

function countsOf({ lines, told, other, unparsed, ignored }: LineCounts): LineCounts {
  return { lines, told, other, unparsed, ignored }
}

function statusOf(sender: LineSender, configured: boolean): SyslogSenderStatus {
  const { zone, aheadMs } = sender
  const sample = sender.sample ?? sender.shown
  return {
    sender: sender.name,
    format: sender.parser?.format ?? '',
    ...countsOf(sender),
    ...(zone.known && !configured && { zoneMinutes: zone.offset / 60_000 }),
    ...(!Number.isNaN(aheadMs) && { aheadMs: Math.round(aheadMs) }),
    // What others wrote, so that nothing in it moves a cursor.
    ...(sample && { sample: readable(byteString(sample.subarray(0, shownBytes))) }),
  }
}
