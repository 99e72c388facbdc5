import { z } from 'zod'
import { readCsv, type CsvRow } from '../files/csv.ts'
import { csvRecords } from '../files/csv-records.ts'
import { namesIn, type CsvColumns } from '../files/csv-columns.ts'
import type { Reading, Taker } from '../files/taker.ts'
import { type FeedHabits, FeedError } from './feed.ts'
import { keyShape } from './key.ts'
import { type Body, type WebConfig, webKeys, webList, webUrl } from './web-list.ts'

/** Of a table's beginning so many comment lines are looked at for its columns' names. */
const mostComments = 100

/** One of abuse.ch's tables (CSV): comments before it, the last of which names the columns. */
export interface AbuseTable {
  readonly type: string
  readonly summary: string
  readonly url: string
  readonly habits: FeedHabits
  /** Columns that it must have: what has not is something else. */
  readonly needs: readonly string[]
  readonly columns: CsvColumns
  /** What else a record says, or why it is left out. */
  readonly look?: (cell: (name: string) => string, row: CsvRow) => CsvRow | string
}

/** abuse.ch wants its key in the address, or in this header. */
export const keyHeader = 'Auth-Key'

export function abuseConfig(url: string) {
  return z.strictObject({
    url: webUrl(url),
    ...keyShape('your abuse.ch Auth-Key'),
    ...webKeys,
  })
}

export function abuseTable({ type, summary, url, habits, ...table }: AbuseTable) {
  return webList<WebConfig>({
    type,
    summary,
    config: abuseConfig(url),
    habits,
    keyHeader,
    read: (body, sample, taker) => readTable(body, sample, taker, table),
  })
}

/** @throws FeedError `form` where it has not the columns that it must have */
export function readTable(
  body: Body,
  sample: string,
  taker: Taker,
  { needs, columns, look }: Pick<AbuseTable, 'needs' | 'columns' | 'look'>,
): Reading {
  const names = columnNames(sample)
  const missing = needs.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new FeedError('form', `it has not the columns that it should have: ${missing.join(', ')}`)
  return readCsv(body.pieces(), taker, sample, { delimiter: ',', columns, look })
}

/** The names of the columns, in small letters; none where nothing names them. */
export function columnNames(sample: string): readonly string[] {
  let looked = 0
  for (const record of csvRecords([Buffer.from(sample)], ',')) {
    if (record.type === 'record') return lower(record.fields)
    if (record.type === 'bad' || ++looked > mostComments) return []
    const names = namesIn(record.text, ',')
    if (names) return lower(names)
  }
  return []
}

function lower(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase())
}
