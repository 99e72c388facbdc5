import type { ClickHouseClient } from '@clickhouse/client'
import { rows } from './store-reader.ts'
import type { Where } from './where.ts'

/** A span of time, ms since 1970, its end left out. */
export interface Span {
  readonly from: number
  readonly before: number
}

interface Source {
  readonly table: string
  /** Of the time: a DateTime64. */
  readonly column: string
  readonly where: Where
}

/** Conditions of a span of time, beside those that are there. */
export function msBetween(where: Where, column: string, { from, before }: Partial<Span>): Where {
  const nth = Object.keys(where.params).length
  const add = (sign: string, ms: number, name: string) =>
    where.and(`${column} ${sign} fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`, { [name]: String(ms) })
  if (from !== undefined) add('>=', from, `from_${nth}`)
  if (before !== undefined) add('<', before, `before_${nth}`)
  return where
}

/** All rows of a source, asked for span by span. The first have begun to come when this returns. */
export async function inSpans(
  store: ClickHouseClient,
  source: Source,
  { most, order }: { readonly most: number; readonly order: 'newest' | 'oldest' },
  within: (where: Where) => Promise<AsyncIterable<Uint8Array>>,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const spans = await spansOf(store, source, most, signal)
  if (order === 'newest') spans.reverse()
  const [first, ...others] = spans.map((span) => msBetween(source.where.copy(), source.column, span))
  return chained(first === undefined ? undefined : await within(first), others, within)
}

async function* chained(
  first: AsyncIterable<Uint8Array> | undefined,
  others: readonly Where[],
  within: (where: Where) => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  if (first) yield* first
  for (const where of others) yield* await within(where)
}

/**
 * The time that has such rows in spans of some `most` rows, of whole minutes where that can be, the oldest first: each can be put in order in
 * memory, however many there are in all.
 */
export async function spansOf(
  store: ClickHouseClient,
  { table, column, where }: Source,
  most: number,
  signal: AbortSignal,
): Promise<Span[]> {
  const minutes = await rows<{ minute: number; count: number }>(
    store,
    `SELECT toUnixTimestamp(toStartOfMinute(${column})) AS minute, count() AS count FROM ${table} ${where.sql} GROUP BY minute ORDER BY minute`,
    where.params,
    signal,
  )
  const spans: { from: number; before: number; count: number }[] = []
  for (const { minute, count } of minutes) {
    const last = spans.at(-1)
    const [from, before] = [Number(minute) * 1000, (Number(minute) + 60) * 1000]
    if (last && last.count + Number(count) <= most) {
      last.count += Number(count)
      last.before = before
      continue
    }
    // A flood's minute is cut into whole seconds.
    const length = Math.ceil(60 / Math.min(60, Math.max(1, Math.ceil(Number(count) / most)))) * 1000
    for (let part = from; part < before; part += length)
      spans.push({
        from: part,
        before: Math.min(part + length, before),
        count: Math.ceil((Number(count) * length) / 60_000),
      })
  }
  return spans
}
