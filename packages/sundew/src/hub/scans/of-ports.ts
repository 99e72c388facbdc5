import type { ClickHouseClient } from '@clickhouse/client'
import { leastHours, type Rise, rise } from '../../match/scan/rise.ts'
import { ask } from './ask.ts'
import { count, placeText } from './judge.ts'
import { hasDoubled, type Known } from './known.ts'
import { inTime, place, plainText } from './probes-sql.ts'
import { mostSources } from './scan.ts'
import type { ScansSection } from './section.ts'
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
SELECT ${place} AS asked_for, toUnixTimestamp(time) * 1000 AS hour, sum(probes) AS the_probes
FROM firewall_ports_1h WHERE time >= fromUnixTimestamp({from:Int64}) AND time < fromUnixTimestamp({before:Int64}) AND ${isRefused}
GROUP BY asked_for, hour HAVING the_probes >= {probes:UInt64}
ORDER BY the_probes DESC LIMIT {most:UInt32}`

// What an hour's sum does not know: it is asked for few ports, while to count them in the sum would double what each insert costs.
const byHowMany = `
SELECT ${place} AS asked_for, uniq(source_ip) AS the_sources
FROM firewall WHERE ${inTime} AND ${isRefused} AND ${place} IN (SELECT arrayJoin({places:Array(UInt32)}))
GROUP BY asked_for`

const history = `
SELECT asked_for, groupArray(the_probes) AS hours FROM (
  SELECT ${place} AS asked_for, time, sum(probes) AS the_probes FROM firewall_ports_1h
  WHERE time >= fromUnixTimestamp({from:Int64}) AND time < fromUnixTimestamp({before:Int64}) AND ${isRefused}
    AND ${place} IN (SELECT arrayJoin({places:Array(UInt32)}))
  GROUP BY asked_for, time
) GROUP BY asked_for`

// The first hour of the table that has anything: before it nothing was kept, which is not the same as nothing.
const began = `SELECT toUnixTimestamp(min(time)) AS first FROM firewall_ports_1h WHERE time >= fromUnixTimestamp({from:Int64}) AND time < fromUnixTimestamp({before:Int64})`

const whole = `
SELECT count() AS probes, uniqExact(source_ip) AS sources, uniqExact(destination_ip) AS targets,
  toUnixTimestamp64Milli(min(time)) AS first, toUnixTimestamp64Milli(max(time)) AS last, arrayMap(s -> ${plainText('s')}, topK(${mostSources})(source_ip)) AS busiest
