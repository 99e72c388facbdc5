import type { IndicatorType } from '../indicator/indicator.ts'
import type { About } from '../sighting.ts'
import { Comments } from './comments.ts'
import {
  columnsOf,
  type CsvColumns,
  delimiterOf,
  isHeaderRecord,
  indicatorAt,
  namesIn,
  type Columns,
} from './csv-columns.ts'
import { csvRecords } from './csv-records.ts'
import { publishedTime } from './dates.ts'
import type { Reading, Taker } from './taker.ts'
import { confidenceOf, said, tagsOf } from './said.ts'
import { typeNamed } from './type-names.ts'

/** How a CSV list is to be read. */
export interface CsvSpec {
  readonly delimiter?: string | undefined
  /** Which column holds what, by number from 1 or by name; found out where not given. */
  readonly columns?: CsvColumns | undefined
  /** Names of the columns, where the list does not say them. */
  readonly names?: readonly string[] | undefined
  /** What the indicators are; a column of types says it, or their form, where not given. */
  readonly type?: IndicatorType | undefined
  /** Looks at each record once more: what else it says of its indicator, or why it is left out. */
  readonly look?: ((cell: (name: string) => string, row: CsvRow) => CsvRow | string) | undefined
}

export interface CsvRow {
  readonly indicator: string
  readonly about: About
  readonly type: IndicatorType | undefined
}

/**
 * CSV: a record an indicator. Which column holds it is configured, else told by the header (a first record without an
 * indicator, or a comment that names columns before it), else the first column that holds an address.
 *
 * @param sample the beginning of the text: what delimits is found out there
 * @throws TypeError where there is no such column
 */
export function readCsv(
  pieces: Iterable<Uint8Array>,
  taker: Taker,
  sample: string,
  spec: CsvSpec = {},
): Reading {
  const delimiter = spec.delimiter ?? delimiterOf(sample)
  const comments = new Comments()
  let header: readonly string[] | undefined
  let names: readonly string[] | undefined
  let columns: Columns | undefined
  let fields: readonly string[] = []
  let records = 0
  const cell = (name: string) => fields[columns?.named.get(name) ?? -1] ?? ''
  for (const record of csvRecords(pieces, delimiter)) {
    if (taker.full) break
    if (record.type === 'comment') {
      comments.note(record.text)
      if (!names) header = namesIn(record.text, delimiter, spec.columns) ?? header
      continue
    }
    if (record.type === 'bad') {
      records++
      taker.bad(`line ${record.line}`, record.text)
      continue
    }
    fields = record.fields
    if (!names) {
      const isHeader = isHeaderRecord(fields, spec.columns)
      names = isHeader ? fields : (header ?? spec.names ?? [])
      if (isHeader) continue
    }
    records++
    columns ??= columnsOf(names, spec.columns, fields)
    const row = rowOf(fields, columns, spec)
    const looked = row && spec.look ? spec.look(cell, row) : row
    if (looked === undefined) taker.leaveOut('type')
    else if (typeof looked === 'string') taker.leaveOut(looked)
    else taker.take(looked.indicator, looked.about, looked.type, record.line)
  }
  if (comments.made !== undefined) taker.made(comments.made)
  return { format: 'csv', records, told: comments.told }
}

/** The record's indicator and what is said of it; undefined where its type is none that is known. */
function rowOf(fields: readonly string[], columns: Columns, spec: CsvSpec): CsvRow | undefined {
  const told = columns.type < 0 ? undefined : typeNamed(fields[columns.type] ?? '')
  if (spec.type === undefined && told === 'other') return undefined
  const start = fields[indicatorAt(columns, fields)] ?? ''
  const end = fields[columns.end]
  return {
    indicator: end === undefined ? start : `${start}-${end}`,
    about: aboutOf(fields, columns),
    type: spec.type ?? (told === 'other' ? undefined : told),
  }
}

function aboutOf(fields: readonly string[], columns: Columns): About {
  const about: { -readonly [key in keyof About]: About[key] } = {}
  const at = (column: number) => (column < 0 ? '' : said(fields[column] ?? ''))
  const title = at(columns.title)
  if (title !== '') about.title = title
  const malware = at(columns.malware)
  if (malware !== '') about.malware = malware
  const link = at(columns.link)
  if (link !== '') about.link = link
  const tags = columns.tags < 0 ? '' : (fields[columns.tags] ?? '')
  if (tags !== '') about.tags = tagsOf(tags)
  const first = columns.first < 0 ? undefined : publishedTime(fields[columns.first])
  if (first !== undefined) about.first = first
  const last = columns.last < 0 ? undefined : publishedTime(fields[columns.last])
  if (last !== undefined) about.last = last
  const confidence = columns.confidence < 0 ? undefined : confidenceOf(fields[columns.confidence])
  if (confidence !== undefined) about.confidence = confidence
  return about
}
