import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client'
import type { MiddlewareHandler } from 'hono'
import { ApiError } from './errors.ts'

/** How long the store may work for one answer of ours, seconds. */
const maxExecutionSeconds = 20

/**
 * With every query: no statement that changes anything, no setting changed by the query itself, and no table function
 * that opens a file or an address. A cluster's user may be one who can write.
 */
export const readOnly = { readonly: '1' } as const

/** Answers 503 until the store has started. */
export function storeCheck(started: () => boolean): MiddlewareHandler {
  return async (_, next) => {
    if (!started()) {
      throw new ApiError(
        503,
        'SUNDEW_STORE_STARTING',
        'The store is starting. What is caught meanwhile waits in the journal; ask again in a moment.',
        { headers: { 'Retry-After': '2' } },
      )
    }
    await next()
  }
}

/** The rows of a query of ours, each as an object. Values of the request go into `params` only. */
export async function rows<T>(
  store: ClickHouseClient,
  sql: string,
  params: Record<string, unknown>,
  signal: AbortSignal,
): Promise<T[]> {
  try {
    const result = await store.query({
      query: sql,
      query_params: params,
      format: 'JSONEachRow',
      abort_signal: signal,
      clickhouse_settings: { ...readOnly, max_execution_time: maxExecutionSeconds },
    })
    return await result.json<T>()
  } catch (error) {
    throw storeError(error)
  }
}

/** What the store said, for whoever asked: a refused query with ClickHouse's code and text, or that it is away. */
export function storeError(error: unknown): ApiError {
  if (error instanceof ClickHouseError) {
    const store = { code: error.code, type: error.type ?? '' }
    return new ApiError(400, 'SUNDEW_QUERY', error.message, { store })
  }
  return new ApiError(
    503,
    'SUNDEW_STORE_AWAY',
    `The store did not answer: ${error instanceof Error ? error.message : String(error)}. It is started again by itself; "sundew status" tells how it is.`,
  )
}
