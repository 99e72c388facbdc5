import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import type { Guarded } from '../auth/guard.ts'
import { raw, readableColumn } from '../bytes-column.ts'
import type { HitRow } from '../contract.ts'
import { badRequest } from '../errors.ts'
import { integerParameter, limitParameter } from '../parameters.ts'
import { rows } from '../store-reader.ts'
import { timeText } from '../where.ts'

/** SQL of what the matches are counted by; each on the columns of {@link windows}. */
const keys = {
  day: "toString(toDate(first, 'UTC'))",
  list: 'list',
  host: "if(startsWith(toString(host), '::ffff:'), substring(toString(host), 8), toString(host))",
  direction: 'direction',
  indicator: 'indicator',
} as const

/**
 * One row a match: the event that opened a window, with the counts of the last one of it, since each has those before it in
 * its own. An event of the past (`retro`) is a match by itself. The host is the end that is not listed.
 */
const windows = `SELECT direction, list, indicator, if(source_ip = listed OR (destination_ip != listed AND direction = 'inbound'), destination_ip, source_ip) AS host, w[1].1 AS first, w[-1].1 AS last,
    arrayMax(e -> e.4, w) AS flows, arrayMax(e -> e.5, w) AS bytes, arrayExists(e -> e.6, w) AS high
  FROM (
    SELECT source_ip, destination_ip, listed, direction, any(the_list) AS list, any(the_indicator) AS indicator,
      arrayJoin(arraySplit(e -> e.3 OR (NOT e.2 AND e.4 = 1), arraySort(groupArray((time, summary, retro, counted, sized, severe))))) AS w
    FROM (
      SELECT time, list AS the_list, indicator AS the_indicator, source_ip, destination_ip, toIPv6OrDefault(matched_ip) AS listed,
        ifNull(toString(fields.direction), '') AS direction, toString(fields.summary) = 'true' AS summary, toString(fields.retro) = 'true' AS retro,
        toUInt64OrZero(toString(fields.flows)) AS counted, toUInt64OrZero(toString(fields.bytes)) AS sized, toString(fields.severity) = 'high' AS severe
      FROM events WHERE kind = 'intel.match' AND time >= now64(9) - toIntervalDay({days:UInt32})
    ) GROUP BY source_ip, destination_ip, listed, direction
  )`

export const hitKeys = Object.keys(keys) as readonly (keyof typeof keys)[]

type Kept = Readonly<Record<string, string | number>>

/** How often hosts of ours met listed addresses, from the events `intel.match`. */
export function hitReportRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()
  app.get('/reports/hits', async (c) => {
    const days = integerParameter(c, 'days', { fallback: 14, least: 1, most: 3660 })
    const by = hitKeys.find((key) => key === (c.req.query('by') || 'day'))
    if (!by) throw badRequest(`by should be one of ${hitKeys.join(', ')}.`)
    const order = by === 'day' ? 'key DESC' : 'the_matches DESC, key'
    const kept = await rows<Kept>(
      store,
      `SELECT ${raw('key')}, the_matches AS matches, the_hosts AS hosts, the_indicators AS indicators, the_flows AS flows, the_bytes AS bytes,
         the_high AS high, ${timeText('the_first', 'first')}, ${timeText('the_last', 'last')} FROM (
         SELECT ${keys[by]} AS key, count() AS the_matches, uniqExact(host) AS the_hosts, uniqExact(indicator) AS the_indicators,
           sum(flows) AS the_flows, sum(bytes) AS the_bytes, countIf(high) AS the_high, min(first) AS the_first, max(last) AS the_last
         FROM (${windows}) GROUP BY key ORDER BY ${order} LIMIT {limit:UInt32}
       ) ORDER BY ${order}`,
      { days, limit: limitParameter(c) },
      c.req.raw.signal,
    )
    return c.json(
      kept.map((row): HitRow => ({
        key: readableColumn(String(row['key_64'])),
        matches: Number(row['matches']),
        hosts: Number(row['hosts']),
        indicators: Number(row['indicators']),
        flows: Number(row['flows']),
        bytes: Number(row['bytes']),
        high: Number(row['high']),
        first_seen: String(row['first_text']),
        last_seen: String(row['last_text']),
      })),
    )
  })
  return app
}
