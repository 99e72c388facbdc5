import type { ClickHouseClient } from '@clickhouse/client'
import { parseAddress } from '../../match/parse-address.ts'
import type { Company } from '../../match/scan/together.ts'
import { ask } from './ask.ts'
import { compare } from './compare.ts'
import { companySteps } from './company-steps.ts'
import { ranges } from './details.ts'
import { count, lasting } from './judge.ts'
import type { InCompany } from './in-company.ts'
import { hasDoubled, type Known } from './known.ts'
import type { Asking } from './of-sources.ts'
import { shareText } from './parts.ts'
import { inTime, isPorted, isProbe, ms, place, plainText } from './probes-sql.ts'
import { mostSources, type Scan } from './scan.ts'
import { isAtItsHeight, type Told } from './told.ts'

/** How far back sources are compared, milliseconds: a picture that many draw takes a day. */
const comparedMs = 2 * 86_400_000
/** Sources whose packets are counted; of a larger company these. */
const mostCounted = 20_000
/** Companies told in one look. */
const mostCompanies = 100
/** A company is one that was told before where the smaller has this share of its sources in the other. */
const same = 0.3

const reasons = {
  order: 'the same ports in the same order',
  pace: 'at the same pace',
  range: 'each a part of one range',
  moments: 'at the same moments',
} as const

const sql = `
SELECT count() AS probes, uniqExact(${place}) AS ports, uniqCombined(17)(source_ip, ${place}) / uniqExact(source_ip) AS each, uniqExact(destination_ip) AS targets, topK(1)(protocol)[1] AS the_protocol,
  min(${ms('time')}) AS first, max(${ms('time')}) AS last, ${ranges('groupUniqArray(destination_port)')} AS the_ranges,
  arrayMap(s -> ${plainText('s')}, topK(${mostSources})(source_ip)) AS busiest
FROM firewall WHERE source_ip IN (SELECT toIPv6(arrayJoin({sources:Array(String)}))) AND ${inTime} AND ${isProbe} AND ${isPorted}`

type Row = Readonly<
  Record<'probes' | 'ports' | 'targets' | 'the_protocol' | 'first' | 'last' | 'each', number | string>
> & {
  readonly the_ranges: readonly string[]
  readonly busiest: readonly string[]
}

/**
 * Scans of many sources in step.
 *
 * @param moment now, ms since 1970
 * @returns those to be told, and of each that there is, told before or not, its sources and its time
 */
export async function ofCompanies(
  { section, store, ours, tooMany }: Asking,
  before: number,
  known: readonly Known[],
  moment: number,
  signal: AbortSignal,
): Promise<{ scans: Told[]; all: InCompany[]; seen: Map<string, number> }> {
  const span = { from: moment - comparedMs, before }
  const { steps, address, share } = await companySteps(store, span, signal)
  if (share < 1) tooMany(`so many sources sent something that ${shareText(share)} of them were compared`)
  const scans: Told[] = []
  const all: InCompany[] = []
  const seen = new Map<string, number>()
  const companies = await compare(steps, section.together_sources, signal)
  for (const company of companies.slice(0, mostCompanies)) {
    const sources = [...company.sources]
      .map(address)
      .filter((source) => ours.find(parseAddress(source)!) < 0)
      .sort()
    if (sources.length < section.together_sources) continue
    const told = closest(sources, known)
    const scan = await scanOf(store, sources, company, span, signal)
    all.push({ members: sources, first: scan.first, seen: scan.last, each: scan.each ?? 0 })
    if (told) seen.set(told.scan, scan.last)
    if (told ? hasDoubled(told, scan) : !isAtItsHeight(scan, moment))
      scans.push({ scan, members: sources, before: told })
  }
  return { scans, all, seen }
}

function closest(sources: readonly string[], known: readonly Known[]): Known | undefined {
  const now = new Set(sources)
  return known.find(({ pattern, members }) => {
    if (pattern !== 'synchronised') return false
    const common = members.reduce((sum, member) => sum + Number(now.has(member)), 0)
    return common >= same * Math.min(members.length, now.size)
  })
}

async function scanOf(
  store: ClickHouseClient,
  sources: readonly string[],
  { why }: Company,
  span: { readonly from: number; readonly before: number },
  signal: AbortSignal,
): Promise<Scan> {
  const params = { ...span, sources: sources.slice(0, mostCounted) }
  const [row] = await ask<Row>(store, sql, params, signal)
  if (!row) throw new Error('the store counted nothing')
  const [first, last, ports, targets] = [row.first, row.last, row.ports, row.targets].map(Number)
  const how = [...why].map((reason) => reasons[reason]).join(', ')
  return {
    pattern: 'synchronised',
    protocol: Number(row.the_protocol),
    sources: row.busiest,
    sourceCount: sources.length,
    ports: row.the_ranges,
    portCount: ports!,
    targets: targets!,
    probes: Number(row.probes),
    each: Number(row.each),
    first: first!,
    last: last!,
    evidence: `${count(sources.length, 'source')} asked for ${count(ports!, 'different port')} of ${count(targets!, 'address', 'addresses')} in ${lasting(last! - first!)}: ${how}`,
  }
}
