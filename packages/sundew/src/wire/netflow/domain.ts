import { refusals, type Refusal } from '../flow/sink.ts'
import type { Element } from './elements/element.ts'
import type { Held } from './held.ts'
import { Sequence } from './sequence.ts'
import type { Template } from './template.ts'

/** Names that a domain's options told. */
export interface DomainNames {
  /** By the bytes of the applicationId, in hexadecimal. */
  readonly applications: ReadonlyMap<string, string>
}

const refusalIndex = Object.fromEntries(refusals.map((refusal, index) => [refusal, index])) as Readonly<
  Record<Refusal, number>
>

export function refusalBit(refusal: Refusal): number {
  return 1 << refusalIndex[refusal]
}

/** What is known of one exporter's observation domain (IPFIX), source id (v9), or engine (v5): its templates hold only there. */
export class Domain implements DomainNames {
  readonly source: Source
  readonly version: number
  readonly id: number
  readonly templates = new Map<number, Template>()
  /** Rates by sampler and by ifIndex, as options told them. */
  readonly samplers = new Map<number, number>()
  readonly interfaceRates = new Map<number, number>()
  readonly applications = new Map<string, string>()
  readonly interfaces = new Map<number, string>()
  readonly vrfs = new Map<number, string>()
  /** A rate told by options without saying for which sampler. */
  rate = 0
  /** The one rate that holds where a record does not say which sampler took it; 0 where none is told. */
  generalRate = 0
  /** systemInitTimeMilliseconds by options. */
  bootMs: number | undefined
  readonly sequence = new Sequence()
  readonly held: Held[] = []
  readonly unknown = new Map<string, number>()
  readonly refused = new Uint32Array(refusals.length)
  packets = 0
  flows = 0
  optionRecords = 0
  heldSets = 0
  uptimeMs = 0
  /** How far its clock is ahead of ours. */
  clockMs = 0
  /** The rate that last held for its packets; 0 where nothing tells. */
  lastRate = 0
  seenMs = 0

  constructor(source: Source, version: number, id: number) {
    this.source = source
    this.version = version
    this.id = id
  }

  /** To be called when options told a rate. */
  ratesChanged(): void {
    this.generalRate = this.rate
    if (this.rate === 0 && this.samplers.size === 1)
      for (const rate of this.samplers.values()) this.generalRate = rate
    if (this.id === 0) this.source.zeroRate = this.generalRate
  }

  refuse(refusal: Refusal, times = 1): number {
    this.refused[refusalIndex[refusal]]! += times
    return refusalBit(refusal)
  }
}

/** One packet in `rate`; with `override` whatever the exporter says. */
export interface ConfiguredSampling {
  readonly rate: number
  readonly override: boolean
}

export function domainKey(version: number, id: number): number {
  return id * 16 + version
}

/** An exporter by its address and port. */
export class Source {
  readonly name: string
  readonly domains = new Map<number, Domain>()
  /** Enterprise elements that it described (RFC 5610), by `pen.id`. */
  readonly elements = new Map<string, Element>()
  /** Templates and held bytes of all its domains. */
  templates = 0
  heldBytes = 0
  /** It sent something that could be decoded: it does not make room for those that did not. */
  proven = false
  /** The general rate of domain 0: some exporters tell options there, and mean all. */
  zeroRate = 0
  seenMs = 0
  /** The sampling rate that is configured for it. */
  sampling: ConfiguredSampling | undefined
  samplingAsked = false

  constructor(name: string) {
    this.name = name
  }
}
