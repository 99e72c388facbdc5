import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ApiErrorBody } from './contract.ts'

/** A request that can't be answered as asked; becomes `{error: {code, message}}`. */
export class ApiError extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly store: ApiErrorBody['error']['store']
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    extra: { store?: ApiErrorBody['error']['store']; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.store = extra.store
    this.headers = extra.headers ?? {}
  }

  answer(c: Context): Response {
    const body: ApiErrorBody = {
      error: { code: this.code, message: this.message, ...(this.store ? { store: this.store } : {}) },
    }
    return c.json(body, this.status, this.headers)
  }
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'SUNDEW_API_REQUEST', message)
}

export function notFound(what: string): ApiError {
  return new ApiError(404, 'SUNDEW_API_NOT_FOUND', what)
}
