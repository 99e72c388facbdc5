import type { ClickHouseClient } from '@clickhouse/client'
import { readOnly, storeError } from './store-reader.ts'

/** Seconds that the store may work on one statement. */
const seconds = 60

export interface Statement {
  readonly sql: string
  readonly params: Record<string, unknown>
}

/** The store's answer as it comes. It has begun when this returns, so that what the store refuses is told properly. */
export async function streamed(
  store: ClickHouseClient,
  { sql, params }: Statement,
  format: 'JSONEachRow' | 'CSV' | 'CSVWithNames',
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  try {
    const { stream } = await store.exec({
      query: sql,
      query_params: params,
      use_multipart_params_auto: true,
      abort_signal: signal,
      clickhouse_settings: { ...readOnly, default_format: format, max_execution_time: seconds },
    })
    return stream as AsyncIterable<Uint8Array>
  } catch (error) {
    throw storeError(error)
  }
}
