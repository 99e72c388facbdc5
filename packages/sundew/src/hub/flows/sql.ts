import type { Where } from '../api/where.ts'
import { dimensions } from './dimensions.ts'
import { addressSql, readableSql, timeSql } from './fields.ts'
import type { QuestionOf } from './question.ts'
import type { FlowTable } from './tables.ts'

export interface Asked {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

// In ClickHouse an alias hides the column of its name, in WHERE too. So what is reckoned is named `the_…` where the
// conditions stand, and gets the name it is told by one SELECT further out.

/** The flows themselves. Those of a limit are chosen first and made readable then. */
export function rowsSql(
  { fields, limit, order }: Pick<QuestionOf<'rows'>, 'fields' | 'limit' | 'order'>,
  where: Where,
): Asked {
  const turn = order === 'newest' ? 'DESC' : 'ASC'
  const columns = [...new Set(['time', 'flow_start', ...fields])].join(', ')
  const chosen = limit === undefined ? '' : `ORDER BY time ${turn}, flow_start ${turn} LIMIT {rows:UInt64}`
  const told = fields.map((field) => `${readableSql(field, `flow.${field}`)} AS ${field}`).join(', ')
  return {
    sql: `SELECT ${told} FROM (SELECT ${columns} FROM flows ${where.sql} ${chosen}) AS flow
      ORDER BY flow.time ${turn}, flow.flow_start ${turn}`,
    params: limit === undefined ? where.params : { ...where.params, rows: String(limit) },
  }
}

export function countSql(table: FlowTable, where: Where): Asked {
  return {
    sql: `SELECT the_flows AS flows, the_packets AS packets, the_bytes AS bytes,
        if(flows = 0, '', ${timeSql('the_first')}) AS first, if(flows = 0, '', ${timeSql('the_last')}) AS last
      FROM (SELECT ${sums(table)}, min(${table.first}) AS the_first, max(${table.last}) AS the_last FROM ${table.name} ${where.sql})`,
    params: where.params,
  }
}

export function topSql(table: FlowTable, { of, by, limit }: QuestionOf<'top'>, where: Where): Asked {
  const { keys, only } = dimensions.find(({ name }) => name === of)!
  const chosen = only === undefined ? where : where.copy().and(only)
  const names = keys.map(({ name }) => `the_${name}`).join(', ')
  const told = keys.map(({ name, like }) => `${readableSql(like, `the_${name}`)} AS ${name}`).join(', ')
  return {
    sql: `SELECT ${told}, the_flows AS flows, the_packets AS packets, the_bytes AS bytes, the_percent AS percent FROM (
        SELECT ${keys.map(({ name, sql }) => `${table.key(sql)} AS the_${name}`).join(', ')}, ${sums(table)},
          round(100 * the_${by} / (sum(the_${by}) OVER ()), 2) AS the_percent
        FROM ${table.name} ${chosen.sql} GROUP BY ${names} ORDER BY the_${by} DESC, ${names} LIMIT {rows:UInt32}
      ) ORDER BY the_${by} DESC, ${names}`,
    params: { ...where.params, rows: limit },
  }
}

/** Steps between the first and the last in which there were none are told too. */
export function histogramSql(table: FlowTable, stepSeconds: number, where: Where): Asked {
  return {
    sql: `SELECT ${timeSql('the_time')} AS time, the_flows AS flows, the_packets AS packets, the_bytes AS bytes FROM (
        SELECT toDateTime(intDiv(toUnixTimestamp(time), {step:UInt32}) * {step:UInt32}, 'UTC') AS the_time, ${sums(table)}
        FROM ${table.name} ${where.sql} GROUP BY the_time ORDER BY the_time WITH FILL STEP toIntervalSecond({step:UInt32})
      ) ORDER BY the_time`,
    params: { ...where.params, step: stepSeconds },
  }
}

/** Per sender and receiver what passed, and when. */
export function pairsSql(where: Where, most: number): Asked {
  return {
    sql: `SELECT source_ip, destination_ip, count() AS the_flows, sum(bytes) AS the_bytes, sum(packets) AS the_packets,
        toUnixTimestamp64Milli(min(flow_start)) AS the_first, toUnixTimestamp64Milli(max(flow_end)) AS the_last
      FROM flows ${where.sql} GROUP BY source_ip, destination_ip LIMIT {pairs:UInt32}`,
    params: { ...where.params, pairs: most },
  }
}

/** Of each address when it was seen, by the hour, and what it sent and was sent. The most bytes first. */
export function seenRowsSql({ limit }: QuestionOf<'seen'>, where: Where): Asked {
  return {
    sql: `SELECT ${addressSql('seen.address')} AS address, toStringCutToZero(the_country) AS country, the_as AS as, the_hours AS hours,
        ${timeSql('the_first')} AS first, ${timeSql('the_last')} AS last, sent_flows, sent_bytes, received_flows, received_bytes FROM (
        SELECT address, max(country) AS the_country, max(as_number) AS the_as, uniqExact(time) AS the_hours, min(time) AS the_first, max(time) AS the_last,
          sum(addresses.sent_flows) AS sent_flows, sum(addresses.sent_bytes) AS sent_bytes,
          sum(addresses.received_flows) AS received_flows, sum(addresses.received_bytes) AS received_bytes
        FROM addresses_1h AS addresses ${where.sql} GROUP BY address ORDER BY sent_bytes + received_bytes DESC, address LIMIT {rows:UInt32}
      ) AS seen ORDER BY sent_bytes + received_bytes DESC, seen.address`,
    params: { ...where.params, rows: limit },
  }
}

function sums({ flows }: FlowTable): string {
  return `${flows} AS the_flows, sum(packets) AS the_packets, sum(bytes) AS the_bytes`
}
