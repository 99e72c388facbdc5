import type { ClickHouseClient } from '@clickhouse/client'
import { Hono, type Context } from 'hono'
import { Readable } from 'node:stream'
import { plainAddress } from '../../../core/address.ts'
import { byteString, byteStringOf, readable } from '../../../event/bytes.ts'
import { headerText } from '../../enrich/header.ts'
import type { Guarded } from '../auth/guard.ts'
import { raw, rawList, readableColumn } from '../bytes-column.ts'
import type { MailDetail, MailRow } from '../contract.ts'
import { notFound } from '../errors.ts'
import { downloadHeaders } from '../headers.ts'
import {
  addressParameter,
  campaignParameter,
  idParameter,
  limitParameter,
  timeParameter,
} from '../parameters.ts'
import { newest } from '../newest.ts'
import { rows } from '../store-reader.ts'
import { timeText, Where } from '../where.ts'

const rowColumns = `toString(id) AS id_text, ${timeText('time')}, source_ip, queue_id, ${raw('helo')}, ${raw('mail_from')},
  ${rawList('rcpt_to')}, ${raw('subject')}, raw_size, campaign, length(attachments) AS attachment_count`

interface Kept {
  id_text: string
  time_text: string
  source_ip: string
  queue_id: string
  helo_64: string
  mail_from_64: string
  rcpt_to_64: string[]
  subject_64: string
  raw_size: string | number
  campaign: string
  attachment_count: string | number
}

interface KeptDetail extends Kept {
  session: string
  urls_64: string[]
  addresses_64: string[]
  attachments: string[]
  tls_version: string
  tls_cipher: string
  user_name_64: string
}

/** Mails that were kept: the list, one with what was found in it, and its bytes. */
export function mailRoutes(sources: {
  store: ClickHouseClient
  openFile: (sha256: string) => Promise<Readable | undefined>
}): Hono<Guarded> {
  const { store, openFile } = sources
  const app = new Hono<Guarded>()

  app.get('/mails', async (c) => {
    const where = new Where().inRange('source_ip', addressParameter(c))
    const campaign = campaignParameter(c)
    if (campaign !== undefined) where.and('campaign = {campaign:String}', { campaign })
    const kept = await newest<Kept>(
      store,
      {
        table: 'mails',
        columns: rowColumns,
        where,
        since: timeParameter(c, 'since'),
        before: timeParameter(c, 'before'),
        limit: limitParameter(c),
      },
      c.req.raw.signal,
    )
    return c.json(kept.map(mailRow))
  })

  app.get('/mails/:id', async (c) => {
    const [kept] = await byId<KeptDetail>(
      c,
      `${rowColumns}, session, ${rawList('urls')}, ${rawList('addresses')}, attachments, tls_version, tls_cipher, ${raw('user_name')}`,
    )
    if (!kept) throw noMail()
    const detail: MailDetail = {
      ...mailRow(kept),
      session: kept.session,
      urls: kept.urls_64.map(readableColumn),
      addresses: kept.addresses_64.map(readableColumn),
      attachment_sha256: kept.attachments,
      tls_version: kept.tls_version,
      tls_cipher: kept.tls_cipher,
      user_name: readableColumn(kept.user_name_64),
    }
    return c.json(detail)
  })

  app.get('/mails/:id/raw', async (c) => {
    const [kept] = await byId<{ raw_64: string; raw_sha256: string; in_file: number }>(
      c,
      `${raw('raw')}, raw_sha256, stored = 'file' AS in_file`,
    )
    if (!kept) throw noMail()
    const headers = downloadHeaders('message/rfc822', `${idParameter(c)}.eml`)
    if (!kept.in_file) return c.body(Buffer.from(kept.raw_64, 'base64'), 200, headers)
    const file = await openFile(kept.raw_sha256)
    if (!file) throw notFound('The bytes of this mail are no longer kept.')
    return c.body(Readable.toWeb(file) as ReadableStream, 200, headers)
  })

  function byId<T>(c: Context, columns: string): Promise<T[]> {
    return rows<T>(
      store,
      `SELECT ${columns} FROM mails WHERE id = toUUID({id:String}) LIMIT 1`,
      { id: idParameter(c) },
      c.req.raw.signal,
    )
  }
  return app
}

function mailRow(kept: Kept): MailRow {
  return {
    id: kept.id_text,
    time: kept.time_text,
    source_ip: plainAddress(kept.source_ip),
    queue_id: kept.queue_id,
    helo: readableColumn(kept.helo_64),
    mail_from: readableColumn(kept.mail_from_64),
    rcpt_to: kept.rcpt_to_64.map(readableColumn),
    subject: readable(byteStringOf(headerText(byteString(Buffer.from(kept.subject_64, 'base64'))))),
    size_bytes: Number(kept.raw_size),
    campaign: kept.campaign,
    attachments: Number(kept.attachment_count),
  }
}

function noMail() {
  return notFound('There is no mail of this id.')
}
