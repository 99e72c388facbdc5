import type { ClickHouseClient } from '@clickhouse/client'
import { leastHours, type Rise, rise } from '../../match/scan/rise.ts'
import { ask } from './ask.ts'
import { count, placeText } from './judge.ts'
import { hasDoubled, type Known } from './known.ts'
import type { Asking } from './of-sources.ts'
import { inTime, ms, place, plainText } from './probes-sql.ts'
import { mostSources, type Scan } from './scan.ts'
import type { Told } from './told.ts'

const hourMs = 3_600_000
/** Hours looked at: rows come late. */
const lookedHours = 3
/** Ports looked at in one look, the busiest. */
const mostPorts = 200
/** A port that is as it was for so long has ended to rise. */
const quietMs = 24 * hourMs

// What was let through is what the port is for.
const isRefused = "kind != 'firewall.allow' AND protocol IN (6, 17)"

const busy = `
SELECT asked_for, groupArray(hour) AS hours, groupArray(packets) AS probes FROM (
  SELECT ${place} AS asked_for, toUnixTimestamp(time) * 1000 AS hour, sum(probes) AS packets
  FROM firewall_ports_1h WHERE time >= fromUnixTimestamp({from:Int64}) AND time < fromUnixTimestamp({before:Int64}) AND ${isRefused}
  GROUP BY asked_for, hour HAVING packets >= {probes:UInt64}
) GROUP BY asked_for ORDER BY max(packets) DESC LIMIT ${mostPorts}`

// What an hour's sum does not know: it is asked for few ports, while counted in the sums they would take seven times the disk.
// All ports of an hour are asked for at once: of a flood an hour has ten million lines, and as many ports rise as are looked at.
const byPort = `
SELECT ${place} AS asked_for, uniqCombined(17)(source_ip) AS sources, uniqCombined(17)(destination_ip) AS targets,
  ${ms('min(time)')} AS first, ${ms('max(time)')} AS last, arrayMap(s -> ${plainText('s')}, topK(${mostSources})(source_ip)) AS busiest
FROM firewall WHERE ${inTime} AND ${isRefused} AND ${place} IN (SELECT arrayJoin({places:Array(UInt32)}))
GROUP BY asked_for`

const history = `
SELECT asked_for, groupArray(the_probes) AS hours FROM (
  SELECT ${place} AS asked_for, time, sum(probes) AS the_probes FROM firewall_ports_1h
  WHERE time >= fromUnixTimestamp({from:Int64}) AND time < fromUnixTimestamp({before:Int64}) AND ${isRefused}
    AND ${place} IN (SELECT arrayJoin({places:Array(UInt32)}))
  GROUP BY asked_for, time
) GROUP BY asked_for`

// In an hour without any line nothing was kept, which is not the same as nothing: a new installation has none before it, and what one
// line with a wrong clock tells of is one hour.
const kept = `SELECT uniqExact(time) AS hours FROM firewall_ports_1h WHERE time >= fromUnixTimestamp({from:Int64}) AND time < fromUnixTimestamp({before:Int64})`

type Numbers<K extends string> = Readonly<Record<K, number | string>>

type Risen = Numbers<'sources' | 'targets' | 'first' | 'last'> & { readonly busiest: readonly string[] }

interface PortHour {
  readonly place: number
  /** When it began, ms since 1970. */
  readonly hour: number
  readonly probes: number
}

/**
 * Ports that are asked for more than they ever were.
 *
 * @param moment now, ms since 1970
 * @returns those to be told, and of those told before when they were last above their past
 */
