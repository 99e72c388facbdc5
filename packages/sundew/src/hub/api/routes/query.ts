import type { ClickHouseClient, DataFormat } from '@clickhouse/client'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Guarded } from '../auth/guard.ts'
import { jsonBody, limitBody } from '../body.ts'
import { ApiError } from '../errors.ts'
import { downloadHeaders } from '../headers.ts'
import { passOn } from '../pass-on.ts'
import { readOnly, storeError } from '../store-reader.ts'

/** Characters of SQL, and of its parameters together with it. */
const maxSqlLength = 64 * 1024
const maxBodyBytes = 256 * 1024
const maxParams = 64
/** Queries at once: each holds one of the hub's connections to the store until it is read. */
const maxQueries = 4
/** Seconds that the store may work on one, and bytes that it may answer. */
const maxExecutionSeconds = 60
const maxResultBytes = 1_000_000_000
/** A reader may take this long in all, milliseconds. */
const maxReadMs = 300_000

const formats = {
  json: { format: 'JSONEachRow', type: 'application/x-ndjson; charset=utf-8' },
  csv: { format: 'CSVWithNames', type: 'text/csv; charset=utf-8' },
  tsv: { format: 'TabSeparatedWithNames', type: 'text/tab-separated-values; charset=utf-8' },
  pretty: { format: 'PrettyCompactMonoBlock', type: 'text/plain; charset=utf-8' },
} as const

const query = z.strictObject({
  sql: z.string().min(1).max(maxSqlLength),
  format: z.enum(['json', 'csv', 'tsv', 'pretty']).default('json'),
  params: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/),
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))]),
    )
    .refine((params) => Object.keys(params).length <= maxParams, `may have ${maxParams} entries at most`)
    .default({}),
})

/** The owner's own SQL, as the store's reading user. */
export function queryRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()
  let running = 0
  app.post('/query', limitBody(maxBodyBytes), async (c) => {
    const { sql, format, params } = await jsonBody(c, query)
    if (running >= maxQueries) {
      throw new ApiError(503, 'SUNDEW_API_BUSY', `${maxQueries} queries are running. Wait for one to end.`)
    }
    running++
    const stop = new AbortController()
    const signal = AbortSignal.any([
      stop.signal,
      c.req.raw.signal,
      c.var.identity.ended,
      AbortSignal.timeout(maxReadMs),
    ])
    try {
      const { stream } = await store.exec({
        query: sql,
        query_params: params,
        abort_signal: signal,
        clickhouse_settings: {
          ...readOnly,
          default_format: formats[format].format as DataFormat, // the client's list is not whole
          max_execution_time: maxExecutionSeconds,
          max_result_bytes: String(maxResultBytes),
          result_overflow_mode: 'throw',
        },
      })
      const body = passOn(stream, signal, () => {
        running--
        stop.abort()
      })
      return c.body(body, 200, {
        ...downloadHeaders(formats[format].type, 'query'),
        'Content-Disposition': 'inline',
      })
    } catch (error) {
      running--
      throw storeError(error)
    }
  })
  return app
}
