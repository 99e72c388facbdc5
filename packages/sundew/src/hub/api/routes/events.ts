import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import type { Guarded } from '../auth/guard.ts'
import type { Counts } from '../contract.ts'
import { notFound } from '../errors.ts'
import { keptEventColumns, keptEventRow, type KeptEvent } from '../event-kept.ts'
import { shortRow } from '../event-row.ts'
import {
  addressParameter,
  idParameter,
  integerParameter,
  kindsParameter,
  limitParameter,
  servicesParameter,
  timeParameter,
} from '../parameters.ts'
import { newest } from '../newest.ts'
import { rows } from '../store-reader.ts'
import { Where } from '../where.ts'

/** Events that were kept, and how many there were. */
export function eventRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()

  app.get('/events', async (c) => {
    const where = new Where()
      .oneOf('kind', 'kinds', kindsParameter(c))
      .oneOf('service', 'services', servicesParameter(c))
      .inRange('source_ip', addressParameter(c))
    const kept = await newest<KeptEvent>(
      store,
      {
        table: 'events',
        columns: keptEventColumns,
        where,
        since: timeParameter(c, 'since'),
        before: timeParameter(c, 'before'),
        limit: limitParameter(c),
      },
      c.req.raw.signal,
    )
    return c.json(kept.map((row) => shortRow(keptEventRow(row))))
  })

  app.get('/events/:id', async (c) => {
    const [kept] = await rows<KeptEvent>(
      store,
      `SELECT ${keptEventColumns} FROM events WHERE id = toUUID({id:String}) LIMIT 1`,
      { id: idParameter(c) },
      c.req.raw.signal,
    )
    if (!kept) throw notFound('There is no event of this id.')
    return c.json(keptEventRow(kept))
  })

  app.get('/counts', async (c) => {
    const hours = integerParameter(c, 'hours', { fallback: 24, least: 1, most: 24 * 366 })
    const since = 'time >= now64(9) - toIntervalHour({hours:UInt32})'
    const [services, [sources]] = await Promise.all([
      rows<{ service: string; kind: string; times: string | number }>(
        store,
        `SELECT service, kind, count() AS times FROM events WHERE ${since} GROUP BY service, kind ORDER BY times DESC LIMIT 1000`,
        { hours },
        c.req.raw.signal,
      ),
      rows<{ sources: string | number }>(
        store,
        `SELECT uniq(source_ip) AS sources FROM events WHERE ${since} AND source_ip != toIPv6('::')`,
        { hours },
        c.req.raw.signal,
      ),
    ])
    const counts: Counts = {
      services: services.map(({ service, kind, times }) => ({ service, kind, count: Number(times) })),
      sources: Number(sources?.sources ?? 0),
    }
    return c.json(counts)
  })
  return app
}
