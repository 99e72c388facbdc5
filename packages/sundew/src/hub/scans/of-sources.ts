import type { ClickHouseClient } from '@clickhouse/client'
import type { AddressSet } from '../../match/address-set.ts'
import { parseAddress } from '../../match/parse-address.ts'
import { type Period, periods } from '../../match/scan/periods.ts'
import { candidates, mostCandidates, type Span } from './candidates.ts'
import { type Asked, type Details, details } from './details.ts'
import { judge, leastOf } from './judge.ts'
import { hasDoubled, type Known } from './known.ts'
import { shareText } from './parts.ts'
import type { ScansSection } from './section.ts'
import { isAtItsHeight, type Told } from './told.ts'

/** A source that asks for nothing for so long has ended. The slowest of nmap's paces is a port in five minutes. */
export const quietMs = 86_400_000
const hourMs = 3_600_000
/** Sources that were looked into and did not make a scan are looked into again when they have sent a quarter more. */
const again = 1.25
/** Sources remembered as looked into. */
const mostLooked = 100_000

/** What every look asks with. */
export interface Asking {
  readonly section: ScansSection
  readonly store: ClickHouseClient
  /** Addresses that are ours: what they send is no scan. */
  readonly ours: AddressSet
  /** Hears of what is not looked into. */
  readonly tooMany: (what: string) => void
}

interface Wanted extends Asked {
  readonly known: Known | undefined
  /** Ports at which it is not looked at. */
  readonly above: number
}

/** Scans of one source each. */
export class OfSources {
  readonly #options: Asking
  readonly #looked = new Map<string, number>()

  constructor(options: Asking) {
    this.#options = options
  }

  /**
   * @param known scans told before
   * @param inCompany more ports than these must a source that is of a scan of many at that time have asked for; 0 of others
   * @param moment now, ms since 1970
   */
  async look(
    span: Span,
    known: readonly Known[],
    inCompany: (source: string, time: Period) => number,
    moment: number,
    signal: AbortSignal,
  ): Promise<{ candidates: number; scans: Told[]; seen: Map<string, number> }> {
    const { store, section, ours, tooMany } = this.#options
    const { found, share } = await candidates(store, span, leastOf(section), signal)
    if (share < 1) tooMany(`so many sources sent something that ${shareText(share)} of them were looked at`)
    if (found.length === mostCandidates)
      tooMany(
        `of more than ${mostCandidates} sources that could be scanners those of most ports are looked into`,
      )
    const before = Map.groupBy(
      known.filter(({ sourceCount, pattern }) => sourceCount === 1 && pattern !== 'rising'),
      ({ members }) => members[0]!,
    )
    const wanted: Wanted[] = []
    const seen = new Map<string, number>()
    for (const { source, ports, targets, probes, hours } of found) {
      const words = parseAddress(source)
      if (!words || ours.find(words) >= 0) continue
      const parts = partsOf(hours, (hour) => inCompany(source, hour))
      for (const { above, ...period } of parts) {
        if (above > 0 && ports <= above) continue
        const scan = before
          .get(source)
          ?.find(({ first, last }) => last + quietMs >= period.from && first - quietMs <= period.before)
        if (scan) seen.set(scan.scan, period.before)
        // Counts are of all periods: where there is one, they say whether it is worth a closer look.
        if (parts.length === 1 && scan && ports < 1.9 * scan.ports && targets < 1.9 * scan.targets) continue
        if (scan || this.#isNew(`${source} ${period.from}`, probes))
          wanted.push({ source, ...period, whole: parts.length === 1, known: scan, above })
      }
    }
    const scans: Told[] = []
    try {
      for await (const [{ source, from, known: scanBefore, above }, what] of this.#details(wanted, signal)) {
        const scan = judge(source, what, section)
        if (!scan || (above > 0 && what.ports <= above) || (scanBefore && !hasDoubled(scanBefore, scan)))
          continue
        if (!scanBefore && scan.pattern !== 'slow' && isAtItsHeight(scan, moment))
          this.#looked.delete(`${source} ${from}`)
        else scans.push({ scan, members: [source], before: scanBefore })
      }
    } catch (error) {
      for (const { source, from } of wanted) this.#looked.delete(`${source} ${from}`)
      throw error
    }
    return { candidates: found.length, scans, seen }
  }

  /** Scans that are over and have grown since they were told. */
  async ended(over: readonly Known[], signal: AbortSignal): Promise<Told[]> {
    const wanted = over.map((known): Wanted => ({
      source: known.members[0]!,
      from: known.first,
      before: known.seen + 1,
      whole: false,
      known,
      above: 0,
    }))
    const scans: Told[] = []
    for await (const [{ source, known }, what] of this.#details(wanted, signal)) {
      const scan = judge(source, what, this.#options.section)
      if (scan && known && (scan.portCount > known.ports || scan.targets > known.targets))
        scans.push({
          scan: { ...scan, evidence: `${scan.evidence}; it has ended` },
          members: [source],
          before: known,
        })
    }
    return scans
  }

  #details(wanted: readonly Wanted[], signal: AbortSignal): AsyncGenerator<[Wanted, Details]> {
    return details(this.#options, wanted, signal)
  }

  #isNew(key: string, probes: number): boolean {
    if (probes < again * (this.#looked.get(key) ?? 0)) return false
    this.#looked.delete(key)
    this.#looked.set(key, probes)
    if (this.#looked.size > mostLooked) this.#looked.delete(this.#looked.keys().next().value!)
    return true
  }
}

/** Times in which a source was there, apart where it was of a company and where not: `above` is other then. */
function partsOf(
  hours: readonly number[],
  aboveAt: (hour: Period) => number,
): (Period & { readonly above: number })[] {
  const runs: { readonly above: number; readonly hours: number[] }[] = []
  for (const hour of hours) {
    const above = aboveAt({ from: hour, before: hour + hourMs })
    if (runs.at(-1)?.above === above) runs.at(-1)!.hours.push(hour)
    else runs.push({ above, hours: [hour] })
  }
  return runs.flatMap(({ above, hours }) => periods(hours, quietMs).map((period) => ({ ...period, above })))
}
