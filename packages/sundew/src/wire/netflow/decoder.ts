import { type Decoded, type Exporter, type FlowSink, type Refusal, nothingDecoded } from '../flow/sink.ts'
import type { FrameReader } from './details.ts'
import type { ConfiguredSampling, Domain } from './domain.ts'
import { type ExporterHealth, healthOf } from './exporter-health.ts'
import { legacyVersions } from './legacy.ts'
import { defaultLimits, type NetflowLimits } from './limits.ts'
import { RecordReader } from './records.ts'
import { Registry } from './registry.ts'
import { Run } from './run.ts'
import { takeSampling } from './sampling.ts'
import { restoreTemplates, savedTemplates } from './saved.ts'
import { SetReader } from './sets.ts'
import type { Template } from './template.ts'
import type { ElementValue } from './values.ts'

export interface NetflowOptions {
  /** Elements without a column go into `extra`, by name. */
  readonly keepUnknown: boolean
  /** What is configured for an exporter; asked once, and again after each {@link NetflowDecoder.expire}. */
  sampling(exporter: Exporter): ConfiguredSampling | undefined
  /** Reads the frames of elements 315 and 313 into their row. */
  readonly frame?: FrameReader
  /** Sees each option record, by its elements' names. */
  option?(exporter: string, domain: number, values: Readonly<Record<string, ElementValue>>): void
  readonly limits?: Partial<NetflowLimits>
}

/** A jump of an exporter's clock that is worth counting. */
const clockJumpMs = 60_000
/** An uptime that falls by more than this: the exporter was started anew. */
const restartMs = 10_000
const ipfixHeaderBytes = 16
const v9HeaderBytes = 20

/**
 * Decodes NetFlow v1, v5, v7 and v9 (RFC 3954) and IPFIX (RFC 7011) into typed columns. Holds templates, options and
 * data that came before its template, of each exporter and domain, within limits. Never throws for what is sent.
 */
export class NetflowDecoder {
  readonly #limits: NetflowLimits
  readonly #registry: Registry
  readonly #sets: SetReader
  readonly #run = new Run()
  readonly #decoded = nothingDecoded()

