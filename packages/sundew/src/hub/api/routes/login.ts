import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { Attempts } from '../auth/attempts.ts'
import { asked, cookieName, type Door } from '../auth/guard.ts'
import { maxPasswordLength, type Password } from '../auth/password.ts'
import { sessionMs } from '../auth/sessions.ts'
import { jsonBody, limitBody } from '../body.ts'
import { apiPrefix } from '../contract.ts'
import { ApiError } from '../errors.ts'

const login = z.strictObject({ password: z.string().max(maxPasswordLength) })

/** Logging in and out. The only routes besides the page that ask for no session. */
export function loginRoutes(options: Door & { password: Password }): Hono<{ Bindings: HttpBindings }> {
  const { password, sessions, tls } = options
  const attempts = new Attempts()
  // Cookies know no ports: the narrow path keeps ours from a decoy on the same address, and __Host- needs the wide one.
  const cookie = { path: tls ? '/' : apiPrefix, secure: tls }
  const app = new Hono<{ Bindings: HttpBindings }>()

  app.get('/session', (c) => c.json({ loggedIn: asked(c, options) }))

  app.post('/login', limitBody(4096), async (c) => {
    const { password: attempt } = await jsonBody(c, login)
    const address = c.env.incoming.socket.remoteAddress ?? '::'
    const wait = attempts.take(address)
    if (wait !== undefined) throw tooMany(wait)
    const right = await password.verify(attempt.trim())
    if (right === undefined) throw tooMany(1)
    if (!right) throw new ApiError(401, 'SUNDEW_API_PASSWORD', 'That is not the password.')
    attempts.succeeded(address)
    setCookie(c, cookieName(tls), sessions.begin(), {
      ...cookie,
      httpOnly: true,
      sameSite: 'Strict',
      maxAge: sessionMs / 1000,
    })
    return c.body(null, 204)
  })

  app.delete('/login', (c) => {
    const secret = getCookie(c, cookieName(tls))
    if (secret !== undefined) sessions.end(secret)
    deleteCookie(c, cookieName(tls), cookie)
    return c.body(null, 204)
  })
  return app
}

function tooMany(seconds: number): ApiError {
  return new ApiError(429, 'SUNDEW_API_ATTEMPTS', `Too many tries. The next one is heard in ${seconds} s.`, {
    headers: { 'Retry-After': String(seconds) },
  })
}
