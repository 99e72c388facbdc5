import type { ClickHouseClient } from '@clickhouse/client'
import { sqlString } from '../../store/sql.ts'
import { flowTables, type FlowTable } from './retention.ts'

export interface FlowRoomOptions {
  readonly store: ClickHouseClient
  readonly quotaBytes: number
  /** On a cluster nothing is dropped: its disks are its owner's business. */
  readonly cluster: string | undefined
}

export interface Dropped {
  readonly table: FlowTable
  /** A day (2026-11-25), or a month (202611). */
  readonly partition: string
}

interface Partition extends Dropped {
  readonly id: string
  readonly bytes: number
}

/** Part of the quota that flows may use, so that a busy network does not push out what intruders brought. */
export const flowShare = 0.5

/**
 * Keeps flows within their part of the quota. The oldest go first: single flows before their sums, and what shows who was
 * seen last; the partition that is being filled only where nothing else is left.
 */
export class FlowRoom {
  readonly #options: FlowRoomOptions

  constructor(options: FlowRoomOptions) {
    this.#options = options
  }

  /** Drops what is too much, and says what that was. Rejects where the store is away. */
  async trim(): Promise<readonly Dropped[]> {
    const { quotaBytes, cluster, store } = this.#options
    if (cluster !== undefined) return []
    const partitions = await this.#partitions()
    let bytes = partitions.reduce((sum, each) => sum + each.bytes, 0)
    const dropped: Dropped[] = []
    for (const { table, id, partition, bytes: freed } of inOrder(partitions)) {
      if (bytes <= quotaBytes * flowShare) break
      await store.command({
        query: `ALTER TABLE ${table} DROP PARTITION ID ${sqlString(id)}`,
        clickhouse_settings: { max_partition_size_to_drop: '0' },
      })
      bytes -= freed
      dropped.push({ table, partition })
    }
    return dropped
  }

  async #partitions(): Promise<Partition[]> {
    const answer = await this.#options.store.query({
      query: `SELECT table, partition, partition_id AS id, toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts
        WHERE database = currentDatabase() AND active AND table IN {tables:Array(String)} GROUP BY table, partition, id`,
      query_params: { tables: flowTables },
      format: 'JSONEachRow',
    })
    return answer.json<Partition>()
  }
}

/** As they are to go. Ids of days and months sort by time. */
function inOrder(partitions: readonly Partition[]): Partition[] {
  const perTable = flowTables.map((table) =>
    partitions.filter((each) => each.table === table).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )
  const past = perTable.flatMap((each) => each.slice(0, -1))
  const present = perTable.flatMap((each) => each.slice(-1))
  return [...past, ...present]
}
