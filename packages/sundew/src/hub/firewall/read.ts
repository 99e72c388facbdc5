import type { ClickHouseClient } from '@clickhouse/client'
import { laneStart } from '../../plots/fireplot/place.ts'
import { type By, firstScanner, mostCountries } from '../../plots/fireplot/schemes.ts'
import { sourceColumn, streamColumns, type StreamHead } from '../../plots/fireplot/stream.ts'
import { badRequest } from '../api/errors.ts'
import { parseAddressRange } from '../api/parameters.ts'
import { readOnly, rows, storeError } from '../api/store-reader.ts'
import { Where } from '../api/where.ts'
import { type MembersOf, type Scanners, scannersOf } from '../scans/scanners.ts'
import type { PlotQuestion } from './plot-question.ts'

/** Seconds that the store may work on one statement. */
const seconds = 60
const minuteMs = 60_000
/** A unit of time has 32 bits. */
const mostSteps = 2 ** 32

const version6 = "(source_ip < toIPv6('::ffff:0.0.0.0') OR source_ip > toIPv6('::ffff:255.255.255.255'))"

/** SQL: the place on the vertical axis, as `placeOf` has it. */
const placeSql = `toUInt32(multiIf(protocol IN (6, 17, 33, 132, 136), toUInt32(destination_port), protocol = 1, ${laneStart(0)} + intDiv(destination_port, 256), protocol = 58, ${laneStart(1)} + intDiv(destination_port, 256), ${laneStart(2)} + protocol))`

/** SQL: the colour, as `schemes.ts` has it. */
const colourSql: Readonly<Record<By, string>> = {
  class: `multiIf(protocol = 6, 0, protocol = 17, 1, protocol = if(${version6}, 58, 1), 2, 3) + if(${version6}, 4, 0)`,
  protocol:
    'multiIf(protocol = 6, 0, protocol = 17, 1, protocol IN (1, 58), 2, protocol = 47, 3, protocol IN (50, 51), 4, 5)',
  version: `if(${version6}, 1, 0)`,
  country: `if(indexOf({countries:Array(String)}, toString(source_country)) AS its_country = 0, ${mostCountries}, its_country - 1)`,
  listed: 'if(listed = 0, 0, 1)',
}

/**
 * The events of a picture, as the store has them. They are told one by one, by the million: the store writes them out quicker than
 * it would count them by pixel (10 million: 0.3 s and 0.7 s), and whoever draws counts them while they come.
 *
 * @param membersOf asked for all sources of scans that were told of
 * @returns what `readStream` reads: a head, and blocks of columns in ClickHouse's format Native
 * @throws ApiError where the question can't be answered as asked, or the store does not answer
 */
export async function readFirewall(
  store: ClickHouseClient,
  question: PlotQuestion,
  signal: AbortSignal,
  membersOf: MembersOf = () => Promise.resolve(new Map()),
): Promise<AsyncIterable<Uint8Array>> {
  const where = conditions(question)
  const { from, to } = await spanOf(store, question, where, signal)
  if (from >= to) throw badRequest('from should be before to.')
  where
    .and("time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')", { from })
    .and("time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')", { to })
  const scanners =
    question.scanners === 'told'
      ? await scannersOf(store, membersOf, { from, to }, signal)
      : question.scanners
  const events = question.named_most > 0 ? await countOf(store, where, signal) : undefined
  const head: StreamHead = {
    from,
    to,
    stepMs: Math.max(1, Math.ceil((to - from) / mostSteps)),
    ...(events === undefined ? {} : { events }),
    named: events !== undefined && events <= question.named_most,
    countries: question.by === 'country' ? await countriesOf(store, where, signal) : [],
    busiest: question.hide_top > 0 ? await busiestOf(store, where, question.hide_top, signal) : [],
    ...('missing' in scanners && {
      scanners: {
        alone: scanners.alone.length,
        together: scanners.together.length,
        missing: scanners.missing,
      },
    }),
  }
  // The store has begun when this returns, so that what it refuses is told properly.
  const blocks = await blocksOf(store, { by: question.by, scanners }, where, head, signal)
  return answer(head, blocks)
}

