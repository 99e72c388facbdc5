import type { FlowColumns } from '../../wire/flow/columns.ts'
import type { Decoded, Exporter, FlowSink } from '../../wire/flow/sink.ts'
import type { PacketFacts } from '../../wire/packet/headers.ts'
import type { CapturedPacket } from '../../wire/pcap/reader.ts'
import type { CaptureOptions } from './capture.ts'
import { Fragments } from './fragments.ts'

const udp = 17
/** Senders that are held at once. */
const maxSenders = 4_096
const versions: ReadonlySet<number> = new Set([1, 5, 7, 9, 10])

/** Export packets in a capture: sent by UDP to a collector's port, with a version that is known. */
export class Exports {
  readonly #options: CaptureOptions
  readonly #sink: FlowSink
  readonly #decoded: (decoded: Decoded) => void
  readonly #senders = new Map<string, Exporter>()
  readonly #fragments = new Fragments()

  constructor(options: CaptureOptions, sink: FlowSink, decoded: (decoded: Decoded) => void) {
    this.#options = options
    this.#sink = sink
    this.#decoded = decoded
  }

  /** Datagrams whose fragments were not all there. */
  get incomplete(): number {
    return this.#fragments.incomplete
  }

  /** Decodes it, with the packet's own time and sender. @returns whether it is an export packet, or a piece of one */
  take(packet: CapturedPacket, facts: Readonly<PacketFacts>, headers: FlowColumns): boolean {
    if (facts.protocol !== udp) return false
    const { view } = packet
    if (facts.laterFragment) {
      const whole = this.#fragments.later(packet, facts, headers)
      if (whole === undefined) return false
      if (whole.bytes)
        this.#decode(new DataView(whole.bytes.buffer), 0, whole.bytes.length, whole.exporter, packet.timeMs)
      return true
    }
    if (!this.#options.ports.has(headers.cells('destination_port')[0]!)) return false
    const at = facts.payload
    const length = facts.end - at
    if (!isExport(view, at, length)) return false
    const exporter = this.#exporter(headers)
    if (facts.fragment) this.#fragments.first(packet, facts, headers, exporter)
    else this.#decode(view, at, length, exporter, packet.timeMs)
    return true
  }

  #decode(view: DataView, at: number, length: number, exporter: Exporter, timeMs: number): void {
    const { netflow, sflow } = this.#options
    const decoder = view.getUint32(at) === 5 ? sflow : netflow
    this.#decoded(decoder.decode(view, at, length, exporter, Math.floor(timeMs), this.#sink))
  }

  #exporter(headers: FlowColumns): Exporter {
    const words = headers.cells('source_ip').slice(0, 4)
    const port = headers.cells('source_port')[0]!
    const name = `${Buffer.from(words.buffer).toString('hex')}:${port}`
    let exporter = this.#senders.get(name)
    if (!exporter) {
      if (this.#senders.size >= maxSenders) this.#senders.clear()
      this.#senders.set(name, (exporter = { words, port, name }))
    }
    return exporter
  }
}

function isExport(view: DataView, at: number, length: number): boolean {
  if (length < 16) return false
  return versions.has(view.getUint16(at)) || view.getUint32(at) === 5
}
