import type { Exporter } from '../flow/sink.ts'
import { type ConfiguredSampling, Domain, domainKey, Source } from './domain.ts'
import type { Held } from './held.ts'
import type { NetflowLimits } from './limits.ts'
import type { Template } from './template.ts'

/** Where what belongs to no exporter that is remembered is counted. */
export const othersName = 'others'

/**
 * The exporters that are known, and what they make us hold, within limits. When as many are known as may be, the oldest
 * of those that never sent anything that could be decoded makes room; if there is none, a new one is not taken.
 */
export class Registry {
  readonly #limits: NetflowLimits
  readonly #sampling: (exporter: Exporter) => ConfiguredSampling | undefined
  readonly sources = new Map<string, Source>()
  /** Sources that never sent anything that could be decoded, the oldest first. */
  readonly #unproven = new Set<Source>()
  readonly others = new Source(othersName)
  /** Counts what no exporter's domain can. */
  readonly stray = new Domain(this.others, 0, 0)
  #fields = 0
  #heldBytes = 0
  #last: Domain | undefined

  constructor(limits: NetflowLimits, sampling: (exporter: Exporter) => ConfiguredSampling | undefined) {
    this.#limits = limits
    this.#sampling = sampling
    this.others.domains.set(0, this.stray)
  }

  /** Undefined where no more can be known. */
  domain(exporter: Exporter, version: number, id: number, nowMs: number): Domain | undefined {
    const last = this.#last
    if (last && last.id === id && last.version === version && last.source.name === exporter.name) return last
    const source = this.#source(exporter, nowMs)
    if (!source) return undefined
    const found = this.#domainOf(source, version, id)
    if (found) this.#last = found
    return found
  }

  /** For what is restored: no sampling is known for it yet. */
  restored(name: string, version: number, id: number, nowMs: number): Domain | undefined {
    let source = this.sources.get(name)
    if (!source) {
      if (this.sources.size >= this.#limits.exporters) return undefined
      source = new Source(name)
      source.seenMs = nowMs
      this.sources.set(name, source)
      this.#unproven.add(source)
    }
    return this.#domainOf(source, version, id)
  }

  /** It sent something that could be decoded. */
  prove(source: Source): void {
    if (source.proven) return
    source.proven = true
    this.#unproven.delete(source)
  }

  /** False where that is one too many. */
  add(domain: Domain, template: Template): boolean {
    const before = domain.templates.get(template.id)
    const more = template.size - (before?.size ?? 0)
    if (!before && domain.source.templates >= this.#limits.templates) return false
    if (this.#fields + more > this.#limits.allFields) return false
    this.#fields += more
    if (!before) domain.source.templates++
    domain.templates.set(template.id, template)
    return true
  }

  remove(domain: Domain, template: Template): void {
    if (!domain.templates.delete(template.id)) return
    this.#fields -= template.size
    domain.source.templates--
  }

  /** Keeps a data set until its template comes; false where no room is left. */
  hold(domain: Domain, held: Held): boolean {
    const size = held.bytes.length
    if (domain.source.heldBytes + size > this.#limits.heldBytes) return false
    if (this.#heldBytes + size > this.#limits.allHeldBytes) return false
    domain.held.push(held)
    domain.source.heldBytes += size
    this.#heldBytes += size
    domain.heldSets++
    return true
  }

  /** What waited for this template; it is no longer held. */
  take(domain: Domain, template: number): Held[] {
    if (!domain.held.some((held) => held.template === template)) return []
    return this.#takeIf(domain, (held) => held.template === template)
  }

  /** Forgets what is past its time. Data that waited in vain is counted. */
  expire(nowMs: number): void {
    this.#last = undefined
    for (const source of this.sources.values()) {
      if (nowMs - source.seenMs > this.#limits.exporterMs) {
        this.#forget(source)
        continue
      }
      source.sampling = undefined
      source.samplingAsked = false
      for (const domain of source.domains.values()) {
        for (const template of domain.templates.values())
          if (nowMs - template.seenMs > this.#limits.templateMs) this.remove(domain, template)
        const late = this.#takeIf(domain, (held) => nowMs - held.receivedMs > this.#limits.heldMs)
        if (late.length > 0) domain.refuse('no-template', late.length)
      }
    }
  }

  /** A stream's end is its templates' end (RFC 7011, section 8). */
  endStream(name: string): void {
    const source = this.sources.get(name)
    if (source) this.#forget(source)
  }

  #source(exporter: Exporter, nowMs: number): Source | undefined {
    let source = this.sources.get(exporter.name)
    if (!source) {
      if (this.sources.size >= this.#limits.exporters) {
        const [oldest] = this.#unproven
        if (!oldest) return undefined
        this.#forget(oldest)
      }
      source = new Source(exporter.name)
      this.sources.set(exporter.name, source)
      this.#unproven.add(source)
    }
    source.seenMs = nowMs
    if (!source.samplingAsked) {
      source.sampling = this.#sampling(exporter)
      source.samplingAsked = true
    }
    return source
  }

  #domainOf(source: Source, version: number, id: number): Domain | undefined {
    const key = domainKey(version, id)
    let domain = source.domains.get(key)
    if (!domain) {
      if (source.domains.size >= this.#limits.domains) return undefined
      domain = new Domain(source, version, id)
      source.domains.set(key, domain)
    }
    return domain
  }

  #forget(source: Source): void {
    this.#last = undefined
    this.sources.delete(source.name)
    this.#unproven.delete(source)
    for (const domain of source.domains.values()) {
      for (const template of domain.templates.values()) this.#fields -= template.size
      for (const held of domain.held) this.#heldBytes -= held.bytes.length
    }
  }

  #takeIf(domain: Domain, when: (held: Held) => boolean): Held[] {
    const taken: Held[] = []
    let kept = 0
    for (const held of domain.held) {
      if (when(held)) taken.push(held)
      else domain.held[kept++] = held
    }
    domain.held.length = kept
    for (const { bytes } of taken) {
      domain.source.heldBytes -= bytes.length
      this.#heldBytes -= bytes.length
    }
    return taken
  }
}
