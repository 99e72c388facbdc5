import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { plotQuestion } from '../../firewall/plot-question.ts'
import { readFirewall } from '../../firewall/read.ts'
import type { MembersOf } from '../../scans/scanners.ts'
import { Answering } from '../answering.ts'
import type { Guarded } from '../auth/guard.ts'
import { jsonBody, limitBody } from '../body.ts'

/** Two lists of scanners. */
const maxBodyBytes = 512 * 1024
/** Pictures at once, and how long a reader may take. */
const maxPictures = 2
const maxReadMs = 600_000

/** Firewalls' lines as a picture needs them. */
export function firewallPlotRoutes(store: ClickHouseClient, membersOf: MembersOf | undefined): Hono<Guarded> {
  const app = new Hono<Guarded>()
  const answering = new Answering(maxPictures, maxReadMs)
  app.post('/plots/firewall', limitBody(maxBodyBytes), async (c) => {
    const question = await jsonBody(c, plotQuestion)
    return answering.bytes(c, 'firewall.plot', 'application/octet-stream', (signal) =>
      readFirewall(store, question, signal, membersOf),
    )
  })
  return app
}
