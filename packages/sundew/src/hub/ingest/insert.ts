import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'

/** Rows for one table, as one Native block. */
export interface TableRows {
  readonly table: string
  readonly columns: readonly string[]
  readonly block: { readonly rows: number; encode(): Uint8Array[] }
  readonly settings?: ClickHouseSettings
}

/** Inserts a block, once: the store keeps a token's first block and takes a later one with the same token as done. */
export async function insertRows(store: ClickHouseClient, rows: TableRows, token: string): Promise<void> {
  const { table, columns, block, settings } = rows
  if (block.rows === 0) return
  const { stream } = await store.exec({
    query: `INSERT INTO ${table} (${columns.map((name) => `\`${name}\``).join(', ')}) FORMAT Native`,
    values: Readable.from(block.encode(), { objectMode: false }),
    clickhouse_settings: {
      ...settings,
      // Imported events may be of any number of days, each a partition.
      throw_on_max_partitions_per_insert_block: 0,
      insert_deduplication_token: `${token}:${table}`,
      insert_deduplicate: 1,
    },
  })
  stream.resume() // an answer not read to its end keeps its connection
  await finished(stream)
}
