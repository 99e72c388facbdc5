import { refusals, type Refusal } from '../flow/sink.ts'
import type { Domain } from './domain.ts'

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

export function healthOf(domain: Domain): ExporterHealth {
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
