import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { ApiError } from './errors.ts'

/** The name in a Host header, without port and brackets; undefined where it is no such thing. */
export function hostName(host: string): string | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(host)
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}

/**
 * Refuses requests that name us as nobody should: a page elsewhere whose name was made to point here (DNS rebinding)
 * has its own name in `Host`. Addresses are fine: who uses one has no name to turn around.
 */
export function hostCheck(names: ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    const name = hostName(c.req.header('host') ?? '')
    if (name === undefined || (isIP(name) === 0 && !names.has(name))) {
      throw new ApiError(
        421,
        'SUNDEW_API_HOST',
        'This name is none of the console’s. Use its address, localhost, or a name that console.hostnames gives it.',
      )
    }
    await next()
  }
}

/**
 * Refuses what another site's page asks for in the owner's browser. Browsers tell where a request comes from in
 * Sec-Fetch-Site, older ones in Origin; other programs send neither and must show a token of their own anyway. JSON
 * can't be sent across sites without our leave, which we never give (no CORS).
 */
export function originCheck(): MiddlewareHandler {
  return async (c, next) => {
    const site = c.req.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw elsewhere()
    const origin = c.req.header('origin')
    if (origin !== undefined && originHost(origin) !== c.req.header('host')?.toLowerCase()) throw elsewhere()
    if (c.req.method === 'HEAD') {
      // A stream would be opened for it that nobody reads.
      throw new ApiError(405, 'SUNDEW_API_METHOD', 'The API knows no HEAD. Use GET.')
    }
    if (c.req.method !== 'GET') {
      const type = c.req.header('content-type') ?? ''
      if (!/^application\/json\s*(;|$)/i.test(type)) {
        throw new ApiError(
          415,
          'SUNDEW_API_CONTENT_TYPE',
          'Say `Content-Type: application/json` and send JSON.',
        )
      }
    }
    await next()
  }
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function elsewhere(): ApiError {
  return new ApiError(403, 'SUNDEW_API_ORIGIN', 'The request comes from a page that is not the console’s.')
}