  constructor(options: NetflowOptions) {
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#registry = new Registry(this.#limits, (exporter) => options.sampling(exporter))
    const limits = this.#limits
    this.#sets = new SetReader({
      registry: this.#registry,
      records: new RecordReader({ keepUnknown: options.keepUnknown, frame: options.frame, limits }),
      limits,
      run: this.#run,
      decoded: this.#decoded,
      option: options.option?.bind(options),
    })
  }

  /**
   * Decodes one datagram, or one IPFIX message of a stream.
   *
   * @param receivedMs when it came, by our clock
   * @returns what it held; the same object each time
   */
  decode(
    view: DataView,
    offset: number,
    length: number,
    exporter: Exporter,
    receivedMs: number,
    sink: FlowSink,
  ): Decoded {
    const decoded = this.#decoded
    decoded.version = 0
    decoded.domain = 0
    decoded.flows = 0
    decoded.optionRecords = 0
    decoded.templates = 0
    decoded.held = 0
    decoded.lost = 0
    decoded.refused = 0
    const end = Math.min(view.byteLength, offset + length)
    if (end - offset < 2) return this.#refuse(exporter, receivedMs, 'header')
    const version = view.getUint16(offset)
    decoded.version = version
    if (version === 10) this.#ipfix(view, offset, end, exporter, receivedMs, sink)
    else if (version === 9) this.#v9(view, offset, end, exporter, receivedMs, sink)
    else if (version === 5 || version === 7 || version === 1)
      this.#legacy(version, view, offset, end, exporter, receivedMs, sink)
    else this.#refuse(exporter, receivedMs, 'version')
    return decoded
  }

  /** Forgets templates, exporters and held data that are past their time. */
  expire(nowMs: number): void {
    this.#registry.expire(nowMs)
  }

  /** The end of an exporter's stream: its templates end with it. */
  endStream(exporter: Exporter): void {
    this.#registry.endStream(exporter.name)
  }

  /** Templates, names and rates as JSON, for {@link restore}. */
  save(): unknown {
    return savedTemplates(this.#registry)
  }

  /**
   * Takes what {@link save} gave, also of another release or from a damaged file: what cannot be is left out.
   *
   * @returns templates taken
   */
  restore(saved: unknown, nowMs = Date.now()): number {
    return restoreTemplates(this.#registry, saved, this.#limits, nowMs)
  }

  *exporters(): Iterable<ExporterHealth> {
    const all = [...this.#registry.sources.values(), this.#registry.others]
    for (const source of all) for (const domain of source.domains.values()) yield healthOf(domain)
  }

  #refuse(exporter: Exporter, receivedMs: number, refusal: Refusal): Decoded {
    const domain = this.#registry.domain(exporter, 0, 0, receivedMs) ?? this.#registry.stray
    domain.packets++
    this.#decoded.refused |= domain.refuse(refusal)
    return this.#decoded
  }

  /** The domain a packet belongs to, and what its rows have in common; undefined where it is one too many. */
  #begin(
    exporter: Exporter,
    version: number,
    id: number,
    receivedMs: number,
    exportMs: number,
    uptimeMs: number | undefined,
  ): Domain | undefined {
    const decoded = this.#decoded
    decoded.domain = id
    const domain = this.#registry.domain(exporter, version, id, receivedMs)
    if (!domain) {
      const { stray } = this.#registry
      stray.packets++
      decoded.refused |= stray.refuse('exporter-limit')
      return undefined
    }
    const clockMs = exportMs - receivedMs
    if (domain.packets > 0 && Math.abs(clockMs - domain.clockMs) > clockJumpMs)
      decoded.refused |= domain.refuse('time')
    domain.clockMs = clockMs
    domain.packets++
    domain.source.seenMs = receivedMs
    if (uptimeMs !== undefined) {
      if (domain.uptimeMs - uptimeMs > restartMs) domain.sequence.restart()
      domain.uptimeMs = uptimeMs
    }
    const run = this.#run
    run.receivedMs = receivedMs
    run.exportMs = exportMs
    run.uptimeKnown = uptimeMs !== undefined || domain.bootMs !== undefined
    run.uptimeMs = uptimeMs ?? (domain.bootMs === undefined ? 0 : exportMs - domain.bootMs)
    run.word0 = exporter.words[0]!
    run.word1 = exporter.words[1]!
    run.word2 = exporter.words[2]!
    run.word3 = exporter.words[3]!
    run.port = exporter.port
    run.domain = id
    run.version = version
    return domain
  }

  #legacy(
    version: number,
    view: DataView,
    at: number,
    end: number,
    exporter: Exporter,
    receivedMs: number,
    sink: FlowSink,
  ): void {
    const { headerBytes, recordBytes, numbered, template } = legacyVersions[version]!
    if (end - at < headerBytes) {
      this.#refuse(exporter, receivedMs, 'header')
      return
    }
    const exportMs = view.getUint32(at + 8) * 1000 + Math.floor(view.getUint32(at + 12) / 1_000_000)
    const id = version === 5 ? view.getUint16(at + 20) : 0
    const domain = this.#begin(exporter, version, id, receivedMs, exportMs, view.getUint32(at + 4))
    if (!domain) return
    // Two bits of mode, which exporters set as they like, then the interval.
    takeSampling(this.#run, domain, version === 5 ? view.getUint16(at + 22) & 0x3fff : 0)
    const claimed = view.getUint16(at + 2)
    const whole = Math.floor((end - at - headerBytes) / recordBytes)
    if (claimed * recordBytes !== end - at - headerBytes) this.#decoded.refused |= domain.refuse('length')
    const first = at + headerBytes
    const flows = this.#sets.rows(
      this.#legacyTemplate(version, template),
      view,
      first,
      first + Math.min(claimed, whole) * recordBytes,
      domain,
      sink,
    )
    if (numbered) this.#decoded.lost = domain.sequence.next(view.getUint32(at + 16), flows)
  }

  /** Decoders differ in what they keep, so their plans do; their templates too, then. */
  readonly #legacyTemplates = new Map<number, Template>()
  #legacyTemplate(version: number, template: Template): Template {
    let own = this.#legacyTemplates.get(version)
    if (!own) {
      own = template.copy()
      this.#legacyTemplates.set(version, own)
    }
    return own
  }

  #v9(view: DataView, at: number, end: number, exporter: Exporter, receivedMs: number, sink: FlowSink): void {
    if (end - at < v9HeaderBytes) {
      this.#refuse(exporter, receivedMs, 'header')
      return
    }
    const exportMs = view.getUint32(at + 8) * 1000
    const uptimeMs = view.getUint32(at + 4)
    const domain = this.#begin(exporter, 9, view.getUint32(at + 16), receivedMs, exportMs, uptimeMs)
    if (!domain) return
    this.#decoded.lost = domain.sequence.next(view.getUint32(at + 12), 1)
    this.#sets.read(9, view, at + v9HeaderBytes, end, domain, sink)
  }

  #ipfix(
    view: DataView,
    at: number,
    end: number,
    exporter: Exporter,
    receivedMs: number,
    sink: FlowSink,
  ): void {
    const length = end - at < ipfixHeaderBytes ? 0 : view.getUint16(at + 2)
    if (length < ipfixHeaderBytes) {
      this.#refuse(exporter, receivedMs, 'header')
      return
    }
    const exportMs = view.getUint32(at + 4) * 1000
    const domain = this.#begin(exporter, 10, view.getUint32(at + 12), receivedMs, exportMs, undefined)
    if (!domain) return
    const decoded = this.#decoded
    if (at + length !== end) decoded.refused |= domain.refuse('length')
    const records = this.#sets.read(10, view, at + ipfixHeaderBytes, Math.min(end, at + length), domain, sink)
    decoded.lost = domain.sequence.next(view.getUint32(at + 8), decoded.held > 0 ? undefined : records)
  }
}
