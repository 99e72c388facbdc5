import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from '../api/store-reader.ts'

/** What passed from one address to another, and what its first flow says. Numbers may come as text. */
export interface PastPair {
  readonly source_ip: string
  readonly destination_ip: string
  readonly flows: number | string
  readonly bytes: number | string
  readonly packets: number | string
  readonly first_ms: number | string
  readonly last_ms: number | string
  readonly protocol: number
  readonly source_port: number
  readonly destination_port: number
  readonly tcp_flags: number
  readonly firewall_event: number
  readonly forwarding_status: number
  readonly reverse_packets: number | string
  readonly reverse_tcp_flags: number
  readonly exporter_ip: string
  readonly exporter_port: number
  /** Flows that by themselves show a conversation, and those without a caveat: `match/judge.ts` in SQL. */
  readonly answered: number | string
  readonly plain: number | string
}

/** Pairs of one question at most. */
export const mostPairs = 50_000

const flags = 'bitAnd(tcp_flags, 31)'
const refused = (column: string) => `bitAnd(${column}, 31) IN (4, 20)`
const answered = `(reverse_packets > 0 AND NOT ${refused('reverse_tcp_flags')}) OR
  (protocol = 6 AND bitAnd(tcp_flags, 16) != 0 AND bitAnd(tcp_flags, 4) = 0 AND bitAnd(tcp_flags, 9) != 0)`
const rejected = 'firewall_event = 3 OR (forwarding_status >= 128 AND forwarding_status < 192)'
const icmpAnswer = `(protocol = 1 AND bitShiftRight(destination_port, 8) IN (3, 4, 5, 11, 12)) OR
  (protocol = 58 AND bitShiftRight(destination_port, 8) IN (1, 2, 3, 4))`
const synOnly = `protocol = 6 AND (${refused('tcp_flags')} OR
  (${flags} IN (2, 6) AND (reverse_packets = 0 OR ${refused('reverse_tcp_flags')})))`

const first = (column: string) => `argMin(f.${column}, f.flow_start) AS ${column}`

const sql = `
SELECT
  f.source_ip AS source_ip, f.destination_ip AS destination_ip, count() AS flows,
  sum((raw_bytes + reverse_bytes) * greatest(sampling, 1)) AS bytes,
  sum((raw_packets + f.reverse_packets) * greatest(sampling, 1)) AS packets,
  toUnixTimestamp64Milli(min(f.flow_start)) AS first_ms,
  toUnixTimestamp64Milli(max(f.flow_start + toIntervalMillisecond(duration_ms))) AS last_ms,
  ${['protocol', 'source_port', 'destination_port', 'tcp_flags', 'firewall_event', 'forwarding_status', 'reverse_packets', 'reverse_tcp_flags', 'exporter_ip', 'exporter_port'].map(first).join(', ')},
  countIf(is_answered) AS answered, countIf(is_plain) AS plain
FROM (
  SELECT *, ${answered} AS is_answered, NOT (${rejected} OR ${icmpAnswer} OR ${synOnly}) AS is_plain
  FROM flows
  WHERE source_ip IN {addresses:Array(IPv6)} OR destination_ip IN {addresses:Array(IPv6)}
) AS f
GROUP BY source_ip, destination_ip
ORDER BY bytes DESC
LIMIT {most:UInt32}`

/** Who met these addresses, each way by itself; at most {@link mostPairs} of them, those of most bytes. */
export async function pastPairs(
  store: ClickHouseClient,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<PastPair[]> {
  return rows<PastPair>(store, sql, { addresses, most: mostPairs }, signal)
}
