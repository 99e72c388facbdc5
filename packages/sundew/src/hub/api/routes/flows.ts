import { Hono } from 'hono'
import { Readable } from 'node:stream'
import { askFlows, type FlowSources } from '../../flows/ask.ts'
import { flowQuestion } from '../../flows/question.ts'
import type { Guarded } from '../auth/guard.ts'
import { jsonBody, limitBody } from '../body.ts'
import { ApiError } from '../errors.ts'
import { downloadHeaders } from '../headers.ts'
import { passOn } from '../pass-on.ts'

/** A set may be that long: some four million addresses. */
const maxBodyBytes = 80 * 1024 * 1024
/** Questions at once: each holds one of the hub's connections to the store until its answer is read. */
const maxQuestions = 4
/** A reader may take this long in all, milliseconds. */
const maxReadMs = 3_600_000

/** The rear view: which flows there were. */
export function flowRoutes(sources: FlowSources): Hono<Guarded> {
  const app = new Hono<Guarded>()
  let running = 0
  app.post('/flows', limitBody(maxBodyBytes), async (c) => {
    const question = await jsonBody(c, flowQuestion)
    if (running >= maxQuestions) {
      throw new ApiError(
        503,
        'SUNDEW_API_BUSY',
        `${maxQuestions} questions about flows are being answered. Wait for one to end.`,
      )
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
      const { table, since, cut, body } = await askFlows(sources, question, signal)
      const csv = question.mode === 'rows' && question.format === 'csv'
      const stream = passOn(Readable.from(body, { objectMode: false }), signal, () => {
        running--
        stop.abort()
      })
      return c.body(stream, 200, {
        ...downloadHeaders(csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8', 'flows'),
        'Content-Disposition': 'inline',
        'X-Sundew-Table': table,
        ...(since === undefined ? {} : { 'X-Sundew-Kept-Since': new Date(since).toISOString() }),
        ...(cut ? { 'X-Sundew-Cut': '1' } : {}),
      })
    } catch (error) {
      running--
      throw error
    }
  })
  return app
}
