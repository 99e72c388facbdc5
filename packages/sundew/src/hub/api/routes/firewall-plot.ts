import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { Readable } from 'node:stream'
import { type PlotAnswer, readFirewall } from '../../firewall/read.ts'
import { plotQuestion } from '../../firewall/plot-question.ts'
import type { Guarded } from '../auth/guard.ts'
import { jsonBody, limitBody } from '../body.ts'
import { ApiError } from '../errors.ts'
import { downloadHeaders } from '../headers.ts'
import { passOn } from '../pass-on.ts'

/** Two lists of scanners. */
const maxBodyBytes = 512 * 1024
/** Pictures at once: each holds one of the hub's connections to the store until it is read. */
const maxPictures = 2
/** A reader may take this long in all, milliseconds. */
const maxReadMs = 600_000

/** Firewalls' lines as a picture needs them. */
export function firewallPlotRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()
  let running = 0
  app.post('/plots/firewall', limitBody(maxBodyBytes), async (c) => {
    const question = await jsonBody(c, plotQuestion)
    if (running >= maxPictures)
      throw new ApiError(
        503,
        'SUNDEW_API_BUSY',
        `${maxPictures} pictures of firewalls' lines are being drawn. Wait for one to end.`,
      )
    running++
    const stop = new AbortController()
    const signal = AbortSignal.any([
      stop.signal,
      c.req.raw.signal,
      c.var.identity.ended,
      AbortSignal.timeout(maxReadMs),
    ])
    try {
      const answer = await readFirewall(store, question, signal)
      const stream = passOn(Readable.from(told(answer), { objectMode: false }), signal, () => {
        running--
        stop.abort()
      })
      return c.body(stream, 200, downloadHeaders('application/octet-stream', 'firewall.plot'))
    } catch (error) {
      running--
      throw error
    }
  })
  return app
}

async function* told({ head, blocks }: PlotAnswer): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(head)}\n`)
  yield* blocks
}
