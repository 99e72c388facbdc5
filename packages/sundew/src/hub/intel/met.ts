import type { ClickHouseClient } from '@clickhouse/client'
import type { Meeting } from '../../intel/answers.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import { parseRange } from '../../match/parse-address.ts'
import { rows } from '../api/store-reader.ts'
import { timeText } from '../api/where.ts'
import { ipv6Text } from '../flows/membership.ts'

/** Hosts told at most, of matches and of flows each. */
const mostHosts = 100

/** An address of the store as people write it. */
const plain = (address: string) =>
  `if(startsWith(toString(${address}), '::ffff:'), substring(toString(${address}), 8), toString(${address}))`

const listed = 'toIPv6OrDefault(matched_ip)'
const within = `matched_ip != '' AND ${listed} BETWEEN toIPv6({first:String}) AND toIPv6({last:String})`

const same = 'indicator = {value:String} OR observed = {value:String}'
/** A name was met where it, or one below it, was seen, by whatever domain above it that was listed. */
const named = `indicator = {value:String} OR trimRight(lower(observed), '.') = {value:String}
  OR endsWith(trimRight(lower(observed), '.'), concat('.', {value:String}))`

/** The host is the end that is not listed; of a log it is who asked. */
const matchesSql = (condition: string) => `
SELECT host, times, severity, direction, ${timeText('the_first', 'first')}, ${timeText('the_last', 'last')} FROM (
  SELECT ${plain(`if(matched_ip != '' AND (source_ip = ${listed}), destination_ip, source_ip)`)} AS host,
    countIf(toString(fields.summary) != 'true') AS times, min(time) AS the_first, max(time) AS the_last,
    multiIf(has(groupArray(toString(fields.severity)) AS severities, 'high'), 'high', has(severities, 'medium'), 'medium', 'low') AS severity,
    any(ifNull(toString(fields.direction), '')) AS direction
  FROM events WHERE kind = 'intel.match' AND (${condition})
  GROUP BY host ORDER BY the_last DESC, host LIMIT {most:UInt32}
)`

/** Whom an address met in the flows kept, as long as those are. */
const flowsSql = `
SELECT host, times, direction, ${timeText('the_first', 'first')}, ${timeText('the_last', 'last')} FROM (
  SELECT ${plain('other')} AS host, count() AS times, min(flow_start) AS the_first, max(flow_start) AS the_last,
    if(countIf(outward) > 0, 'outbound', 'inbound') AS direction
  FROM (
    SELECT flow_start, destination_ip BETWEEN toIPv6({first:String}) AND toIPv6({last:String}) AS outward,
      if(outward, source_ip, destination_ip) AS other
    FROM flows
    WHERE source_ip BETWEEN toIPv6({first:String}) AND toIPv6({last:String})
      OR destination_ip BETWEEN toIPv6({first:String}) AND toIPv6({last:String})
  ) GROUP BY host ORDER BY the_last DESC, host LIMIT {most:UInt32}
)`

interface Row {
  readonly host: string
  readonly times: number | string
  readonly severity?: string
  readonly direction: string
  readonly first_text: string
  readonly last_text: string
}

/** Who met it, the last first: by what was matched, and for addresses by the flows that are kept. */
export async function whoMet(
  store: ClickHouseClient,
  { type, value }: Indicator,
  signal: AbortSignal,
): Promise<Meeting[]> {
  const ask = async (from: Meeting['from'], sql: string, params: Record<string, string>) =>
    (await rows<Row>(store, sql, { ...params, most: mostHosts }, signal)).map((row): Meeting => ({
      host: row.host,
      first: row.first_text,
      last: row.last_text,
      times: Number(row.times),
      from,
      severity: row.severity ?? '',
      direction: row.direction,
    }))
  const range = type === 'address' ? parseRange(value) : undefined
  if (!range)
    return ask('matches', matchesSql(type === 'domain' || type === 'hostname' ? named : same), { value })
  const ends = { first: ipv6Text(range.first), last: ipv6Text(range.last) }
  return [
    ...(await ask('matches', matchesSql(`indicator = {value:String} OR (${within})`), { ...ends, value })),
    ...(await ask('flows', flowsSql, ends)),
  ]
}
