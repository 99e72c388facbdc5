import type { ClickHouseClient } from '@clickhouse/client'
import { sqlString } from '../../store/sql.ts'
import { firewallTables, flowTables } from './retention.ts'

export interface FlowRoomOptions {
  readonly store: ClickHouseClient
  readonly quotaBytes: number
  /** On a cluster nothing is dropped: its disks are its owner's business. */
  readonly cluster: string | undefined
}

export interface Dropped {
  readonly table: string
  /** A day (2026-11-25), or a month (202611). */
  readonly partition: string
}

interface Partition extends Dropped {
  readonly id: string
  readonly bytes: number
}

/** Part of the quota that flows and firewalls' lines may use together, so that a busy network does not push out what intruders brought. */
export const flowShare = 0.5

/** Tables that give up their oldest together. */
const groups: readonly (readonly string[])[] = [flowTables, firewallTables]

/**
 * Keeps flows and firewalls' lines within their part of the quota. Where it is used up, whichever of the two has more gives up
 * its oldest, so that either may use what the other does not need, and neither is left with less than half of the part for the
 * other's sake. Of flows, single ones go before their sums, and what shows who was seen last; the partition that is being filled
 * only where nothing else is left.
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
    const waiting = groups.map((tables) => inOrder(tables, partitions))
    const dropped: Dropped[] = []
    for (;;) {
      const bytes = waiting.map((all) => all.reduce((sum, each) => sum + each.bytes, 0))
      if (bytes.reduce((sum, each) => sum + each) <= quotaBytes * flowShare) return dropped
      const largest = waiting[bytes.indexOf(Math.max(...bytes))]!
      const { table, id, partition } = largest.shift()!
      await store.command({
        query: `ALTER TABLE ${table} DROP PARTITION ID ${sqlString(id)}`,
        clickhouse_settings: { max_partition_size_to_drop: '0' },
      })
      dropped.push({ table, partition })
    }
  }

  async #partitions(): Promise<Partition[]> {
    const answer = await this.#options.store.query({
      query: `SELECT table, partition, partition_id AS id, toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts
        WHERE database = currentDatabase() AND active AND table IN {tables:Array(String)} GROUP BY table, partition, id`,
      query_params: { tables: groups.flat() },
      format: 'JSONEachRow',
    })
    return answer.json<Partition>()
  }
}

/** The partitions of these tables as they are to go. Ids of days and months sort by time. */
function inOrder(tables: readonly string[], partitions: readonly Partition[]): Partition[] {
  const perTable = tables.map((table) =>
    partitions.filter((each) => each.table === table).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )
  const past = perTable.flatMap((each) => each.slice(0, -1))
  const present = perTable.flatMap((each) => each.slice(-1))
  return [...past, ...present]
}
