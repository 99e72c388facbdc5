import { parseRange } from '../../match/parse-address.ts'
import { csvRecords, fieldsOf } from './csv-records.ts'
import { kindOf } from './kind-of.ts'
import type { Tally } from './tally.ts'

/** Names of columns as feeds have them, the likeliest first; compared without case and without what is no letter. */
const indicatorNames = [
  'indicator',
  'ioc',
  'iocvalue',
  'ip',
  'ipaddress',
  'dstip',
  'destip',
  'destinationip',
  'srcip',
  'sourceip',
  'cidr',
  'network',
  'netblock',
  'address',
  'value',
  'host',
  'domain',
  'url',
]
const titleNames = [
  'title',
  'pulse',
  'pulsename',
  'malware',
  'malwareprintable',
  'threat',
  'listingreason',
  'name',
  'description',
  'metadesc',
  'comment',
  'tags',
  'category',
]
const linkNames = ['link', 'pulselink', 'reference', 'metaurl', 'urlhauslink']
const delimiters = [',', ';', '\t', '|']

/** First and last address in two columns. */
const startNames = ['start', 'rangestart', 'startip', 'firstip', 'ipfrom']
const endNames = ['end', 'rangeend', 'endip', 'lastip', 'ipto']

interface Columns {
  readonly indicator: number
  /** Where the range that begins at the indicator ends; -1 where it is one address. */
  readonly end: number
  /** Configured: no other column is looked at. */
  readonly fixed: boolean
  readonly title: number
  readonly link: number
}

/**
 * CSV: a record an indicator. Which column holds it is configured, else told by the header (a first record without an
 * address, or the last comment before the first record), else the first column that holds an address.
 *
 * @param column number from 1, or name
 * @throws TypeError where there is no such column
 */
export function readCsv(
  pieces: Iterable<Uint8Array>,
  tally: Tally,
  sample: string,
  column?: number | string,
): void {
  const delimiter = delimiterOf(sample)
  let comment = ''
  let names: readonly string[] | undefined
  let columns: Columns | undefined
  for (const record of csvRecords(pieces, delimiter)) {
    if (tally.over) return
    if (record.type === 'comment') {
      if (!names) comment = record.text
      continue
    }
    if (record.type === 'bad') {
      tally.bad(`line ${record.line}`, record.text)
      continue
    }
    const { fields } = record
    if (!columns && !names) {
      const header = headerOf(comment, fields, delimiter)
      names = header.names
      if (header.isRecord) continue
    }
    columns ??= columnsOf(names ?? [], column, fields)
    const end = fields[columns.end]
    const start = fields[indicatorAt(columns, fields)] ?? ''
    const indicator = end === undefined ? start : `${start}-${end}`
    tally.take(indicator, `line ${record.line}`, fields[columns.title] ?? '', fields[columns.link] ?? '')
  }
}

/** Whether the text looks like CSV rather than a plain list: its lines have the same delimiter, and as often. */
export function looksLikeCsv(sample: string): boolean {
  const lines = dataLines(sample).slice(0, 20)
  return delimiters.some((delimiter) => {
    const counts = lines.map((line) => {
      const fields = fieldsOf(line, delimiter)
      return typeof fields === 'string' ? 0 : fields.length
    })
    // A single one before a comment is a plain list's.
    const least = delimiter === ',' || delimiter === '\t' ? 2 : 3
    return lines.length > 0 && counts[0]! >= least && counts.every((count) => count === counts[0])
  })
}

function delimiterOf(sample: string): string {
  const lines = dataLines(sample).slice(0, 20)
  const fields = (delimiter: string) => lines.reduce((sum, line) => sum + line.split(delimiter).length - 1, 0)
  return delimiters.toSorted((a, b) => fields(b) - fields(a))[0]!
}

function dataLines(sample: string): string[] {
  return sample.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*(?:[#;]|\/\/)/.test(line))
}

/** The names of the columns, where something says them. */
function headerOf(comment: string, first: readonly string[], delimiter: string) {
  const looksNamed = (fields: readonly string[]) => fields.some((field) => known.has(bare(field)))
  // Words alone, or names that are known.
  const isHeader = looksNamed(first) || !first.some((field) => /\d/.test(field))
  if (!first.some(isIndicator) && isHeader) return { names: first, isRecord: true }
  const fields = fieldsOf(comment.replace(/^\s*(?:#|\/\/)\s*(?:fields\s)?/, ''), delimiter)
  const named = typeof fields !== 'string' && fields.length > 1 && looksNamed(fields)
  return { names: named ? fields : [], isRecord: false }
}

const known = new Set([...startNames, ...indicatorNames, ...titleNames, ...linkNames])

function columnsOf(
  names: readonly string[],
  column: number | string | undefined,
  first: readonly string[],
): Columns {
  const bareNames = names.map(bare)
  const among = (wanted: readonly string[]) => {
    const found = wanted.find((name) => bareNames.includes(name))
    return found === undefined ? -1 : bareNames.indexOf(found)
  }
  const rest = { title: among(titleNames), link: among(linkNames) }
  if (column !== undefined) {
    const indicator = typeof column === 'number' ? column - 1 : bareNames.indexOf(bare(column))
    if (indicator < 0 || indicator >= first.length) throw new TypeError(`it has no column ${column}`)
    return { ...rest, indicator, end: -1, fixed: true }
  }
  const [start, end] = [among(startNames), among(endNames)]
  if (start >= 0 && end >= 0 && parseRange(`${first[start]}-${first[end]}`))
    return { ...rest, indicator: start, end, fixed: false }
  return { ...rest, indicator: among(indicatorNames), end: -1, fixed: false }
}

/** The column that was named, where it holds what can be one; else the first that does. */
function indicatorAt({ indicator, fixed }: Columns, fields: readonly string[]): number {
  if (fixed) return indicator
  const named = fields[indicator]
  if (named !== undefined && isIndicator(named)) return indicator
  const address = fields.findIndex((field) => parseRange(field))
  if (address >= 0) return address
  return indicator >= 0 ? indicator : Math.max(0, fields.findIndex(isIndicator))
}

function isIndicator(text: string): boolean {
  return parseRange(text) !== undefined || kindOf(text) !== undefined || /^[\d.]+:\d+$/.test(text)
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
