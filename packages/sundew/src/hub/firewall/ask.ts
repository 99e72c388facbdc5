import type { ClickHouseClient } from '@clickhouse/client'
import { badRequest } from '../api/errors.ts'
import { rowsStatement } from '../api/shared-rows.ts'
import { inSpans, msBetween } from '../api/spans.ts'
import { streamed } from '../api/streamed.ts'
import type { Where } from '../api/where.ts'
import { flowWhere } from '../flows/where.ts'
import { firewallSql } from './fields.ts'
import type { FirewallQuestion } from './question.ts'

/** Rows that are put in order at once where all are asked for. */
const spanRows = 1_000_000

/** What firewalls' lines are asked of. */
export interface FirewallSources {
  readonly store: ClickHouseClient
  /** Addresses and prefixes that are ours. */
  readonly networks: readonly string[]
}

/**
 * Lines of firewalls, one JSON object a line. The first have begun to come when this returns.
 *
 * @throws ApiError where the question can't be answered as asked, or the store does not answer
 */
export async function askFirewall(
  { store, networks }: FirewallSources,
  question: FirewallQuestion,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { by, limit, fields, order, share } = question
  const where = await firewallWhere(question, networks)
  const within = (where: Where) =>
    streamed(
      store,
      rowsStatement({
        table: 'firewall',
        where,
        columns: fields,
        told: fields.map((field) => `${firewallSql(field, `kept.${field}`)} AS ${field}`),
        by,
        order,
        limit,
        share,
      }),
      'JSONEachRow',
      signal,
    )
  if (limit !== undefined) return within(where)
  const source = { table: 'firewall', column: by, where }
  return inSpans(store, source, { most: spanRows, order }, within, signal)
}

async function firewallWhere({ filter, by }: FirewallQuestion, networks: readonly string[]): Promise<Where> {
  const { since, before, kind = [], listed, device = [], format = [], rule = [], ...asOfFlows } = filter
  const { where } = await flowWhere(asOfFlows, {
    networks,
    listed: undefined,
    seen: () => {
      throw badRequest('Of firewalls’ lines 64 addresses, prefixes or ranges can be named at most.')
    },
  })
  msBetween(where, by, {
    ...(since === undefined ? {} : { from: Date.parse(since) }),
    ...(before === undefined ? {} : { before: Date.parse(before) }),
  })
  where.oneOf('toString(kind)', 'kinds', kind)
  where.oneOf('device', 'devices', device)
  where.oneOf('format', 'formats', format)
  where.oneOf('rule', 'rules', rule)
  return listed ? where.and('listed = 1') : where
}
