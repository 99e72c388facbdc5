import { type Decoded, type Exporter, type FlowSink, refusals, type Refusal } from '../flow/sink.ts'
import type { FrameReader } from './details.ts'
import { type ConfiguredSampling, type Domain } from './domain.ts'
import type { Held } from './held.ts'
import { legacyVersions } from './legacy.ts'
import { defaultLimits, type NetflowLimits } from './limits.ts'
import { learn, optionPlanOf, type OptionRecord, valuesOf } from './options.ts'
import { finderOf, RecordReader } from './records.ts'
import { Registry } from './registry.ts'
import { Run } from './run.ts'
import { restoreTemplates, savedTemplates } from './saved.ts'
import { readTemplates } from './template-sets.ts'
import { locate, type Template } from './template.ts'
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

/** What one exporter sent for one domain since it was first seen. */
export interface ExporterHealth {
  readonly exporter: string
  readonly domain: number
  readonly version: number
  readonly packets: number
  readonly flows: number
  readonly optionRecords: number
  /** Flows (v5), packets (v9) or records (IPFIX) missing by the sequence numbers. */
  readonly lost: number
  /** Data sets that had to wait for their template. */
  readonly held: number
  readonly templates: number
  readonly refused: Partial<Record<Refusal, number>>
  /** Records with each element that is not known; the most frequent first. */
  readonly unknown: readonly (readonly [name: string, count: number])[]
  /** One packet in so many, as it last said, or as is configured; 0 where nothing tells. */
  readonly sampling: number
  /** How far its clock is ahead of ours, milliseconds. */
  readonly clockMs: number
  /** Names of its interfaces by ifIndex, as its options tell them. */
  readonly interfaces: ReadonlyMap<number, string>
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
  readonly #options: NetflowOptions
  readonly #limits: NetflowLimits
  readonly #registry: Registry
  readonly #records: RecordReader
  readonly #run = new Run()
  readonly #decoded: Decoded = {
    version: 0,
    domain: 0,
    flows: 0,
    optionRecords: 0,
    templates: 0,
    held: 0,
    lost: 0,
    refused: 0,
  }

  constructor(options: NetflowOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#registry = new Registry(this.#limits, (exporter) => options.sampling(exporter))
    this.#records = new RecordReader({
      keepUnknown: options.keepUnknown,
      frame: options.frame,
      limits: this.#limits,
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
    for (const source of all) for (const domain of source.domains.values()) yield this.#healthOf(domain)
  }

  #healthOf(domain: Domain): ExporterHealth {
    const refused: Partial<Record<Refusal, number>> = {}
    for (const [index, refusal] of refusals.entries())
      if (domain.refused[index]! > 0) refused[refusal] = domain.refused[index]!
    return {
      exporter: domain.source.name,
      domain: domain.id,
      version: domain.version,
      packets: domain.packets,
      flows: domain.flows,
      optionRecords: domain.optionRecords,
      lost: domain.sequence.lost,
      held: domain.heldSets,
      templates: domain.templates.size,
      refused,
      unknown: [...domain.unknown].toSorted(([, a], [, b]) => b - a),
      sampling: domain.source.sampling?.override ? domain.source.sampling.rate : domain.lastRate,
      clockMs: domain.clockMs,
      interfaces: domain.interfaces,
    }
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

  /** What sampling holds for the rows that follow: configuration that overrides, else the packet, options, configuration. */
  #sampling(domain: Domain, ofPacket: number): void {
    const run = this.#run
    const configured = domain.source.sampling
    run.override = configured?.override ?? false
    const rate = run.override
      ? configured!.rate
      : ofPacket || domain.generalRate || domain.source.zeroRate || configured?.rate || 0
    domain.lastRate = rate
    run.rate = rate > 1 ? rate : 0
    run.samplers = run.override || domain.samplers.size === 0 ? undefined : domain.samplers
    run.interfaces = run.override || domain.interfaceRates.size === 0 ? undefined : domain.interfaceRates
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
    this.#sampling(domain, version === 5 ? view.getUint16(at + 22) & 0x3fff : 0)
    const claimed = view.getUint16(at + 2)
    const whole = Math.floor((end - at - headerBytes) / recordBytes)
    if (claimed * recordBytes !== end - at - headerBytes) this.#decoded.refused |= domain.refuse('length')
    const first = at + headerBytes
    const flows = this.#rows(
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
    this.#sets(9, view, at + v9HeaderBytes, end, domain, sink)
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
    this.#sets(10, view, at + ipfixHeaderBytes, Math.min(end, at + length), domain, sink)
    const records = decoded.held > 0 ? undefined : this.#ownRecords
    decoded.lost = domain.sequence.next(view.getUint32(at + 8), records)
  }

  /** Data records of the packet itself, without those that were held before. */
  #ownRecords = 0

  #sets(version: 9 | 10, view: DataView, at: number, end: number, domain: Domain, sink: FlowSink): void {
    const decoded = this.#decoded
    this.#ownRecords = 0
    this.#sampling(domain, 0)
    while (at + 4 <= end) {
      const id = view.getUint16(at)
      const length = view.getUint16(at + 2)
      if (length < 4) {
        // Some fill packets up with zeros (Palo Alto, Cisco ACI): there is no more then.
        if (id !== 0 || !isZero(view, at, end)) decoded.refused |= domain.refuse('length')
        return
      }
      if (at + length > end) decoded.refused |= domain.refuse('length')
      const stop = Math.min(end, at + length)
      const body = at + 4
      if (id >= 256) this.#data(id, view, body, stop, domain, sink)
      else if (id === (version === 9 ? 0 : 2)) this.#templates(version, false, view, body, stop, domain, sink)
      else if (id === (version === 9 ? 1 : 3)) this.#templates(version, true, view, body, stop, domain, sink)
      else decoded.refused |= domain.refuse('header')
      at = stop
    }
  }

  #data(id: number, view: DataView, at: number, end: number, domain: Domain, sink: FlowSink): void {
    const template = domain.templates.get(id)
    if (template) {
      this.#ownRecords += this.#rows(template, view, at, end, domain, sink)
      return
    }
    const { receivedMs, exportMs, uptimeMs, uptimeKnown } = this.#run
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, end - at).slice()
    const held = { template: id, bytes, receivedMs, exportMs, uptimeMs, uptimeKnown }
    if (this.#registry.hold(domain, held)) this.#decoded.held++
    else this.#decoded.refused |= domain.refuse('no-template')
  }

  /** Records of a template whose place is known: flows into rows, options to be learnt from. */
  #rows(template: Template, view: DataView, at: number, end: number, domain: Domain, sink: FlowSink): number {
    const decoded = this.#decoded
    template.seenMs = this.#run.receivedMs
    if (template.isOptions) {
      const records = this.#optionRecords(template, view, at, end, domain)
      domain.optionRecords += records
      decoded.optionRecords += records
      return records
    }
    const reader = this.#records
    const flows = reader.read(template, view, at, end, domain, this.#run, sink)
    if (reader.broken) decoded.refused |= domain.refuse('record')
    if (reader.badTimes > 0) decoded.refused |= domain.refuse('time', reader.badTimes)
    if (flows > 0) this.#registry.prove(domain.source)
    domain.flows += flows
    decoded.flows += flows
    return flows
  }

  #optionRecords(template: Template, view: DataView, at: number, end: number, domain: Domain): number {
    const plan = (template.optionPlan ??= optionPlanOf(template))
    const places = plan.fixed ? plan.offsets : new Int32Array(plan.fields.length)
    const sizes = plan.fixed ? plan.lengths : new Int32Array(plan.fields.length)
    let records = 0
    while (end - at >= plan.recordBytes) {
      let next = at + plan.recordBytes
      if (!plan.fixed) next = locate(plan, view, at, end, places, sizes)
      if (next < 0) {
        this.#decoded.refused |= domain.refuse('record')
        break
      }
      const record: OptionRecord = { plan, view, base: plan.fixed ? at : 0, places, sizes }
      learn(record, domain, this.#limits)
      this.#options.option?.(domain.source.name, domain.id, valuesOf(record, finderOf(domain)))
      records++
      at = next
    }
    // What was learnt holds for what follows in the same packet.
    if (records > 0) this.#sampling(domain, 0)
    return records
  }

  #templates(
    version: 9 | 10,
    isOptions: boolean,
    view: DataView,
    at: number,
    end: number,
    domain: Domain,
    sink: FlowSink,
  ): void {
    const decoded = this.#decoded
    readTemplates(version, isOptions, view, at, end, this.#limits.fields, this.#run.receivedMs, {
      template: (template) => {
        decoded.templates++
        const before = domain.templates.get(template.id)
        if (before?.equals(template)) before.seenMs = template.seenMs
        else if (this.#registry.add(domain, template)) this.#release(template, domain, sink)
        else decoded.refused |= domain.refuse('template-limit')
      },
      withdrawn: (id) => {
        for (const template of domain.templates.values())
          if (template.id === id || (id === (isOptions ? 3 : 2) && template.isOptions === isOptions))
            this.#registry.remove(domain, template)
      },
      malformed: () => {
        decoded.refused |= domain.refuse('template')
      },
    })
  }

  /** Decodes what waited for a template, as of when it came. */
  #release(template: Template, domain: Domain, sink: FlowSink): void {
    const waiting = this.#registry.take(domain, template.id)
    if (waiting.length === 0) return
    const { receivedMs, exportMs, uptimeMs, uptimeKnown } = this.#run
    for (const held of waiting) {
      this.#as(held)
      const view = new DataView(held.bytes.buffer)
      this.#rows(template, view, 0, held.bytes.length, domain, sink)
    }
    this.#as({ receivedMs, exportMs, uptimeMs, uptimeKnown })
    template.seenMs = receivedMs
  }

  #as({ receivedMs, exportMs, uptimeMs, uptimeKnown }: Omit<Held, 'template' | 'bytes'>): void {
    const run = this.#run
    run.receivedMs = receivedMs
    run.exportMs = exportMs
    run.uptimeMs = uptimeMs
    run.uptimeKnown = uptimeKnown
  }
}

function isZero(view: DataView, at: number, end: number): boolean {
  while (at < end) if (view.getUint8(at++) !== 0) return false
  return true
}
