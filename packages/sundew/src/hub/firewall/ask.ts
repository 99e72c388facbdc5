import type { ClickHouseClient } from '@clickhouse/client'
import { badRequest } from '../api/errors.ts'
import { rowsStatement } from '../api/shared-rows.ts'
import { spansOf } from '../api/spans.ts'
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
  const spans = await spansOf(store, { table: 'firewall', column: by, where }, spanRows, signal)
  if (order === 'newest') spans.reverse()
  const [first, ...others] = spans.map(({ from, before }) => between(where.copy(), by, { from, before }))
  return first ? chained(await within(first), others, within) : nothing()
}

async function* chained(
  first: AsyncIterable<Uint8Array>,
  others: readonly Where[],
  within: (where: Where) => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  yield* first
  for (const where of others) yield* await within(where)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function firewallWhere({ filter, by }: FirewallQuestion, networks: readonly string[]): Promise<Where> {
  const { since, before, kind = [], listed, device = [], format = [], rule = [], ...asOfFlows } = filter
  const { where } = await flowWhere(asOfFlows, {
    networks,
    listed: undefined,
    seen: () => {
      throw badRequest('Of firewalls’ lines 64 addresses, prefixes or ranges can be named at most.')
    },
  })
  between(where, by, {
    from: since === undefined ? undefined : Date.parse(since),
    before: before === undefined ? undefined : Date.parse(before),
  })
  where.oneOf('toString(kind)', 'kinds', kind)
  where.oneOf('device', 'devices', device)
  where.oneOf('format', 'formats', format)
  where.oneOf('rule', 'rules', rule)
  return listed ? where.and('listed = 1') : where
}

/** Conditions of a span of time, ms since 1970, beside those that are there. */
function between(
  where: Where,
  column: 'time' | 'received',
  { from, before }: { readonly from: number | undefined; readonly before: number | undefined },
): Where {
  const nth = Object.keys(where.params).length
  const add = (sign: string, ms: number, name: string) =>
    where.and(`${column} ${sign} fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`, { [name]: String(ms) })
  if (from !== undefined) add('>=', from, `from_${nth}`)
  if (before !== undefined) add('<', before, `before_${nth}`)
  return where
}
