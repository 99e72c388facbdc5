import type { ClickHouseClient } from '@clickhouse/client'
import { ask } from './ask.ts'
import { inPart, inParts } from './parts.ts'
import { inTime, isPorted, isProbe, ms, place, plainText } from './probes-sql.ts'

/** Sources looked into in one look, those of most ports or targets. A flood of forged sources has more. */
export const mostCandidates = 5_000
/** Where sources are too many for one question, so many parts of them are asked for. */
const mostQuestions = 4

/** Counts are near enough: this is sure to be below what was counted. */
const nearly = 0.95

/** A source that asked for much. */
export interface Candidate {
  readonly source: string
  readonly ports: number
  readonly targets: number
  readonly probes: number
  /** In which it was there, ms since 1970, ascending: at most 24 a day. */
  readonly hours: readonly number[]
}

/** The time looked at, ms since 1970: rows of it, of sources that sent something received since `received`. */
export interface Span {
  readonly from: number
  readonly before: number
  readonly received: number
}

// What a scan must have, reckoned of numbers that are cheap: who asks so many addresses for one port sends so many packets
// more than there are ports; who asks for so many ports within a minute, so many more than there are minutes; and ports that
// are in order are not far from a line. Most sources send too little for any of it: of them nothing else is reckoned.
const sql = (parts: number) => `
SELECT source_ip, uniqIf(${place}, ${isPorted}) AS the_ports, uniq(destination_ip) AS the_targets, count() AS probes,
  uniq(toStartOfMinute(time)) AS minutes, corr(toFloat64(${ms('time')} - {from:Int64}), toFloat64(destination_port)) AS linear
FROM firewall
WHERE ${inTime} AND ${isProbe} AND source_ip IN (
  SELECT source_ip FROM firewall WHERE ${inTime} AND ${inPart(parts)} GROUP BY source_ip
  HAVING count() >= {fewest:UInt32} AND max(received) >= fromUnixTimestamp64Milli({received:Int64}, 'UTC')
)
GROUP BY source_ip
HAVING the_ports >= {slow:UInt32}
  OR (the_ports >= {fast:UInt32} AND probes >= ${nearly} * minutes + {fast:UInt32} - 1)
  OR (the_ports >= {ordered:UInt32} AND abs(linear) >= 0.5)
  OR (the_targets >= {targets:UInt32} AND probes >= ${nearly} * the_ports + {targets:UInt32} - 1)
ORDER BY greatest(the_ports, the_targets) DESC, source_ip
LIMIT {most:UInt32}`

const hoursSql = (parts: number) => `
SELECT ${plainText('source_ip')} AS source, the_ports AS ports, the_targets AS targets, packets AS probes, hours FROM (
  SELECT source_ip, any(asked.the_ports) AS the_ports, any(asked.the_targets) AS the_targets, any(asked.probes) AS packets,
    arraySort(groupUniqArray(2400)(toUnixTimestamp(toStartOfHour(time)))) AS hours
  FROM (SELECT source_ip, time FROM firewall WHERE ${inTime} AND ${isProbe}) AS line INNER JOIN (${sql(parts)}) AS asked USING source_ip
  GROUP BY source_ip
)`

type Row = { readonly source: string; readonly hours: readonly number[] } & Readonly<
  Record<'ports' | 'targets' | 'probes', number | string>
>

/**
 * Sources that could be scanners, those of most ports or targets first. Counts are near enough (a sample of hashes beyond 65,536): who
 * is told is counted again exactly.
 *
 * @param least ports of a slow scan, of a fast one and of one in order, targets of a sweep: one of them it must reach
 * @returns them, and which share of all sources was asked for: all where a flood of forged ones is not too much for the store
 */
export async function candidates(
  store: ClickHouseClient,
  span: Span,
  least: Readonly<Record<'slow' | 'fast' | 'ordered' | 'targets', number>>,
  signal: AbortSignal,
): Promise<{ found: Candidate[]; share: number }> {
  const fewest = Math.min(...Object.values(least))
  const { answers, share } = await inParts(mostQuestions, (part) =>
    ask<Row>(
      store,
      hoursSql(part.parts),
      { ...span, ...least, ...part, fewest, most: mostCandidates },
      signal,
    ),
  )
  const found = answers.flat().map(({ source, ports, targets, probes, hours }) => ({
    source,
    ports: Number(ports),
    targets: Number(targets),
    probes: Number(probes),
    hours: hours.map((hour) => Number(hour) * 1000),
  }))
  const most = ({ ports, targets }: Candidate) => Math.max(ports, targets)
  return { found: found.sort((a, b) => most(b) - most(a)).slice(0, mostCandidates), share }
}
