import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { plainAddress } from '../../../core/address.ts'
import { byteStringOf, readable } from '../../../event/bytes.ts'
import type { Guarded } from '../auth/guard.ts'
import { raw, readableColumn } from '../bytes-column.ts'
import type { TunnelReport } from '../contract.ts'
import { integerParameter, limitParameter } from '../parameters.ts'
import { rows } from '../store-reader.ts'
import { timeText } from '../where.ts'

type Kept = Record<string, string | number>

const since = 'time >= now64(9) - toIntervalDay({days:UInt32})'
const opens = `FROM events WHERE kind = 'tunnel.open' AND ${since}`
const most = 'LIMIT {limit:UInt32}'

const queries = {
  sources: `SELECT source_ip, count() AS attempts, countIf(toString(fields.outcome) = 'opened') AS opened,
      uniqExact(target_host, target_port) AS targets, ${timeText('min(time)', 'first')}, ${timeText('max(time)', 'last')}
    ${opens} GROUP BY source_ip ORDER BY attempts DESC, source_ip ${most}`,
  targets: `SELECT ${raw('target_host')}, target_port, count() AS attempts, uniqExact(source_ip) AS sources
    ${opens} GROUP BY target_host, target_port ORDER BY attempts DESC, target_host, target_port ${most}`,
  ports: `SELECT target_port, count() AS attempts, uniqExact(source_ip) AS sources,
      (SELECT count() ${opens}) AS all_attempts
    ${opens} GROUP BY target_port ORDER BY attempts DESC, target_port ${most}`,
  helos: `SELECT toString(fields.helo) AS helo, count() AS mails, uniqExact(source_ip) AS sources
    FROM events WHERE kind = 'mail.received' AND tunnel != '' AND ${since}
    GROUP BY helo ORDER BY mails DESC, helo ${most}`,
  requests: `SELECT toString(fields.method) AS method,
      if(ifNull(toString(fields.host), '') = '', target_host, toString(fields.host)) AS asked, base64Encode(asked) AS asked_64,
      ${raw('url')}, count() AS requests, uniqExact(source_ip) AS sources
    FROM events WHERE kind = 'http.request' AND tunnel != '' AND ${since}
    GROUP BY method, asked, url ORDER BY requests DESC, asked, url ${most}`,
} as const

/** Who wanted to be connected where through us, over days, and what they had to say there. */
export function tunnelReportRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()
  app.get('/reports/tunnels', async (c) => {
    const days = integerParameter(c, 'days', { fallback: 14, least: 1, most: 3660 })
    const params = { days, limit: limitParameter(c) }
    const ask = (name: keyof typeof queries): Promise<Kept[]> =>
      rows<Kept>(store, queries[name], params, c.req.raw.signal)
    const [sources, targets, ports, helos, requests] = await Promise.all([
      ask('sources'),
      ask('targets'),
      ask('ports'),
      ask('helos'),
      ask('requests'),
    ])
    const report: TunnelReport = {
      sources: sources.map((row) => ({
        ip: plainAddress(String(row['source_ip'])),
        attempts: Number(row['attempts']),
        opened: Number(row['opened']),
        targets: Number(row['targets']),
        first_seen: String(row['first_text']),
        last_seen: String(row['last_text']),
      })),
      targets: targets.map((row) => ({
        host: readableColumn(String(row['target_host_64'])),
        port: Number(row['target_port']),
        attempts: Number(row['attempts']),
        sources: Number(row['sources']),
      })),
      ports: ports.map((row) => ({
        port: Number(row['target_port']),
        attempts: Number(row['attempts']),
        percent: Math.round((Number(row['attempts']) / Number(row['all_attempts'])) * 1000) / 10,
        sources: Number(row['sources']),
      })),
      helos: helos.map((row) => ({
        helo: shown(row['helo']),
        mails: Number(row['mails']),
        sources: Number(row['sources']),
      })),
      requests: requests.map((row) => ({
        method: shown(row['method']),
        host: readableColumn(String(row['asked_64'])),
        url: readableColumn(String(row['url_64'])),
        requests: Number(row['requests']),
        sources: Number(row['sources']),
      })),
    }
    return c.json(report)
  })
  return app
}

/** In the column `fields` text is UTF-8 already; control and direction characters still need their escapes. */
function shown(text: string | number | undefined): string {
  return readable(byteStringOf(String(text ?? '')))
}
