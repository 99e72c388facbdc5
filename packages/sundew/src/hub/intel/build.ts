import type { Book } from '../../intel/book/book.ts'
import { eachLive, type LiveSighting } from '../../intel/book/live.ts'
import { type IndicatorType, indicatorTypes } from '../../intel/indicator/indicator.ts'
import { AddressSetBuilder } from '../../match/address-set-builder.ts'
import { NameSetBuilder } from '../../match/name-set-builder.ts'
import { parseRange } from '../../match/parse-address.ts'
import { type Scales, weigh, type Weighed } from './weigh.ts'

/** How many indicators of a type are in force, by what comes of them. */
export interface TypeCounts {
  inForce: number
  block: number
  alert: number
  none: number
}

/** What a build counted. */
export interface Counted {
  readonly types: Readonly<Record<IndicatorType, TypeCounts>>
  /** Sightings in force, by source. */
  readonly inForce: ReadonlyMap<number, number>
  /** Indicators that a list of what is allowed bears on, by its name. */
  readonly decided: ReadonlyMap<string, number>
  /** Sources of which some sightings have ended: told again, they count again. */
  readonly ended: ReadonlySet<number>
}

/** What a build came to. */
export interface Built extends Counted {
  readonly addresses: Uint8Array
  /** Undefined where nothing of names, URLs and so on is listed. */
  readonly names: Uint8Array | undefined
  readonly entries: number
  /** When something ends next, ms since 1970; Infinity where nothing does. */
  readonly until: number
}

/** Counts as text, to outlive a restart. */
export function countedText({ types, inForce, decided, ended }: Counted): string {
  return JSON.stringify({ types, inForce: [...inForce], decided: [...decided], ended: [...ended] })
}

export function readCounted(text: string): Counted {
  const { types, inForce, decided, ended } = JSON.parse(text) as {
    types: Counted['types']
    inForce: [number, number][]
    decided: [string, number][]
    ended: number[]
  }
  return { types, inForce: new Map(inForce), decided: new Map(decided), ended: new Set(ended) }
}

/** Reads the book from end to end and makes the sets of all that is blocked or matched. Takes seconds. */
export function build(book: Book, scales: Scales): Built {
  const collector = new Collector(scales)
  eachLive(book, (type, value, sightings) => collector.take(type, value, sightings))
  return collector.built()
}

class Collector {
  readonly #scales: Scales
  readonly #addresses = new Labelled(new AddressSetBuilder())
  readonly #names = new Labelled(new NameSetBuilder())
  readonly #types = Object.fromEntries(
    indicatorTypes.map((type) => [type, { inForce: 0, block: 0, alert: 0, none: 0 }]),
  ) as Record<IndicatorType, TypeCounts>
  readonly #inForce = new Map<number, number>()
  readonly #decided = new Map<string, number>()
  readonly #ended = new Set<number>()
  /** Listed domains with an allowed name below. */
  readonly #pierced = new Set<string>()
  #until = Infinity
  #addressEntries = 0
  #nameEntries = 0

  constructor(scales: Scales) {
    this.#scales = scales
  }

  take(type: IndicatorType, value: string, sightings: readonly LiveSighting[]): void {
    const weighed = weigh(type, value, sightings, this.#scales)
    if (weighed?.sightings.length !== sightings.length) {
      for (const { report } of sightings) this.#ended.add(report.source)
    }
    if (!weighed) return
    const { verdict, allowed, until } = weighed
    if (until < this.#until) this.#until = until
    const counts = this.#types[type]
    counts.inForce++
    counts[verdict.action]++
    for (const { report } of weighed.sightings)
      this.#inForce.set(report.source, (this.#inForce.get(report.source) ?? 0) + 1)
    for (const { list } of allowed) this.#decided.set(list, (this.#decided.get(list) ?? 0) + 1)
    if (verdict.action === 'none') return
    if (type === 'domain' && this.#scales.doubt.book.excludesBelow(value)) this.#pierced.add(value)
    if (type === 'address') this.#addAddress(value, weighed)
    else {
      for (const label of this.#names.labels(weighed, this.#scales)) {
        if (this.#names.builder.add(type, value, label)) this.#nameEntries++
      }
    }
  }

  built(): Built {
    for (const { name, covers } of this.#scales.doubt.book.excludedUnder(this.#pierced))
      this.#names.builder.hole(name, covers)
    return {
      addresses: this.#addresses.builder.toBytes(),
      names: this.#nameEntries > 0 ? this.#names.builder.toBytes() : undefined,
      entries: this.#addressEntries + this.#nameEntries,
      types: this.#types,
      inForce: this.#inForce,
      decided: this.#decided,
      until: this.#until,
      ended: this.#ended,
    }
  }

  #addAddress(value: string, weighed: Weighed): void {
    const range = parseRange(value)
    if (!range) return
    const pieces = this.#scales.doubt.carve(range.first, range.last)
    for (const label of this.#addresses.labels(weighed, this.#scales)) {
      let taken = false
      for (const { first, last } of pieces) taken = this.#addresses.builder.add(first, last, label) || taken
      if (taken) this.#addressEntries++
    }
  }
}

interface Labels {
  source(name: string): number
  label(source: number, title: string, link: string, action: 'block' | 'alert', confidence: number): number
}

/** A builder, and the labels that sightings have in it: mostly the last one's. */
class Labelled<B extends Labels> {
  readonly builder: B
  readonly #sources = new Map<number, number>()
  #last = { source: -1, title: '', link: '', action: 'none', confidence: -1, label: -1 }

  constructor(builder: B) {
    this.builder = builder
  }

  *labels({ sightings, verdict: { action, confidence } }: Weighed, { sources }: Scales): Generator<number> {
    if (action === 'none') return
    for (const { report, title, link } of sightings) {
      const last = this.#last
      if (
        last.source !== report.source ||
        last.title !== title ||
        last.link !== link ||
        last.confidence !== confidence ||
        last.action !== action
      ) {
        let source = this.#sources.get(report.source)
        if (source === undefined) {
          source = this.builder.source(sources.get(report.source)!.name)
          this.#sources.set(report.source, source)
        }
        const label = this.builder.label(source, title, link, action, confidence)
        this.#last = { source: report.source, title, link, action, confidence, label }
      }
      yield this.#last.label
    }
  }
}
