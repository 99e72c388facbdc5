import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { plainAddress } from '../../../core/address.ts'
import type { Guarded } from '../auth/guard.ts'
import type { SpammerRow } from '../contract.ts'
import { integerParameter, limitParameter } from '../parameters.ts'
import { rows } from '../store-reader.ts'
import { timeText } from '../where.ts'

interface Kept {
  source_ip: string
  spam_mails: string | number
  first_text: string
  last_text: string
  campaigns: string | number
  bytes: string | number
}

/** Who sent most, over days. Imported mails have no address that a socket told, so they are not in it. */
export function reportRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()
  app.get('/reports/spammers', async (c) => {
    const days = integerParameter(c, 'days', { fallback: 14, least: 1, most: 3660 })
    const kept = await rows<Kept>(
      store,
      `SELECT source_ip, count() AS spam_mails, ${timeText('min(time)', 'first')}, ${timeText('max(time)', 'last')},
         uniqExactIf(campaign, campaign != '') AS campaigns, sum(raw_size) AS bytes
       FROM mails WHERE time >= now64(9) - toIntervalDay({days:UInt32}) AND source_ip != toIPv6('::')
       GROUP BY source_ip ORDER BY spam_mails DESC, source_ip LIMIT {limit:UInt32}`,
      { days, limit: limitParameter(c) },
      c.req.raw.signal,
    )
    return c.json(
      kept.map((row): SpammerRow => ({
        ip: plainAddress(row.source_ip),
        spam_mails: Number(row.spam_mails),
        first_seen: row.first_text,
        last_seen: row.last_text,
        campaigns: Number(row.campaigns),
        bytes: Number(row.bytes),
      })),
    )
  })
  return app
}
