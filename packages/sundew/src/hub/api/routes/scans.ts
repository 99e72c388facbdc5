import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { patterns } from '../../scans/scan.ts'
import { plainText } from '../../scans/probes-sql.ts'
import type { Look } from '../../scans/scans.ts'
import type { Guarded } from '../auth/guard.ts'
import type { EventRow, ScanRow } from '../contract.ts'
import { badRequest, notFound } from '../errors.ts'
import { keptEventColumns, keptEventRow, type KeptEvent } from '../event-kept.ts'
import { integerParameter, timeParameter } from '../parameters.ts'
import { rows } from '../store-reader.ts'
import { Where } from '../where.ts'

/** Scans in one answer. */
const mostScans = 1000
const dayNs = 86_400_000_000_000n

interface ScanSources {
  readonly store: ClickHouseClient
  /** Looks for scans now; undefined where they are not looked for. */
  readonly look: (() => Promise<Look>) | undefined
}

/** Scans that were told, each as it was told last. */
export function scanRoutes({ store, look }: ScanSources): Hono<Guarded> {
  const app = new Hono<Guarded>()
  app.get('/scans', async (c) => {
    const pattern = c.req.query('pattern') ?? ''
    if (pattern !== '' && !patterns.some((known) => known === pattern))
      throw badRequest(`pattern should be one of ${patterns.join(', ')}.`)
    const limit = integerParameter(c, 'limit', { fallback: mostScans, least: 1, most: mostScans })
    const [from, before] = [timeParameter(c, 'from'), timeParameter(c, 'before')]
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
      c.req.raw.signal,
    )
    const scans = kept.map((row) => scanRow(keptEventRow(row)))
    return c.json(await withOrigins(store, scans, c.req.raw.signal))
  })

  app.post('/scans/look', async (c) => {
    if (!look) throw notFound('Scans are not looked for here: scans.enabled is false.')
    return c.json(await look())
  })
  return app
}

const seen = (field: string) => `parseDateTime64BestEffortOrZero(toString(fields.${field}), 3, 'UTC')`

function scanRow({ time, transport, fields }: EventRow): ScanRow {
  return { ...(fields as unknown as ScanRow), told: time, transport, country: '', as: 0 }
}

/** With country and autonomous system of the first source, as they were looked up when its packets came. */
async function withOrigins(
  store: ClickHouseClient,
  scans: readonly ScanRow[],
  signal: AbortSignal,
): Promise<ScanRow[]> {
  const sources = [...new Set(scans.flatMap((scan) => scan.sources.slice(0, 1)))]
  if (sources.length === 0) return [...scans]
  const firsts = scans.map((scan) => Date.parse(scan.first_seen))
  const lasts = scans.map((scan) => Date.parse(scan.last_seen))
  const found = await rows<{ source: string; country: string; as: number | string }>(
    store,
    `SELECT ${plainText('source_ip')} AS source, country, the_as AS as FROM (
       SELECT source_ip, toStringCutToZero(max(source_country)) AS country, max(source_as) AS the_as FROM firewall
       WHERE source_ip IN (SELECT toIPv6(arrayJoin({sources:Array(String)})))
         AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
       GROUP BY source_ip
     )`,
    { sources, from: Math.min(...firsts), to: Math.max(...lasts) },
    signal,
  )
  const origins = new Map(found.map((row) => [row.source, row]))
  return scans.map((scan) => {
    const origin = origins.get(scan.sources[0] ?? '')
    return origin ? { ...scan, country: origin.country, as: Number(origin.as) } : scan
  })
}
