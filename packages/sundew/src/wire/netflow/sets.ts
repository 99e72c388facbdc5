import type { Decoded, FlowSink } from '../flow/sink.ts'
import type { Domain } from './domain.ts'
import type { Held } from './held.ts'
import type { NetflowLimits } from './limits.ts'
import { learn, optionPlanOf, type OptionRecord, valuesOf } from './options.ts'
import { finderOf, type RecordReader } from './records.ts'
import type { Registry } from './registry.ts'
import type { Run } from './run.ts'
import { takeSampling } from './sampling.ts'
import { readTemplates } from './template-sets.ts'
import { locate, type Template } from './template.ts'
import type { ElementValue } from './values.ts'

/** What a decoder lends: counts and what rows have in common are of the packet at hand. */
export interface SetParts {
  readonly registry: Registry
  readonly records: RecordReader
  readonly limits: NetflowLimits
  readonly run: Run
  readonly decoded: Decoded
  /** Sees each option record, by its elements' names. */
  readonly option?:
    | ((exporter: string, domain: number, values: Readonly<Record<string, ElementValue>>) => void)
    | undefined
}

/** Walks the sets of v9 packets and IPFIX messages: learns templates and options, decodes data, holds what came too early. */
export class SetReader {
  readonly #parts: SetParts

  constructor(parts: SetParts) {
    this.#parts = parts
  }

  /**
   * Reads the sets between two bytes: v9's FlowSets (RFC 3954, section 5) and IPFIX's Sets (RFC 7011, section 3.3).
   *
   * @returns data records in them, without those that were held before
   */
  read(version: 9 | 10, view: DataView, at: number, end: number, domain: Domain, sink: FlowSink): number {
    const { decoded, run } = this.#parts
    let records = 0
    takeSampling(run, domain, 0)
    while (at + 4 <= end) {
      const id = view.getUint16(at)
      const length = view.getUint16(at + 2)
      if (length < 4) {
        // Some fill packets up with zeros (Palo Alto, Cisco ACI): there is no more then.
        if (id !== 0 || !isZero(view, at, end)) decoded.refused |= domain.refuse('length')
        break
      }
      if (at + length > end) decoded.refused |= domain.refuse('length')
      const stop = Math.min(end, at + length)
      const body = at + 4
      if (id >= 256) records += this.#data(id, view, body, stop, domain, sink)
      else if (id === (version === 9 ? 0 : 2)) this.#templates(version, false, view, body, stop, domain, sink)
      else if (id === (version === 9 ? 1 : 3)) this.#templates(version, true, view, body, stop, domain, sink)
      else decoded.refused |= domain.refuse('header')
      at = stop
    }
    return records
  }

  #data(id: number, view: DataView, at: number, end: number, domain: Domain, sink: FlowSink): number {
    const template = domain.templates.get(id)
    if (template) return this.rows(template, view, at, end, domain, sink)
    const { registry, decoded, run } = this.#parts
    const { receivedMs, exportMs, uptimeMs, uptimeKnown } = run
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, end - at).slice()
    const held = { template: id, bytes, receivedMs, exportMs, uptimeMs, uptimeKnown }
    if (registry.hold(domain, held)) decoded.held++
    else decoded.refused |= domain.refuse('no-template')
    return 0
  }

  /** Records of a template whose place is known: flows into rows, options to be learnt from. */
  rows(template: Template, view: DataView, at: number, end: number, domain: Domain, sink: FlowSink): number {
    const { registry, records: reader, decoded, run } = this.#parts
    template.seenMs = run.receivedMs
    if (template.isOptions) {
      const records = this.#optionRecords(template, view, at, end, domain)
      domain.optionRecords += records
      decoded.optionRecords += records
      return records
    }
    const flows = reader.read(template, view, at, end, domain, run, sink)
    if (reader.broken) decoded.refused |= domain.refuse('record')
    if (reader.badTimes > 0) decoded.refused |= domain.refuse('time', reader.badTimes)
    if (flows > 0) registry.prove(domain.source)
    domain.flows += flows
    decoded.flows += flows
    return flows
  }

  #optionRecords(template: Template, view: DataView, at: number, end: number, domain: Domain): number {
    const { decoded, limits, option, run } = this.#parts
    const plan = (template.optionPlan ??= optionPlanOf(template))
    const places = plan.fixed ? plan.offsets : new Int32Array(plan.fields.length)
    const sizes = plan.fixed ? plan.lengths : new Int32Array(plan.fields.length)
    let records = 0
    while (end - at >= plan.recordBytes) {
      let next = at + plan.recordBytes
      if (!plan.fixed) next = locate(plan, view, at, end, places, sizes)
      if (next < 0) {
        decoded.refused |= domain.refuse('record')
        break
      }
      const record: OptionRecord = { plan, view, base: plan.fixed ? at : 0, places, sizes }
      learn(record, domain, limits)
      option?.(domain.source.name, domain.id, valuesOf(record, finderOf(domain)))
      records++
      at = next
    }
    // What was learnt holds for what follows in the same packet.
    if (records > 0) takeSampling(run, domain, 0)
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
    const { registry, decoded, limits, run } = this.#parts
    readTemplates(version, isOptions, view, at, end, limits.fields, run.receivedMs, {
      template: (template) => {
        decoded.templates++
        const before = domain.templates.get(template.id)
        if (before?.equals(template)) before.seenMs = template.seenMs
        else if (registry.add(domain, template)) this.#release(template, domain, sink)
        else decoded.refused |= domain.refuse('template-limit')
      },
      withdrawn: (id) => {
        for (const template of domain.templates.values())
          if (template.id === id || (id === (isOptions ? 3 : 2) && template.isOptions === isOptions))
            registry.remove(domain, template)
      },
      malformed: () => {
        decoded.refused |= domain.refuse('template')
      },
    })
  }

  /** Decodes what waited for a template, as of when it came. */
  #release(template: Template, domain: Domain, sink: FlowSink): void {
    const waiting = this.#parts.registry.take(domain, template.id)
    if (waiting.length === 0) return
    const { receivedMs, exportMs, uptimeMs, uptimeKnown } = this.#parts.run
    for (const held of waiting) {
      this.#as(held)
      const view = new DataView(held.bytes.buffer)
      this.rows(template, view, 0, held.bytes.length, domain, sink)
    }
    this.#as({ receivedMs, exportMs, uptimeMs, uptimeKnown })
    template.seenMs = receivedMs
  }

  #as({ receivedMs, exportMs, uptimeMs, uptimeKnown }: Omit<Held, 'template' | 'bytes'>): void {
    const { run } = this.#parts
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