async function* answer(head: StreamHead, blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(head)}\n`)
  yield* blocks
}

async function blocksOf(
  store: ClickHouseClient,
  {
    by,
    scanners: { alone, together },
  }: { readonly by: By; readonly scanners: Pick<Scanners, 'alone' | 'together'> },
  where: Where,
  { stepMs, named, countries }: StreamHead,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const among = (name: string) => `source_ip IN (SELECT toIPv6(arrayJoin({${name}:Array(String)})))`
  const scanning = [
    ...(together.length > 0 ? [among('together'), String(firstScanner + 1)] : []),
    ...(alone.length > 0 ? [among('alone'), String(firstScanner)] : []),
  ]
  const colour = scanning.length > 0 ? `multiIf(${[...scanning, colourSql[by]].join(', ')})` : colourSql[by]
  const cells: Readonly<Record<string, string>> = {
    at: 'toUInt32(intDiv(toUnixTimestamp64Milli(time) - {from:Int64}, {step:Int64}))',
    place: placeSql,
    colour: `toUInt8(${colour})`,
    source: 'source_ip',
  }
  const columns = named ? [...streamColumns, sourceColumn] : streamColumns
  const list = columns.map(({ name }) => `${cells[name]!} AS ${name}`)
  try {
    const { stream } = await store.exec({
      query: `SELECT ${list.join(', ')} FROM firewall ${where.sql} ${named ? 'ORDER BY at' : ''} FORMAT Native`,
      query_params: { ...where.params, step: stepMs, alone, together, countries },
      use_multipart_params_auto: true,
      abort_signal: signal,
      clickhouse_settings: { ...readOnly, max_execution_time: seconds },
    })
    return stream as AsyncIterable<Uint8Array>
  } catch (error) {
    throw storeError(error)
  }
}

function conditions({ kind, source, port, protocol, answers }: PlotQuestion): Where {
  const where = new Where()
  if (kind === undefined) where.and("kind != 'firewall.allow'")
  else if (kind !== 'all') where.and('kind = {kind:String}', { kind: `firewall.${kind}` })
  if (source !== undefined) {
    const range = parseAddressRange(source)
    if (!range) throw badRequest('source should be an address or a prefix such as 192.0.2.0/24.')
    where.inRange('source_ip', range)
  }
  if (port !== undefined)
    where.and('destination_port = {port:UInt16} AND protocol IN (6, 17, 33, 132, 136)', { port })
  if (protocol !== undefined) where.and('protocol = {protocol:UInt8}', { protocol })
  // RST is 4, FIN 1 and ACK 16 (RFC 9293 §3.1): what has these answers something.
  if (!answers) where.and('NOT (protocol = 6 AND (bitAnd(tcp_flags, 4) != 0 OR bitAnd(tcp_flags, 17) = 17))')
  return where
}

async function spanOf(
  store: ClickHouseClient,
  { from, to }: PlotQuestion,
  where: Where,
  signal: AbortSignal,
): Promise<{ readonly from: number; readonly to: number }> {
  if (from !== undefined) return { from, to }
  const [found] = await rows<{ first: string; last: string; events: string }>(
    store,
    `SELECT toUnixTimestamp64Milli(min(time)) AS first, toUnixTimestamp64Milli(max(time)) AS last, count() AS events FROM firewall ${where.sql}`,
    where.params,
    signal,
  )
  if (!found || Number(found.events) === 0) return { from: to - minuteMs, to }
  return {
    from: Math.floor(Math.min(Number(found.first), to - minuteMs) / minuteMs) * minuteMs,
    to: Math.min(to, (Math.floor(Number(found.last) / minuteMs) + 1) * minuteMs),
  }
}

async function countOf(store: ClickHouseClient, where: Where, signal: AbortSignal): Promise<number> {
  const sql = `SELECT count() AS events FROM firewall ${where.sql}`
  const [found] = await rows<{ events: string }>(store, sql, where.params, signal)
  return Number(found?.events ?? 0)
}

async function countriesOf(
  store: ClickHouseClient,
  where: Where,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await rows<{ country: string }>(
    store,
    `SELECT toString(source_country) AS country FROM firewall ${where.sql} AND match(toString(source_country), '^[A-Z]{2}$') GROUP BY country ORDER BY count() DESC, country LIMIT ${mostCountries}`,
    where.params,
    signal,
  )
  return found.map(({ country }) => country)
}

async function busiestOf(
  store: ClickHouseClient,
  where: Where,
  most: number,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const found = await rows<{ port: number }>(
    store,
    `SELECT destination_port AS port FROM firewall ${where.sql} AND protocol IN (6, 17, 33, 132, 136) GROUP BY port ORDER BY count() DESC, port LIMIT {most:UInt32}`,
    { ...where.params, most },
    signal,
  )
  return found.map(({ port }) => Number(port))
}
