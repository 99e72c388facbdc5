import type { FlowSink } from '../../wire/flow/sink.ts'
import { type Decoded, type Exporter, refusals } from '../../wire/flow/sink.ts'
import { linkTypes } from '../../wire/packet/link.ts'
import { FlowMeter } from '../../wire/packet/meter.ts'
import { type CapturedPacket, type CaptureFault, CaptureReader } from '../../wire/pcap/reader.ts'
import { Exports } from './exports.ts'

/** What of a capture becomes flows: export packets and all others, or one of the two. */
export type CaptureTaking = 'auto' | 'flows' | 'exports'

/** What takes export packets apart. */
export interface ExportDecoder {
  decode(
    view: DataView,
    offset: number,
    length: number,
    exporter: Exporter,
    receivedMs: number,
    sink: FlowSink,
  ): Decoded
}

export interface CaptureOptions {
  readonly taking: CaptureTaking
  /** UDP ports of collectors: packets to them are export packets. */
  readonly ports: ReadonlySet<number>
  readonly netflow: ExportDecoder
  readonly sflow: ExportDecoder
}

/** Why something of a capture did not become flows, in words after a number. */
const faults: Readonly<Record<CaptureFault, string>> = {
  format: 'files that are no capture',
  cut: 'files that end within a packet',
  length: 'files with a length that cannot be: what follows was not read',
  interface: 'packets of an interface that is not described',
  time: 'packets without a time: they have that of the packet before',
}

/** Makes flows of one capture: feed it, end it, ask what was left out. */
export class CaptureFlows {
  readonly #options: CaptureOptions
  readonly #reader = new CaptureReader()
  readonly #meter: FlowMeter
  readonly #exports: Exports
  readonly #left = new Map<string, number>()
  /** Export packets that were decoded. */
  exports = 0

  constructor(sink: FlowSink, options: CaptureOptions) {
    this.#options = options
    this.#meter = new FlowMeter(sink)
    this.#exports = new Exports(options, sink, (decoded) => this.#count(decoded))
  }

  get packets(): number {
    return this.#reader.packets
  }

  /** The file is no capture. */
  get none(): boolean {
    return this.#reader.faults.format > 0
  }

  /** Nothing more will be read. */
  get over(): boolean {
    return this.#reader.over
  }

  feed(chunk: Uint8Array): void {
    for (const packet of this.#reader.feed(chunk)) this.#packet(packet)
  }

  end(): void {
    this.#reader.end()
    this.#meter.end()
    for (const [fault, count] of Object.entries(this.#reader.faults))
      if (count > 0) this.#leave(faults[fault as CaptureFault], count)
    if (this.#exports.incomplete > 0)
      this.#leave('export packets in fragments that are not all there', this.#exports.incomplete)
  }

  /** What did not become flows, and how often. */
  get left(): ReadonlyMap<string, number> {
    return this.#left
  }

  #packet(packet: CapturedPacket): void {
    const link = linkTypes.get(packet.linkType)
    if (!link) return this.#leave(`packets of link type ${packet.linkType}, which is not read`)
    const { taking } = this.#options
    const facts = this.#meter.read(packet, link)
    if (facts.version === 0) return this.#leave(notIp)
    if (taking !== 'flows' && this.#exports.take(packet, facts, this.#meter.headers)) return
    if (taking === 'exports') this.#leave(notExport)
    else this.#meter.count(packet, facts)
  }

  #count({ refused }: Decoded): void {
    this.exports++
    if (refused === 0) return
    for (const [bit, refusal] of refusals.entries())
      if ((refused & (1 << bit)) !== 0)
        this.#leave(`export packets with parts that cannot be decoded: ${refusal}`)
  }

  #leave(reason: string, count = 1): void {
    this.#left.set(reason, (this.#left.get(reason) ?? 0) + count)
  }
}

const notIp = 'packets that are not IP'
const notExport = 'packets that are no export packets'
/** What need not be taken, and is no fault of the file. */
export const expectedLeft: ReadonlySet<string> = new Set([notIp, notExport, faults.time])
