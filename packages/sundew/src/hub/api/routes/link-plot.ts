import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import type { Guarded } from '../auth/guard.ts'
import { readableColumn } from '../bytes-column.ts'
import type { LinkRow } from '../contract.ts'
import { badRequest } from '../errors.ts'
import { timeParameter } from '../parameters.ts'
import { rows } from '../store-reader.ts'
import { Where } from '../where.ts'

/** Triples told at most, the most frequent. */
const mostTriples = 200_000

const address = (column: string) =>
  `if(startsWith(toString(${column}), '::ffff:'), substring(toString(${column}), 8), toString(${column}))`
const own = (field: string) => `ifNull(toString(fields.${field}), '')`

/** What can be drawn, by name: an expression whose value is bytes or text. */
export const linkFields: Readonly<Record<string, string>> = {
  source: address('source_ip'),
  destination: address('destination_ip'),
  port: 'toString(destination_port)',
  service: 'toString(service)',
  sensor: 'toString(sensor)',
  target: 'target_host',
  'target-port': 'toString(target_port)',
  user: 'user_name',
  password: 'password',
  command: 'command',
  url: 'url',
  host: own('host'),
  file: 'file_sha256',
  'mail-from': 'mail_from',
  indicator: 'indicator',
  list: 'list',
  matched: 'matched_ip',
  fingerprint: 'fingerprint',
  outcome: own('outcome'),
}

/** Kinds of events that have what can be drawn. */
const kinds = [
  'tunnel.open',
  'login.attempt',
  'http.request',
  'command.run',
  'mail.received',
  'file.captured',
  'file.download_requested',
  'connection.open',
  'intel.match',
  'client.fingerprint',
]

/** How often three fields of an event came together. */
export function linkPlotRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()
  app.get('/plots/links', async (c) => {
    const kind = c.req.query('kind') || 'tunnel.open'
    if (!kinds.includes(kind)) throw badRequest(`kind should be one of ${kinds.join(', ')}.`)
    const names = (c.req.query('fields') || 'source,target-port,target').split(',')
    const expressions = names.map((name) => (Object.hasOwn(linkFields, name) ? linkFields[name] : undefined))
    if (expressions.length !== 3 || expressions.includes(undefined))
      throw badRequest(
        `fields should be three of ${Object.keys(linkFields).join(', ')}, with commas between.`,
      )
    const where = new Where()
      .and('kind = {kind:String}', { kind })
      .between('time', timeParameter(c, 'since'), timeParameter(c, 'before'))
    const [a, b, d] = expressions
    const found = await rows<{ a: string; b: string; c: string; count: number | string }>(
      store,
      `SELECT base64Encode(first) AS a, base64Encode(second) AS b, base64Encode(third) AS c, times AS count FROM (
         SELECT ${a} AS first, ${b} AS second, ${d} AS third, count() AS times FROM events ${where.sql}
         GROUP BY first, second, third ORDER BY times DESC, first, second, third LIMIT {most:UInt32}
       )`,
      { ...where.params, most: mostTriples },
      c.req.raw.signal,
    )
    return c.json(
      found.map(({ a, b, c, count }): LinkRow => ({
        parts: [readableColumn(a), readableColumn(b), readableColumn(c)],
        count: Number(count),
      })),
    )
  })
  return app
}
