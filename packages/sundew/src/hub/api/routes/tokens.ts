import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { z } from 'zod'
import type { Guarded } from '../auth/guard.ts'
import { maxTokens, tokenName, type Tokens } from '../auth/tokens.ts'
import { jsonBody, limitBody } from '../body.ts'
import { ApiError, notFound } from '../errors.ts'

const newToken = z.strictObject({
  name: z.string().regex(tokenName, 'should have 1 to 64 letters, digits, dots, dashes and underscores'),
})

/** Tokens are managed by the owner: a token that was given away can't make or remove others. */
const ownerOnly = createMiddleware<Guarded>(async (c, next) => {
  if (c.var.identity.kind === 'token') {
    throw new ApiError(
      403,
      'SUNDEW_API_OWNER',
      'A token can’t manage tokens. Use the page or the command line.',
    )
  }
  await next()
})

export function tokenRoutes(tokens: Tokens): Hono<Guarded> {
  const app = new Hono<Guarded>()
  app.use('/tokens/*', ownerOnly)
  app.get('/tokens', (c) => c.json(tokens.list()))
  app.post('/tokens', limitBody(4096), async (c) => {
    const { name } = await jsonBody(c, newToken)
    const token = await tokens.add(name)
    if (!token) {
      throw new ApiError(
        409,
        'SUNDEW_API_TOKEN_NAME',
        `There is a token of the name ${name} already, or there are ${maxTokens}. Remove it first, or choose another name.`,
      )
    }
    return c.json(token, 201)
  })
  app.delete('/tokens/:name', async (c) => {
    if (!(await tokens.remove(c.req.param('name')))) throw notFound('There is no token of this name.')
    return c.body(null, 204)
  })
  return app
}
