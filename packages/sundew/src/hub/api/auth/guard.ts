import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { ApiError } from '../errors.ts'
import type { Identity } from './identity.ts'
import type { Sessions } from './sessions.ts'
import type { Tokens } from './tokens.ts'

export interface Guarded {
  Variables: { identity: Identity }
}

/** The cookie's name: under TLS with the prefix that binds it to this very host (RFC 6265bis §4.1.3.2). */
export function cookieName(tls: boolean): string {
  return tls ? '__Host-sundew' : 'sundew'
}

/** What opens: sessions by cookie, tokens by header. */
export interface Door {
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly tls: boolean
}

/** Lets through who shows a live session or a token. A token that is shown and wrong is refused, cookie or not. */
export function guard(options: {
  sessions: Sessions
  tokens: Tokens
  tls: boolean
}): MiddlewareHandler<Guarded> {
  return async (c, next) => {
    const identity = identify(c, options)
    if (!identity) throw nobody()
    c.set('identity', identity)
    await next()
  }
}

/** Whether somebody is logged in: asked by the page, which has nothing to show yet and no fault to report. */
export function asked(c: Context, door: Door): boolean {
  const identity = identify(c, door)
  if (!identity && c.req.header('authorization') !== undefined) throw nobody()
  return identity !== undefined
}

function nobody(): ApiError {
  return new ApiError(401, 'SUNDEW_API_LOGIN', 'Log in, or send a token: `Authorization: Bearer …`.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="sundew"' },
  })
}

function identify(c: Context, { sessions, tokens, tls }: Door): Identity | undefined {
  const authorization = c.req.header('authorization')
  if (authorization !== undefined) {
    const bearer = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(authorization)?.[1]
    return bearer === undefined ? undefined : tokens.find(bearer)
  }
  const cookie = getCookie(c, cookieName(tls))
  return cookie === undefined ? undefined : sessions.find(cookie)
}
