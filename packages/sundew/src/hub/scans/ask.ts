import type { ClickHouseClient } from '@clickhouse/client'
import { storeError, readOnly } from '../api/store-reader.ts'

/**
 * What one question may take of the store: it shares a machine with everything else. Groups past 256 MB wait on disk, so
 * that a flood of forged sources costs time, not memory.
 */
export const limits = {
  max_execution_time: 60,
  max_memory_usage: '1000000000',
  max_bytes_before_external_group_by: '256000000',
  max_bytes_before_external_sort: '256000000',
  // A set of addresses does not wait on disk: a larger one is refused, and asked for in parts (`parts.ts`).
  max_rows_in_set: '500000',
  set_overflow_mode: 'throw',
} as const

/**
 * Rows of a question about the past; nothing is changed.
 *
 * @param store as the user who may write: the other's limits are not for us to set
 */
export async function ask<T>(
  store: ClickHouseClient,
  query: string,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<T[]> {
  try {
    const answer = await store.query({
      query,
      query_params: params,
      format: 'JSONEachRow',
      abort_signal: signal,
      use_multipart_params_auto: true,
      clickhouse_settings: { ...readOnly, ...limits },
    })
    return await answer.json<T>()
  } catch (error) {
    throw storeError(error)
  }
}
