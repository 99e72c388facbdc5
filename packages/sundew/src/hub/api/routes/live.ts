import { Hono } from 'hono'
import type { Guarded } from '../auth/guard.ts'
import { ApiError } from '../errors.ts'
import { maxReaders, type LiveFeed } from '../live-feed.ts'
import { addressParameter, kindsParameter, servicesParameter } from '../parameters.ts'

/** A timer can't be longer (2^31-1 ms). */
const longestTimer = 2 ** 31 - 1

/** Events as they come in. Ends when who reads leaves, logs out, or was logged in long enough. */
export function liveRoutes(feed: LiveFeed): Hono<Guarded> {
  const app = new Hono<Guarded>()
  app.get('/live', (c) => {
    if (feed.full) {
      throw new ApiError(503, 'SUNDEW_API_BUSY', `${maxReaders} live views are open already. Close one.`)
    }
    const filter = {
      kinds: kindsParameter(c),
      services: servicesParameter(c),
      address: addressParameter(c),
    }
    const { ended, expires } = c.var.identity
    const expired = AbortSignal.timeout(Math.min(longestTimer, Math.max(0, expires - Date.now())))
    const stream = feed.open(filter, AbortSignal.any([ended, expired, c.req.raw.signal]))
    return c.body(stream, 200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
  })
  return app
}