export async function ofPorts(
  { store, section, tooMany }: Asking,
  known: readonly Known[],
  moment: number,
  signal: AbortSignal,
): Promise<{ scans: Told[]; seen: Map<string, number> }> {
  const thisHour = Math.floor(moment / hourMs) * hourMs
  const least = { probes: section.rising_probes, sources: section.rising_sources }
  const recent = { from: (thisHour - (lookedHours - 1) * hourMs) / 1000, before: (thisHour + hourMs) / 1000 }
  const byPlace = await busiest(store, { ...recent, probes: least.probes }, signal)
  const open = new Map(
    known
      .filter(({ pattern, seen }) => pattern === 'rising' && seen + quietMs > moment)
      .map((scan) => [Number(scan.members[0]), scan]),
  )
  // The past of a port that rises already ends where it began to.
  const untilOf = (place: number) =>
    Math.floor((open.get(place)?.first ?? recent.from * 1000) / hourMs) * hourMs
  const from = thisHour - section.days * 24 * hourMs
  const past = new Map<number, number[]>()
  for (const [until, places] of Map.groupBy(byPlace.keys(), untilOf)) {
    for (const [place, hours] of await pastOf(store, places, { from, until }, signal)) past.set(place, hours)
  }
  const riseOf = ({ place, probes }: PortHour) => rise({ probes, sources: Infinity }, past.get(place)!, least)
  const loud = [...byPlace.values()].flat().filter(riseOf)
  const risen = await risenIn(store, loud, signal)
  const above = loud.filter(({ place, hour }) => Number(risen(place, hour)?.sources ?? 0) >= least.sources)
  const [scans, seen]: [Told[], Map<string, number>] = [[], new Map()]
  for (const [place, hours] of Map.groupBy(above, (hour) => hour.place)) {
    const before = open.get(place)
    const high = hours.reduce((a, b) => (b.probes > a.probes ? b : a))
    if (before) seen.set(before.scan, Math.max(...hours.map(({ hour }) => hour)) + hourMs)
    const scan = scanOf(high, riseOf(high)!, risen(place, high.hour)!, before)
    if (!before || hasDoubled(before, scan)) scans.push({ scan, members: [String(place)], before })
  }
  if (byPlace.size === mostPorts && scans.length > 0)
    tooMany(`of more than ${mostPorts} ports that are asked for often the busiest are looked at`)
  return { scans, seen }
}

/** Hours in which ports were asked for often, by port: the busiest ports. */
async function busiest(
  store: ClickHouseClient,
  params: Readonly<Record<'from' | 'before' | 'probes', number>>,
  signal: AbortSignal,
): Promise<Map<number, PortHour[]>> {
  const rows = await ask<Numbers<'asked_for'> & Readonly<Record<'hours' | 'probes', (number | string)[]>>>(
    store,
    busy,
    params,
    signal,
  )
  return new Map(
    rows.map(({ asked_for, hours, probes }) => {
      const place = Number(asked_for)
      return [place, hours.map((hour, at) => ({ place, hour: Number(hour), probes: Number(probes[at]) }))]
    }),
  )
}

/** Who asked for these ports in these hours. */
async function risenIn(
  store: ClickHouseClient,
  asked: readonly PortHour[],
  signal: AbortSignal,
): Promise<(place: number, hour: number) => Risen | undefined> {
  const found = new Map<string, Risen>()
  for (const [hour, ports] of Map.groupBy(asked, (each) => each.hour)) {
    const params = { from: hour, before: hour + hourMs, places: ports.map(({ place }) => place) }
    for (const row of await ask<Numbers<'asked_for'> & Risen>(store, byPort, params, signal))
      found.set(`${Number(row.asked_for)} ${hour}`, row)
  }
  return (place, hour) => found.get(`${place} ${hour}`)
}

/** Packets of each hour of the past that was kept, hours without any too. */
async function pastOf(
  store: ClickHouseClient,
  places: readonly number[],
  { from, until }: { from: number; until: number },
  signal: AbortSignal,
): Promise<Map<number, number[]>> {
  const span = { from: from / 1000, before: until / 1000 }
  const [row] = await ask<Numbers<'hours'>>(store, kept, span, signal)
  const hours = Number(row?.hours ?? 0)
  const rows =
    hours < leastHours
      ? []
      : await ask<Numbers<'asked_for'> & { hours: (number | string)[] }>(
          store,
          history,
          { ...span, places },
          signal,
        )
  const counts = new Map(rows.map((row) => [Number(row.asked_for), row.hours.map(Number)]))
  return new Map(
    places.map((place) => {
      const some = counts.get(place) ?? []
      return [place, [...some, ...Array<number>(Math.max(0, hours - some.length)).fill(0)]]
    }),
  )
}

function scanOf(
  { place, hour, probes }: PortHour,
  { usual, most }: Rise,
  risen: Risen,
  before?: Known,
): Scan {
  const clock = new Date(hour).toISOString().slice(0, 16).replace('T', ' ')
  const sourceCount = Number(risen.sources)
  return {
    pattern: 'rising',
    protocol: place >>> 16,
    sources: risen.busiest,
    sourceCount,
    ports: [String(place & 0xffff)],
    portCount: 1,
    targets: Number(risen.targets),
    probes,
    first: Math.min(Number(risen.first), before?.first ?? Infinity),
    last: Number(risen.last),
    evidence: `${placeText(place)}: ${count(probes, 'packet')} of ${count(sourceCount, 'source')} in the hour of ${clock} UTC; an hour had ${usual.toLocaleString('en-US')} before (the median), ${most.toLocaleString('en-US')} at most`,
  }
}
