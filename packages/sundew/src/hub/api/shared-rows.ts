import type { Statement } from './streamed.ts'
import type { Where } from './where.ts'

export interface RowsAsked {
  readonly table: string
  readonly where: Where
  /** Columns that are read, and SQL of what is told of them: names of ours. */
  readonly columns: readonly string[]
  readonly told: readonly string[]
  /** The time that rows are in order of. */
  readonly by: string
  readonly order: 'newest' | 'oldest'
  readonly limit?: number | undefined
  /** Of each window's rows at most so many are told: everybody's first, everybody's second, and so on. */
  readonly share?: { readonly window_ms: number; readonly most: number } | undefined
}

/** Who shares: an IPv4 address, or an IPv6 one's first 64 bits, behind which its owner has as many as she likes. */
const sharer =
  "tupleElement(IPv6CIDRToRange(source_ip, if(source_ip BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255'), 128, 64)), 1)"

/** Rows one by one; with a share, `left_out` in one row of a window says how many of it are not told. */
export function rowsStatement(asked: RowsAsked): Statement {
  const { table, where, columns, told, by, share, limit } = asked
  const turn = asked.order === 'newest' ? 'DESC' : 'ASC'
  const limited = limit === undefined ? '' : 'LIMIT {rows:UInt64}'
  const params = { ...where.params, ...(limit === undefined ? {} : { rows: String(limit) }) }
  const read = [...new Set([by, 'source_ip', ...columns])].join(', ')
  if (!share) {
    return {
      sql: `SELECT ${told.join(', ')} FROM (SELECT ${read} FROM ${table} ${where.sql} ORDER BY ${by} ${turn} ${limited}) AS kept
        ORDER BY kept.${by} ${turn}`,
      params,
    }
  }
  return {
    sql: `SELECT ${told.join(', ')}, if(kept.place = 1, greatest(kept.came, {most:UInt64}) - {most:UInt64}, 0) AS left_out FROM (
        SELECT *, count() OVER (PARTITION BY share_window) AS came,
          row_number() OVER (PARTITION BY share_window ORDER BY share_turn, cityHash64(share_source, share_window)) AS place
        FROM (
          SELECT ${read}, intDiv(toUnixTimestamp64Milli(${by}), {window_ms:Int64}) AS share_window,
            ${sharer} AS share_source,
            row_number() OVER (PARTITION BY share_window, share_source ORDER BY ${by}) AS share_turn
          FROM ${table} ${where.sql}
        )
      ) AS kept WHERE kept.place <= {most:UInt64} ORDER BY kept.${by} ${turn} ${limited}`,
    params: { ...params, window_ms: String(share.window_ms), most: String(share.most) },
  }
}
