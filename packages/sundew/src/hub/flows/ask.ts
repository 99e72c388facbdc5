import type { ClickHouseClient } from '@clickhouse/client'
import type { AddressSet } from '../../match/address-set.ts'
import { badRequest } from '../api/errors.ts'
import { spansOf } from '../api/spans.ts'
import { streamed } from '../api/streamed.ts'
import type { Where } from '../api/where.ts'
import type { FlowFilter } from './filter.ts'
import { Hunt, pairWords } from './hunt.ts'
import type { FlowQuestion, QuestionOf } from './question.ts'
import { eachRows, seenIn } from './seen.ts'
import { type Asked, countSql, histogramSql, pairsSql, rowsSql, seenRowsSql, topSql } from './sql.ts'
import { chooseTable, type FlowTable, keptSince, rawFlows, seenSql } from './tables.ts'
import { flowWhere, noLists, type FlowWhere } from './where.ts'

/** Rows that are put in order at once where all are asked for. */
const windowRows = 1_000_000
/** Pairs of addresses that a hunt looks at. */
const mostPairs = 5_000_000
/** Rows of ours that are sent at once. */
const together = 500

/** What the rear view is asked of. */
export interface FlowSources {
  readonly store: ClickHouseClient
  /** Addresses and prefixes that are ours. */
  readonly networks: readonly string[]
  /** The set of listed addresses in force. */
  readonly listed: () => AddressSet | undefined
}

export interface FlowAnswer {
  readonly table: string
  /** The oldest moment that the table has, milliseconds since 1970; undefined where it is empty. */
  readonly since: number | undefined
  /** There were more rows than the limit. */
  readonly cut: boolean
  /** JSON, one object a line, or CSV with a line of names. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * Answers a question about flows.
 *
 * @throws ApiError where the question can't be answered as asked, or the store does not answer
 */
export async function askFlows(
  sources: FlowSources,
  question: FlowQuestion,
  signal: AbortSignal,
): Promise<FlowAnswer> {
  const { store } = sources
  const filter =
    question.mode === 'hunt'
      ? await withoutVainBeginning(store, { intel: 'all', ...question.filter }, signal)
      : question.filter
  const where = await whereFor(sources, filter, signal, question.mode === 'seen')
  switch (question.mode) {
    case 'rows':
      return from(rawFlows, rows(store, question, where.where, signal))
    case 'count':
    case 'top':
    case 'histogram': {
      const table = await chooseTable(store, question, where, signal)
      return from(table, await streamed(store, summary(question, table, where), 'JSONEachRow', signal))
    }
    case 'seen': {
      const strange = [...where.columns].find((column) => !seenColumns.has(column))
      if (strange !== undefined)
        throw badRequest(
          `Who was seen is kept by address, country and autonomous system, without ${strange}.`,
        )
      const asked = seenRowsSql(question, where.where)
      return from({ name: 'addresses_1h' }, await streamed(store, asked, 'JSONEachRow', signal))
    }
    case 'hunt': {
      const { cut, body } = await huntOf(sources, question, where.where, signal)
      return from(rawFlows, body, cut)
    }
  }

  async function from(
    table: Pick<FlowTable, 'name'>,
    body: AsyncIterable<Uint8Array>,
    cut = false,
  ): Promise<FlowAnswer> {
    return { table: table.name, since: await keptSince(store, table, signal), cut, body }
  }
}

/** Columns of the table `addresses_1h` that a filter may name. */
const seenColumns = new Set(['address', 'country', 'as_number'])

/** A beginning before the oldest flow leaves nothing out; without it the times of all flows need not be read. */
async function withoutVainBeginning(
  store: ClickHouseClient,
  filter: FlowFilter,
  signal: AbortSignal,
): Promise<FlowFilter> {
  const { since, ...rest } = filter
  if (since === undefined) return filter
  const oldest = await keptSince(store, rawFlows, signal)
  return oldest !== undefined && Date.parse(since) > oldest ? filter : rest
}

/** The filter's conditions; sets are compared with who was seen in its time. */
export function whereFor(
  { store, networks, listed }: FlowSources,
  filter: FlowFilter,
  signal: AbortSignal,
  oneAddress = false,
): Promise<FlowWhere> {
  const { sql, params } = seenSql(filter)
  return flowWhere(filter, {
    networks,
    listed: listed(),
    seen: (sets) => seenIn(store, sql, params, sets, signal),
    oneAddress,
  })
}

function summary(
  question: QuestionOf<'count' | 'top' | 'histogram'>,
  table: FlowTable,
  { where }: FlowWhere,
): Asked {
  switch (question.mode) {
    case 'count':
      return countSql(table, where)
    case 'top':
      return topSql(table, question, where)
    case 'histogram':
      return histogramSql(table, question.step_seconds, where)
  }
}

/** Without a limit they come by spans of time that are each put in order: whatever there is, memory has room for it. */
async function* rows(
  store: ClickHouseClient,
  question: QuestionOf<'rows'>,
  where: Where,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const unnamed = question.format === 'csv' ? 'CSV' : 'JSONEachRow'
  const named = question.format === 'csv' && question.titles ? 'CSVWithNames' : unnamed
  if (question.limit !== undefined) {
    yield* await streamed(store, rowsSql(question, where), named, signal)
    return
  }
  const spans = await spansOf(store, { table: 'flows', column: 'time', where }, windowRows, signal)
  if (question.order === 'newest') spans.reverse()
  let format: Parameters<typeof streamed>[2] = named
  for (const span of spans.length === 0 ? [{ from: 0, before: 0 }] : spans) {
    const within = where
      .copy()
      .and(
        "time >= fromUnixTimestamp64Milli({span_from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({span_before:Int64}, 'UTC')",
        { span_from: span.from, span_before: span.before },
      )
    yield* await streamed(store, rowsSql(question, within), format, signal)
    format = unnamed
  }
}

async function huntOf(
  { store, networks, listed }: FlowSources,
  question: QuestionOf<'hunt'>,
  where: Where,
  signal: AbortSignal,
): Promise<Pick<FlowAnswer, 'cut' | 'body'>> {
  const set = listed()
  if (!set) throw noLists()
  const hunt = new Hunt(set, networks, question.filter.intel ?? 'all')
  let pairs = 0
  await eachRows(store, { ...pairsSql(where, mostPairs), rowWords: pairWords }, signal, (words) => {
    hunt.add(words)
    pairs += words.length / pairWords
  })
  const rows = hunt.rows(question.limit)
  return { cut: hunt.cut || pairs >= mostPairs, body: encoded(rows) }
}

async function* encoded(rows: readonly unknown[]): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < rows.length; from += together) {
    const lines = rows.slice(from, from + together).map((row) => `${JSON.stringify(row)}\n`)
    yield Buffer.from(lines.join(''))
  }
}
