import type { ClickHouseClient } from '@clickhouse/client'
import type { Period } from '../../match/scan/periods.ts'
import { ask } from './ask.ts'
import { count } from './judge.ts'
import type { Asking } from './of-sources.ts'
import { isTooMuch } from './parts.ts'
import { isPorted, isProbe, ms, place, plainText } from './probes-sql.ts'
import { mostRanges } from './scan.ts'

/** Sources in one question: each reads the time's column of senders, whether for one or a thousand. */
const mostAsked = 1000

/** What one source did in one period. Counts of addresses are exact below some thousands. */
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

export interface Asked extends Period {
  readonly source: string
  /** All there is of the source in the time looked at is of this period. */
  readonly whole: boolean
}

const ofSources =
  "source_ip IN (SELECT toIPv6(arrayJoin({sources:Array(String)}))) AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({before:Int64}, 'UTC')"
/** Rows of the sources asked for, each of one period; where those are not whole, the period is joined: that is what costs most. */
const rowsOf = {
  whole: `(SELECT * FROM firewall WHERE ${ofSources} AND ${isProbe})`,
  parts: `(
  SELECT firewall.* FROM firewall
  INNER JOIN (
    SELECT toIPv6(t.1) AS source_ip, t.2 AS period_from, t.3 AS period_before FROM (
      SELECT arrayJoin(arrayZip({sources:Array(String)}, {froms:Array(Int64)}, {befores:Array(Int64)})) AS t
    )
  ) AS asked ON firewall.source_ip = asked.source_ip
  WHERE firewall.${ofSources} AND ${ms('time')} >= period_from AND ${ms('time')} < period_before AND ${isProbe}
)`,
} as const

/** SQL: an array of ports as texts `22`, `8000-8100`. */
export const ranges = (ports: string): string => `arrayMap(
  r -> if(r[1] = r[-1], toString(r[1]), concat(toString(r[1]), '-', toString(r[-1]))),
  arraySlice(arraySplit((x, d) -> d != 1, arraySort(${ports}), arrayDifference(arraySort(${ports}))), 1, ${mostRanges}))`

const minutesSql = (rows: string) => `
SELECT ${plainText('source_ip')} AS source, max(ports) AS per_minute, argMax(at, ports) * 60000 AS minute FROM (
  SELECT source_ip, intDiv(${ms('time')}, 60000) AS at, uniqExact(${place}) AS ports FROM ${rows} WHERE ${isPorted} GROUP BY source_ip, at
) GROUP BY source_ip`

// Each place by when it was first asked for: what is sent twice is one.
const placesSql = (rows: string) => `
SELECT ${plainText('source_ip')} AS source, sum(packets) AS probes, min(first_ms) AS first, max(last_ms) AS last, uniqCombinedMerge(17)(asked) AS targets,
  arrayElement(topKWeighted(1)(asked_protocol, packets), 1) AS the_protocol,
  countIf(with_port) AS ports, ${ranges('groupUniqArrayIf(port, with_port)')} AS the_ranges,
  max(in_vain) AS swept, argMax(asked_for, in_vain) AS swept_place, ${ranges('groupUniqArrayIf(port, in_vain >= {targets:UInt32})')} AS swept_ranges,
  rankCorrIf(first_ms, port, with_port) AS rank, corrStableIf(toFloat64(first_ms - {from:Int64}), toFloat64(port), with_port) AS linear
FROM (
  SELECT source_ip, ${place} AS asked_for, any(destination_port) AS port, any(protocol) AS asked_protocol, any(${isPorted}) AS with_port,
    count() AS packets, min(${ms('time')}) AS first_ms, max(${ms('time')}) AS last_ms,
    uniqCombinedState(17)(destination_ip) AS asked, uniqCombinedIf(17)(destination_ip, kind != 'firewall.allow') AS in_vain
  FROM ${rows} GROUP BY source_ip, asked_for
) GROUP BY source_ip`

type Row = Readonly<Record<string, number | string | readonly string[] | null>>

/** Questions of one look that may be too much for the store: what is left then is not looked into. */
const mostRefused = 8

/** What these sources did in these periods, where they did anything; in no order. */
export async function* details<A extends Asked>(
  { store, section, tooMany }: Asking,
  asked: readonly A[],
  signal: AbortSignal,
): AsyncGenerator<[A, Details]> {
  const waiting = [...rounds(asked)].reverse()
  let refused = 0
  for (let some = waiting.pop(); some; some = waiting.pop()) {
    const found = await ofSome(store, some, section.sweep_targets, signal).catch((error: unknown) => {
      if (!isTooMuch(error)) throw error
    })
    if (found) {
      yield* found
      continue
    }
    const half = Math.ceil(some.length / 2)
    if (++refused < mostRefused && some.length > 1) waiting.push(some.slice(half), some.slice(0, half))
    else tooMany(`${count(some.length, 'source')} sent more than can be looked into`)
  }
}

async function ofSome<A extends Asked>(
  store: ClickHouseClient,
  some: readonly A[],
  targets: number,
  signal: AbortSignal,
): Promise<[A, Details][]> {
  const params = {
    sources: some.map(({ source }) => source),
    froms: some.map(({ from }) => from),
    befores: some.map(({ before }) => before),
    from: Math.min(...some.map(({ from }) => from)),
    before: Math.max(...some.map(({ before }) => before)),
    targets,
  }
  const rows = some[0]!.whole ? rowsOf.whole : rowsOf.parts
  const [minutes, places] = await Promise.all(
    [minutesSql(rows), placesSql(rows)].map(async (sql) => {
      const found = await ask<Row>(store, sql, params, signal)
      return new Map(found.map((row) => [row['source'], row]))
    }),
  )
  return some.flatMap((one): [A, Details][] => {
    const row = places!.get(one.source)
    return row ? [[one, detailsOf(row, minutes!.get(one.source))]] : []
  })
}

/** What is asked together: whole sources, or parts of sources; each source once. */
function* rounds<A extends Asked>(asked: readonly A[]): Generator<A[]> {
  let rest = [...asked]
  while (rest.length > 0) {
    const { whole } = rest[0]!
    const round = new Map<string, A>()
    const later: A[] = []
    for (const one of rest) {
      if (one.whole === whole && round.size < mostAsked && !round.has(one.source)) round.set(one.source, one)
      else later.push(one)
    }
    yield [...round.values()]
    rest = later
  }
}

function detailsOf(row: Row, minute: Row | undefined): Details {
  return {
    probes: number(row['probes']),
    first: number(row['first']),
    last: number(row['last']),
    targets: number(row['targets']),
    protocol: number(row['the_protocol']),
    perMinute: number(minute?.['per_minute']),
    minute: number(minute?.['minute']),
    ports: number(row['ports']),
    ranges: texts(row['the_ranges']),
    swept: number(row['swept']),
    sweptPlace: number(row['swept_place']),
    sweptRanges: texts(row['swept_ranges']),
    rank: number(row['rank']),
    fit: number(row['linear']) ** 2,
  }
}

/** Of few ports there is no correlation: the store says null. */
function number(value: Row[string] | undefined): number {
  const found = Number(value ?? 0)
  return Number.isFinite(found) ? found : 0
}

function texts(value: Row[string] | undefined): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : []
}
