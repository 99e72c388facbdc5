import type { ClickHouseClient } from '@clickhouse/client'
import type { ScanRow } from '../api/contract.ts'
import { mostScans, toldScans } from './told-scans.ts'

/** Sources that are drawn over others at most, of either kind; more scan in the middle of a flood alone. */
const mostScanners = 10_000

/** What the store's times of events hold, ms since 1970, with a day to spare. */
const [earliest, latest] = [86_400_000, Date.UTC(2262, 0)]

/** All that is remembered of these scans' sources (`known.ts`); an event names the busiest alone. */
export type MembersOf = (scans: ReadonlySet<string>) => Promise<ReadonlyMap<string, readonly string[]>>

/** Whose packets are drawn over others. */
export interface Scanners {
  readonly alone: readonly string[]
  /** Those that scan in step with others. */
  readonly together: readonly string[]
  /** How many more there were. */
  readonly missing: number
}

/** Who scanned in a time, ms since 1970, by the scans that were told. */
export async function scannersOf(
  store: ClickHouseClient,
  membersOf: MembersOf,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<Scanners> {
  const ns = (ms: number) => `${Math.min(latest, Math.max(earliest, Math.trunc(ms)))}000000`
  const question = { from: ns(from), before: ns(to), pattern: '', limit: mostScans }
  const scans = await toldScans(store, question, signal)
  const many = scans.filter((scan) => scan.pattern !== 'rising' && scan.source_count > scan.sources.length)
  const members = many.length === 0 ? new Map() : await membersOf(new Set(many.map(({ scan }) => scan)))
  return scannersIn(scans, members)
}

/** A port that rises has many askers and no scanner. */
export function scannersIn(
  scans: readonly Pick<ScanRow, 'scan' | 'pattern' | 'sources' | 'source_count'>[],
  members: ReadonlyMap<string, readonly string[]>,
): Scanners {
  const [alone, together] = [new Set<string>(), new Set<string>()]
  let missing = 0
  for (const { scan, pattern, sources, source_count } of scans) {
    if (pattern === 'rising') continue
    const kind = pattern === 'synchronised' ? together : alone
    const all = new Set([...sources, ...(members.get(scan) ?? [])])
    missing += Math.max(0, source_count - all.size)
    for (const source of all) {
      if (kind.size < mostScanners || kind.has(source)) kind.add(source)
      else missing++
    }
  }
  return { alone: [...alone].filter((source) => !together.has(source)), together: [...together], missing }
}
