import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { Readable } from 'node:stream'
import { plainAddress } from '../../../core/address.ts'
import type { Guarded } from '../auth/guard.ts'
import { raw, readableColumn } from '../bytes-column.ts'
import type { FileRow } from '../contract.ts'
import { badRequest, notFound } from '../errors.ts'
import { downloadHeaders } from '../headers.ts'
import { addressParameter, limitParameter, timeParameter } from '../parameters.ts'
import { rows } from '../store-reader.ts'
import { timeText, Where } from '../where.ts'

interface Kept {
  sha256: string
  name_64: string
  mime_claimed_64: string
  mime_detected: string
  size: string | number
  first_seen_text: string
  last_seen_text: string
  times: string | number
  source_ip: string
  via: string
}

/** Files that peers brought: the list, and their bytes, which nothing here ever opens. */
export function fileRoutes(sources: {
  store: ClickHouseClient
  openFile: (sha256: string) => Promise<Readable | undefined>
}): Hono<Guarded> {
  const { store, openFile } = sources
  const app = new Hono<Guarded>()

  app.get('/files', async (c) => {
    const where = new Where()
      .and("via != 'session.recorded'") // what we wrote ourselves: `sundew sessions` has it
      .between('last_seen', timeParameter(c, 'since'), timeParameter(c, 'before'))
    const range = addressParameter(c)
    if (range) {
      const from = new Where().inRange('source_ip', range)
      where.and(`sha256 IN (SELECT sha256 FROM files ${from.sql})`, from.params)
    }
    const kept = await rows<Kept>(
      store,
      `SELECT sha256, ${raw('name')}, ${raw('mime_claimed')}, mime_detected, size, ${timeText('first_seen')},
         ${timeText('last_seen')}, times, source_ip, via
       FROM files_unique ${where.sql} ORDER BY files_unique.last_seen DESC LIMIT {limit:UInt32}`,
      { ...where.params, limit: limitParameter(c) },
      c.req.raw.signal,
    )
    const origins = await firstOrigins(kept, c.req.raw.signal)
    return c.json(kept.map((row) => fileRow(row, origins.get(row.sha256) ?? '')))
  })

  app.get('/files/:sha256', async (c) => {
    const sha256 = c.req.param('sha256')
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw badRequest('The name of a file is its SHA-256: 64 hex digits in lower case.')
    const file = await openFile(sha256)
    if (!file) throw notFound('No file of this SHA-256 is kept.')
    return c.body(
      Readable.toWeb(file) as ReadableStream,
      200,
      downloadHeaders('application/octet-stream', `${sha256}.bin`),
    )
  })

  /** The view `files_unique` does not tell them; by SHA-256 the table answers at once. */
  async function firstOrigins(files: readonly Kept[], signal: AbortSignal): Promise<Map<string, string>> {
    if (files.length === 0) return new Map()
    const found = await rows<{ sha256: string; origin: string }>(
      store,
      `SELECT sha256, argMin(files.origin, time) AS origin FROM files WHERE sha256 IN {hashes:Array(String)} GROUP BY sha256`,
      { hashes: files.map(({ sha256 }) => sha256) },
      signal,
    )
    return new Map(found.map(({ sha256, origin }) => [sha256, origin]))
  }
  return app
}

function fileRow(kept: Kept, origin: string): FileRow {
  return {
    sha256: kept.sha256,
    name: readableColumn(kept.name_64),
    mime_claimed: readableColumn(kept.mime_claimed_64),
    mime_detected: kept.mime_detected,
    size_bytes: Number(kept.size),
    first_seen: kept.first_seen_text,
    last_seen: kept.last_seen_text,
    times: Number(kept.times),
    source_ip: plainAddress(kept.source_ip),
    via: kept.via,
    origin,
  }
}
