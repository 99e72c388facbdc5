import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { z } from 'zod'
import type { WhyAnswer } from '../../../intel/answers.ts'
import { indicatorTypes } from '../../../intel/indicator/indicator.ts'
import type { IntelDesk } from '../../intel/desk.ts'
import { whoMet } from '../../intel/met.ts'
import type { Guarded } from '../auth/guard.ts'
import { jsonBody, limitBody } from '../body.ts'
import { maxLimit } from '../contract.ts'
import { badRequest, notFound } from '../errors.ts'

const maxBodyBytes = 16 * 1024
/** As people write it: a URL may be that long. */
const value = z.string().trim().min(1).max(4096)
const names = z.strictObject({ names: z.array(z.string().max(64)).max(200).optional() })
const reasoned = z.strictObject({
  value,
  reason: z.string().trim().min(1).max(500),
  /** RFC 3339. */
  until: z.iso.datetime({ offset: true }).optional(),
})
const allowed = reasoned.extend({ action: z.enum(['exclude', 'downgrade', 'annotate']).default('exclude') })
const only = z.strictObject({ value })
const question = z.strictObject({
  text: z.string().trim().max(256).optional(),
  type: z.enum(indicatorTypes).optional(),
  source: z.string().max(64).optional(),
  gone: z.stringbool().default(false),
  limit: z.coerce.number().int().min(1).max(maxLimit).default(100),
})

export interface IntelSources {
  readonly store: ClickHouseClient
  readonly storeStarted: () => boolean
  /** Undefined where there is none: a hub without intelligence, as in tests. */
  readonly intel: IntelDesk | undefined
}

/** What is listed, why, where it goes, and changes by hand. All but who met it is answered without the store. */
export function intelRoutes({ store, storeStarted, intel }: IntelSources): Hono<Guarded> {
  const app = new Hono<Guarded>()
  const open = () => {
    if (intel) return intel
    throw notFound('There is no threat intelligence here.')
  }
  app.get('/intel/why', async (c) => {
    const asked = value.safeParse(c.req.query('value'))
    if (!asked.success) throw badRequest('value should be an address, a name, a URL, a hash ….')
    const answer = await open().why(asked.data)
    const met =
      answer.indicator && storeStarted() ? await whoMet(store, answer.indicator, c.req.raw.signal) : []
    return c.json({ ...answer, met } satisfies WhyAnswer)
  })
  app.get('/intel/search', async (c) => {
    const asked = question.safeParse(c.req.query())
    if (asked.success) return c.json(await open().search(asked.data))
    const [issue] = asked.error.issues
    throw badRequest(`${issue?.path.join('.') ?? 'The question'}: ${issue?.message ?? 'is wrong'}`)
  })
  app.get('/intel/stats', async (c) => c.json(await open().stats()))
  app.get('/intel/sources', async (c) => c.json(await open().sources()))
  app.post('/intel/pull', limitBody(maxBodyBytes), async (c) =>
    c.json(await open().pull((await jsonBody(c, names)).names)),
  )
  app.post('/intel/publish', limitBody(maxBodyBytes), async (c) =>
    c.json(await open().publish((await jsonBody(c, names)).names)),
  )
  app.post('/intel/add', limitBody(maxBodyBytes), async (c) =>
    c.json(await open().add({ ...ends(await jsonBody(c, reasoned)), by: c.var.identity.kind })),
  )
  app.post('/intel/remove', limitBody(maxBodyBytes), async (c) =>
    c.json(await open().remove((await jsonBody(c, only)).value)),
  )
  app.post('/intel/allow', limitBody(maxBodyBytes), async (c) =>
    c.json(await open().allow({ ...ends(await jsonBody(c, allowed)), by: c.var.identity.kind })),
  )
  app.post('/intel/disallow', limitBody(maxBodyBytes), async (c) =>
    c.json(await open().disallow((await jsonBody(c, only)).value)),
  )
  return app
}

/** With the end as a number, where there is one. */
function ends<T extends { readonly until?: string | undefined }>({ until, ...rest }: T) {
  return { ...rest, ...(until !== undefined && { until: Date.parse(until) }) }
}
