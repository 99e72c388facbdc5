import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { patterns } from '../../scans/scan.ts'
import { mostScans, toldScans } from '../../scans/told-scans.ts'
import { plainText } from '../../scans/probes-sql.ts'
import type { Look } from '../../scans/scans.ts'
import type { Guarded } from '../auth/guard.ts'
import type { ScanRow } from '../contract.ts'
import { badRequest, notFound } from '../errors.ts'
import { integerParameter, timeParameter } from '../parameters.ts'
import { rows } from '../store-reader.ts'

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
    const { signal } = c.req.raw
    const scans = await toldScans(store, { from, before, pattern, limit }, signal)
    return c.json(await withOrigins(store, scans, signal))
  })

  app.post('/scans/look', async (c) => {
    if (!look) throw notFound('Scans are not looked for here: scans.enabled is false.')
    return c.json(await look())
  })
  return app
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
