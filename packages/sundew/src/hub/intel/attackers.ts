import type { ClickHouseClient } from '@clickhouse/client'
import { attackKindNames } from '../../intel/feeds/own-decoys/kinds.ts'
import type { Attacker } from '../../intel/feeds/feed.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { parseAddress } from '../../match/parse-address.ts'
import { rows } from '../api/store-reader.ts'

/** Attackers told at most, the latest first. */
const mostAttackers = 200_000

const sql = `
SELECT
  if(startsWith(toString(source_ip), '::ffff:'), substring(toString(source_ip), 8), toString(source_ip)) AS ip,
  toUnixTimestamp64Milli(min(first_time)) AS first, toUnixTimestamp64Milli(max(last_time)) AS last,
  CAST((groupArray(kind), groupArray(events)), 'Map(String, UInt64)') AS counts,
  argMax(one_session, last_time) AS session
FROM (
  SELECT source_ip, kind, min(time) AS first_time, max(time) AS last_time, count() AS events,
    argMax(session, time) AS one_session
  FROM events
  WHERE kind IN {kinds:Array(String)} AND time >= fromUnixTimestamp64Milli({since:Int64}) AND source_ip != toIPv6('::')
  GROUP BY source_ip, kind
)
GROUP BY source_ip
ORDER BY last DESC, ip
LIMIT {most:UInt32}`

interface Row {
  readonly ip: string
  readonly first: number | string
  readonly last: number | string
  readonly counts: Readonly<Record<string, number | string>>
  readonly session: string
}

/**
 * Who did something to our decoys since then, and what: never from networks of ours.
 *
 * @param since ms since 1970
 * @param networks those of the configuration
 */
export async function attackersSince(
  store: ClickHouseClient,
  since: number,
  networks: AddressSet,
  signal: AbortSignal,
): Promise<Attacker[]> {
  const params = { kinds: attackKindNames, since: Math.floor(since), most: mostAttackers }
  const found = await rows<Row>(store, sql, params, signal)
  return found.flatMap(({ ip, first, last, counts, session }) => {
    const address = parseAddress(ip)
    if (!address || networks.find(address) >= 0) return []
    const events = Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, Number(count)]))
    return [{ ip, first: Number(first), last: Number(last), events, session }]
  })
}