FROM firewall WHERE ${inTime} AND ${isRefused} AND ${place} = {place:UInt32}`

type Numbers<K extends string> = Readonly<Record<K, number | string>>

/**
 * Ports that are asked for more than they ever were.
 *
 * @param moment now, ms since 1970
 * @returns those to be told, and of those told before when they were last above their past
 */
export async function ofPorts(
  { store, section }: { readonly store: ClickHouseClient; readonly section: ScansSection },
  known: readonly Known[],
  moment: number,
  signal: AbortSignal,
): Promise<{ scans: Told[]; seen: Map<string, number> }> {
  const thisHour = Math.floor(moment / hourMs) * hourMs
  const least = { probes: section.rising_probes, sources: section.rising_sources }
  const recent = { from: (thisHour - (lookedHours - 1) * hourMs) / 1000, before: (thisHour + hourMs) / 1000 }
  const rows = await ask<Numbers<'asked_for' | 'hour' | 'the_probes'>>(
    store,
    busy,
    { ...recent, probes: least.probes, most: mostPorts * lookedHours },
    signal,
  )
  const [scans, seen]: [Told[], Map<string, number>] = [[], new Map()]
  const byPlace = Map.groupBy(rows, ({ asked_for }) => Number(asked_for))
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
  const loud = [...byPlace].flatMap(([place, hours]) =>
    hours
      .map((row) => ({ place, hour: Number(row.hour), probes: Number(row.the_probes) }))
      .filter((hour) => rise({ ...hour, sources: Infinity }, past.get(place)!, least)),
  )
  const sources = await sourcesOf(store, loud, signal)
  const above = loud.filter(({ place, hour }) => sources(place, hour) >= least.sources)
  for (const [place, hours] of Map.groupBy(above, (hour) => hour.place)) {
    hours.sort((a, b) => a.hour - b.hour)
    const before = open.get(place)
    const high = hours.reduce((a, b) => (b.probes > a.probes ? b : a))
    if (before) seen.set(before.scan, hours.at(-1)!.hour + hourMs)
    const risen = rise({ ...high, sources: Infinity }, past.get(place)!, least)!
    const told = await toTell(store, place, risen, high, signal)
    const scan = { ...told.scan, first: Math.min(told.scan.first, before?.first ?? Infinity) }
    if (!before || hasDoubled(before, scan)) scans.push({ ...told, scan, before })
  }
  return { scans, seen }
}

/** How many sources asked for a port in an hour, for these ports in these hours. */
async function sourcesOf(
  store: ClickHouseClient,
  asked: readonly { readonly place: number; readonly hour: number }[],
  signal: AbortSignal,
): Promise<(place: number, hour: number) => number> {
  const counts = new Map<string, number>()
  for (const [hour, places] of Map.groupBy(asked, (each) => each.hour)) {
    const rows = await ask<Numbers<'asked_for' | 'the_sources'>>(
      store,
      byHowMany,
      { from: hour, before: hour + hourMs, places: places.map(({ place }) => place) },
      signal,
    )
    for (const row of rows) counts.set(`${Number(row.asked_for)} ${hour}`, Number(row.the_sources))
  }
  return (place, hour) => counts.get(`${place} ${hour}`) ?? 0
}

/** Packets of each hour of the past, hours without any too. */
async function pastOf(
  store: ClickHouseClient,
  places: readonly number[],
  { from, until }: { from: number; until: number },
  signal: AbortSignal,
): Promise<Map<number, number[]>> {
  const span = { from: from / 1000, before: until / 1000 }
  const [kept] = await ask<Numbers<'first'>>(store, began, span, signal)
  const first = Number(kept?.first ?? 0) * 1000
  // Of no rows at all the first is of 1970: then nothing is known, which is not that nobody asked.
  const hours = first === 0 ? 0 : Math.max(0, until - Math.max(from, first)) / hourMs
  const rows =
    hours < leastHours
      ? []
      : await ask<{ asked_for: number | string; hours: (number | string)[] }>(
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

async function toTell(
  store: ClickHouseClient,
  place: number,
  { usual, most }: Rise,
  { hour, probes }: { hour: number; probes: number },
  signal: AbortSignal,
): Promise<Omit<Told, 'before'>> {
  const [row] = await ask<Numbers<'sources' | 'targets' | 'first' | 'last'> & { busiest: readonly string[] }>(
    store,
    whole,
    { from: hour, before: hour + hourMs, place },
    signal,
  )
  const clock = new Date(hour).toISOString().slice(0, 16).replace('T', ' ')
  return {
    members: [String(place)],
    scan: {
      pattern: 'rising',
      protocol: place >>> 16,
      sources: row?.busiest ?? [],
      sourceCount: Number(row?.sources ?? 0),
      ports: [String(place & 0xffff)],
      portCount: 1,
      targets: Number(row?.targets ?? 0),
      probes,
      first: Number(row?.first ?? hour),
      last: Number(row?.last ?? hour),
      evidence: `${placeText(place)}: ${count(probes, 'packet')} of ${count(Number(row?.sources ?? 0), 'source')} in the hour of ${clock} UTC; an hour had ${usual.toLocaleString('en-US')} before (the median), ${most.toLocaleString('en-US')} at most`,
    },
  }
}
