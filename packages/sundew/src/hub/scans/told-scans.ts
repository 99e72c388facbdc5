import type { ClickHouseClient } from '@clickhouse/client'
import type { EventRow, ScanRow } from '../api/contract.ts'
import { keptEventColumns, keptEventRow, type KeptEvent } from '../api/event-kept.ts'
import { rows } from '../api/store-reader.ts'
import { Where } from '../api/where.ts'

/** Scans in one answer. */
export const mostScans = 1000
const dayNs = 86_400_000_000_000n

/** Which scans: those that overlap a time, ns since 1970 as text. */
interface ToldQuestion {
  readonly from: string | undefined
  readonly before: string | undefined
  /** '' where any will do. */
  readonly pattern: string
  readonly limit: number
}

/** Scans that were told, each as it was told last, the last seen first; without country and system. */
export async function toldScans(
  store: ClickHouseClient,
  { from, before, pattern, limit }: ToldQuestion,
  signal: AbortSignal,
): Promise<ScanRow[]> {
  const where = new Where().and("kind = 'scan.detected'")
  // What lasted until then was told after; clocks of firewalls are ahead by a day at most.
  if (from !== undefined)
    where
      .between('time', String(BigInt(from) - dayNs), undefined)
      .and(`${seen('last_seen')} >= fromUnixTimestamp64Nano({from:Int64}, 'UTC')`, { from })
  if (before !== undefined)
    where.and(`${seen('first_seen')} < fromUnixTimestamp64Nano({until:Int64}, 'UTC')`, { until: before })
  if (pattern !== '') where.and('toString(fields.pattern) = {pattern:String}', { pattern })
  const kept = await rows<KeptEvent>(
    store,
    `SELECT ${keptEventColumns} FROM (
       SELECT * FROM (SELECT * FROM events ${where.sql} ORDER BY time DESC LIMIT 1 BY scan)
       ORDER BY ${seen('last_seen')} DESC, scan LIMIT {scans:UInt32}
     ) ORDER BY ${seen('last_seen')} DESC, scan`,
    { ...where.params, scans: limit },
    signal,
  )
  return kept.map((row) => scanRow(keptEventRow(row)))
}

const seen = (field: string) => `parseDateTime64BestEffortOrZero(toString(fields.${field}), 3, 'UTC')`

function scanRow({ time, transport, fields }: EventRow): ScanRow {
  return { ...(fields as unknown as ScanRow), told: time, transport, country: '', as: 0 }
}
