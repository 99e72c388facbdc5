import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { ApiError, badRequest } from './errors.ts'

/** Refuses a body of more than `maxBytes`, told or sent. */
export function limitBody(maxBytes: number) {
  return bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new ApiError(413, 'SUNDEW_API_BODY', `The body may have ${maxBytes} bytes at most.`)
    },
  })
}

/** The request's JSON, in the shape it should have. */
export async function jsonBody<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  let value: unknown
  try {
    value = JSON.parse(await c.req.text())
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw badRequest('The body should be JSON.')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badRequest(`The body does not fit: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? ''}`)
}
