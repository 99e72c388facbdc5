import type { KindFields } from '../../event/event.ts'
import type { DroppedColumns } from './batches.ts'
import { exporterName } from './senders.ts'

/** What a decoder tells of one exporter and domain, counted since it was first seen. */
export interface DomainHealth {
  readonly exporter: string
  readonly domain: number
  readonly version: number
  readonly packets: number
  readonly flows: number
  readonly lost: number
  readonly held: number
  readonly templates: number
  readonly refused: Readonly<Partial<Record<string, number>>>
  readonly unknown: readonly (readonly [name: string, count: number])[]
  /** 0 where nothing tells. */
  readonly sampling: number
  readonly clockMs: number
}

type ExporterFields = KindFields<'flow.exporter'>

/** Exporters that are told of each time, each by itself; the others in one event of this name. */
const maxEvents = 500
const othersName = 'others'
/** Domains, and names of unknown elements, that are told of one exporter. */
const maxNames = 50
/** It tells no time of day. */
const sflow = 105
const versionNames: Readonly<Record<number, string>> = {
  0: 'unknown',
  1: 'netflow1',
  5: 'netflow5',
  7: 'netflow7',
  9: 'netflow9',
  10: 'ipfix',
  [sflow]: 'sflow5',
}

interface Totals {
  packets: number
  flows: number
  lost: number
  held: number
  refused: Map<string, number>
  unknown: Map<string, number>
}

/** Says what each exporter sent since the last time it was asked: the fields of `flow.exporter` events. */
export class Health {
  #before = new Map<string, Totals>()
  /** Rows that were not kept, by exporter, and of those that are too many to be counted by name. */
  #dropped = new Map<string, number>()
  #droppedOfOthers = 0

  /** Counts rows that could not be kept. */
  dropped({ rows, exporterIp, exporterPort }: DroppedColumns): void {
    let row = 0
    while (row < rows) {
      const from = row
      while (row < rows && sameSender(exporterIp, exporterPort, from, row)) row++
      const name = exporterName(exporterIp, from * 4, exporterPort[from]!)
      if (this.#dropped.size < maxEvents || this.#dropped.has(name))
        this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + row - from)
      else this.#droppedOfOthers += row - from
    }
  }

  /** What is new since the last call, for each exporter that sent something; past so many, for the others together. */
  take(domains: Iterable<DomainHealth>): ExporterFields[] {
    const byExporter = new Map<string, DomainHealth[]>()
    for (const domain of domains) {
      const known = byExporter.get(domain.exporter)
      if (known) known.push(domain)
      else byExporter.set(domain.exporter, [domain])
    }
    const now = new Map<string, Totals>()
    const events: ExporterFields[] = []
    const others: DomainHealth[] = []
    const othersBefore: Totals[] = []
    let othersDropped = this.#droppedOfOthers
    for (const [exporter, all] of byExporter) {
      const totals = totalsOf(all)
      now.set(exporter, totals)
      const before = this.#before.get(exporter)
      if (totals.packets === (before?.packets ?? 0)) continue
      const dropped = this.#droppedOf(exporter)
      if (events.length < maxEvents) {
        events.push(fieldsOf(exporter, all, totals, before, dropped))
        continue
      }
      others.push(...all)
      if (before) othersBefore.push(before)
      othersDropped += dropped
    }
    if (others.length > 0 || othersDropped > 0) {
      events.push(sumsOf(othersName, others, totalsOf(others), sumOf(othersBefore), othersDropped))
    }
    this.#before = now
    this.#dropped.clear()
    this.#droppedOfOthers = 0
    return events
  }

  /** Rows carry no transport: what a stream's exporter sent is found under its address and port. */
  #droppedOf(exporter: string): number {
    return this.#dropped.get(exporter.replace(/\/.*$/, '')) ?? 0
  }
}

function sameSender(ip: Uint32Array, port: Uint16Array, a: number, b: number): boolean {
  if (port[a] !== port[b]) return false
  for (let word = 3; word >= 0; word--) if (ip[a * 4 + word] !== ip[b * 4 + word]) return false
  return true
}

const counts = ['packets', 'flows', 'lost', 'held'] as const

function totalsOf(domains: readonly DomainHealth[]): Totals {
  const totals = noTotals()
  for (const domain of domains) {
    for (const count of counts) totals[count] += domain[count]
    add(totals.refused, Object.entries(domain.refused))
    add(totals.unknown, domain.unknown)
  }
  return totals
}

function sumOf(all: readonly Totals[]): Totals {
  const sum = noTotals()
  for (const totals of all) {
    for (const count of counts) sum[count] += totals[count]
    add(sum.refused, totals.refused)
    add(sum.unknown, totals.unknown)
  }
  return sum
}

function noTotals(): Totals {
  return { packets: 0, flows: 0, lost: 0, held: 0, refused: new Map(), unknown: new Map() }
}

function add(counts: Map<string, number>, more: Iterable<readonly [string, number | undefined]>): void {
  for (const [name, count] of more) counts.set(name, (counts.get(name) ?? 0) + (count ?? 0))
}

/** What can be said of several exporters as of one. */
function sumsOf(
  exporter: string,
  domains: readonly DomainHealth[],
  totals: Totals,
  before: Totals | undefined,
  dropped: number,
): ExporterFields {
  const since = (count: (typeof counts)[number]) => Math.max(0, totals[count] - (before?.[count] ?? 0))
  return {
    exporter,
    domains: [],
    versions: [...new Set(domains.map(({ version }) => versionNames[version] ?? String(version)))],
    packets: since('packets'),
    flows: since('flows'),
    lost: since('lost'),
    held: since('held'),
    templates: domains.reduce((sum, { templates }) => sum + templates, 0),
    dropped,
    refused: changes(totals.refused, before?.refused),
    unknown: changes(totals.unknown, before?.unknown),
  }
}

/** Of one exporter also its domains, its sampling and its clock. */
function fieldsOf(...of: Parameters<typeof sumsOf>): ExporterFields {
  const domains = of[1]
  // What was unknown before any decoder could tell the version belongs to no domain.
  const told = domains.filter(({ version }) => version !== 0)
  const sampling = told.find((domain) => domain.sampling > 0)?.sampling
  const clock = told.findLast(({ version }) => version !== sflow)?.clockMs
  return {
    ...sumsOf(...of),
    domains: told.slice(0, maxNames).map(({ domain }) => String(domain)),
    ...(sampling !== undefined && { sampling }),
    ...(clock !== undefined && { clock_ms: Math.round(clock) }),
  }
}

/** `name count`, the most frequent first. */
function changes(
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number> | undefined,
): string[] {
  return [...now]
    .map(([name, count]) => [name, count - (before?.get(name) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, maxNames)
    .map(([name, count]) => `${name} ${count}`)
}
