import type { ClickHouseClient } from '@clickhouse/client'
import type { Period } from '../../match/scan/periods.ts'
import { ask } from './ask.ts'
import { isPorted, isProbe, ms, place } from './probes-sql.ts'
import { mostRanges } from './scan.ts'

/** Sources and periods in one question: each reads the time's column of senders, whether for one or a thousand. */
export const mostAsked = 1000

/** What one source did in one period, exactly. */
export interface Details {
  readonly probes: number
  readonly first: number
  readonly last: number
  /** Different ports: of another protocol it is another one. */
  readonly ports: number
  readonly ranges: readonly string[]
  readonly targets: number
  readonly protocol: number
  /** The most ports within a minute. */
  readonly perMinute: number
  /** When that minute began, ms since 1970. */
  readonly minute: number
  /** The most addresses that were asked for one port in vain, and which port: protocol * 65536 + port. */
  readonly swept: number
  readonly sweptPlace: number
  /** Ports asked of so many addresses as make a sweep. */
  readonly sweptRanges: readonly string[]
  /** Rank correlation of each port's number with when it was first asked for, -1 to 1. */
  readonly rank: number
  /** The square of their linear correlation, 0 to 1. */
  readonly fit: number
}

export type Asked = Period & { readonly source: string }

// The periods asked for, joined by source: a source may have several. `n` says which of them a row is of.
const rows = `(
  SELECT time, source_ip, destination_ip, protocol, destination_port, kind, n FROM firewall
  INNER JOIN (
    SELECT toIPv6(t.1) AS source_ip, t.2 AS period_from, t.3 AS period_before, t.4 AS n FROM (
      SELECT arrayJoin(arrayZip({sources:Array(String)}, {froms:Array(Int64)}, {befores:Array(Int64)}, range(toUInt32(length({sources:Array(String)}))))) AS t
    )
  ) AS asked USING source_ip
  WHERE source_ip IN (SELECT toIPv6(arrayJoin({sources:Array(String)})))
    AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({before:Int64}, 'UTC')
    AND ${ms('time')} >= period_from AND ${ms('time')} < period_before AND ${isProbe}
)`

/** SQL: an array of ports as texts `22`, `8000-8100`. */
export const ranges = (ports: string): string => `arrayMap(
  r -> if(r[1] = r[-1], toString(r[1]), concat(toString(r[1]), '-', toString(r[-1]))),
  arraySlice(arraySplit((x, d) -> d != 1, arraySort(${ports}), arrayDifference(arraySort(${ports}))), 1, ${mostRanges}))`

const sums = `SELECT n, count() AS probes, min(${ms('time')}) AS first, max(${ms('time')}) AS last, uniqExact(destination_ip) AS targets,
  topK(1)(protocol)[1] AS the_protocol FROM ${rows} GROUP BY n`

const minutes = `SELECT n, max(ports) AS per_minute, argMax(at, ports) * 60000 AS minute FROM (
    SELECT n, intDiv(${ms('time')}, 60000) AS at, uniqExact(${place}) AS ports FROM ${rows} WHERE ${isPorted} GROUP BY n, at
  ) GROUP BY n`

// Each place by when it was first asked for: what is sent twice is one.
const places = `SELECT n, countIf(with_port) AS ports, ${ranges('groupUniqArrayIf(port, with_port)')} AS the_ranges,
    max(in_vain) AS swept, argMax(asked_for, in_vain) AS swept_place, ${ranges('groupUniqArrayIf(port, in_vain >= {targets:UInt32})')} AS swept_ranges,
    rankCorrIf(first_ms, port, with_port) AS rank, corrStableIf(toFloat64(first_ms - start_ms), toFloat64(port), with_port) AS linear
  FROM (
    SELECT n, ${place} AS asked_for, any(destination_port) AS port, any(${isPorted}) AS with_port, min(${ms('time')}) AS first_ms,
      uniqExactIf(destination_ip, kind != 'firewall.allow') AS in_vain, any({from:Int64}) AS start_ms
    FROM ${rows} GROUP BY n, asked_for
  ) GROUP BY n`

type Row = Readonly<Record<string, number | string | readonly string[] | null>>

/**
 * What these sources did in these periods; undefined for those that have no rows.
 *
 * @param targets addresses that make a sweep of a port
 */
export async function details(
  store: ClickHouseClient,
  asked: readonly Asked[],
  targets: number,
  signal: AbortSignal,
): Promise<(Details | undefined)[]> {
  const params = {
    sources: asked.map(({ source }) => source),
    froms: asked.map(({ from }) => from),
    befores: asked.map(({ before }) => before),
    from: Math.min(...asked.map(({ from }) => from)),
    before: Math.max(...asked.map(({ before }) => before)),
    targets,
  }
  const answers: Map<number, Row>[] = []
  for (const sql of [sums, minutes, places]) {
    const found = await ask<Row>(store, sql, params, signal)
    answers.push(new Map(found.map((row) => [Number(row['n']), row])))
  }
  return asked.map((_, n) => {
    const [sum, minute, ports] = answers.map((answer) => answer.get(n))
    if (!sum || !ports) return undefined
    return {
      probes: number(sum['probes']),
      first: number(sum['first']),
      last: number(sum['last']),
      targets: number(sum['targets']),
      protocol: number(sum['the_protocol']),
      perMinute: number(minute?.['per_minute']),
      minute: number(minute?.['minute']),
      ports: number(ports['ports']),
      ranges: texts(ports['the_ranges']),
      swept: number(ports['swept']),
      sweptPlace: number(ports['swept_place']),
      sweptRanges: texts(ports['swept_ranges']),
      rank: number(ports['rank']),
      fit: number(ports['linear']) ** 2,
    }
  })
}

/** Of few ports there is no correlation: the store says null. */
function number(value: Row[string] | undefined): number {
  const found = Number(value ?? 0)
  return Number.isFinite(found) ? found : 0
}

function texts(value: Row[string] | undefined): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : []
}
