import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { z } from 'zod'
import { fairShare } from '../../firewall/question.ts'
import { addressSql, timeSql } from '../../flows/fields.ts'
import { Answering } from '../answering.ts'
import type { Guarded } from '../auth/guard.ts'
import { jsonBody, limitBody } from '../body.ts'
import { rowsStatement } from '../shared-rows.ts'
import { inSpans, msBetween } from '../spans.ts'
import { streamed } from '../streamed.ts'
import { Where } from '../where.ts'

const maxBodyBytes = 16 * 1024
/** Questions at once, and how long a reader may take: a feed reads as slowly as what it tells is drawn. */
const maxQuestions = 4
const maxReadMs = 24 * 3_600_000
/** Rows that are put in order at once. */
const spanRows = 200_000

const time = z.iso.datetime({ offset: true })
const question = z.strictObject({
  since: time.optional(),
  before: time.optional(),
  share: fairShare.optional(),
})

const own = (field: string) => `ifNull(toString(kept.fields.${field}), '')`
/** What is told, as LoginRow has it. */
const told = [
  `${timeSql('kept.time')} AS time`,
  `${addressSql('kept.source_ip')} AS source_ip`,
  'toString(kept.service) AS service',
  'toString(kept.sensor) AS sensor',
  'base64Encode(kept.user_name) AS user_name_64',
  'base64Encode(kept.password) AS password_64',
  `${own('mechanism')} AS mechanism`,
  `${own('key_type')} AS key_type`,
  `${own('accepted')} = 'true' AS accepted`,
]
const columns = ['service', 'sensor', 'user_name', 'password', 'fields']

/** Who tried to log in, one by one. */
export function loginRowRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()
  const answering = new Answering(maxQuestions, maxReadMs)
  app.post('/logins/rows', limitBody(maxBodyBytes), async (c) => {
    const { since, before, share } = await jsonBody(c, question)
    const where = msBetween(new Where().and("kind = 'login.attempt'"), 'time', {
      ...(since === undefined ? {} : { from: Date.parse(since) }),
      ...(before === undefined ? {} : { before: Date.parse(before) }),
    })
    const asked = { table: 'events', columns, told, by: 'time', order: 'oldest', share } as const
    return answering.lines(c, 'logins', (signal) =>
      inSpans(
        store,
        { table: 'events', column: 'time', where },
        { most: spanRows, order: 'oldest' },
        (part) => streamed(store, rowsStatement({ ...asked, where: part }), 'JSONEachRow', signal),
        signal,
      ),
    )
  })
  return app
}
