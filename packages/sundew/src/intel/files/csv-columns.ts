import { parseRange } from '../../match/parse-address.ts'
import { fieldsOf } from './csv-records.ts'
import { kindOf } from './kind-of.ts'

/** Which column holds what: a number from 1, or a name. */
export interface CsvColumns {
  readonly indicator?: Column | undefined
  /** What kind of indicator it is, in the publisher's words. */
  readonly type?: Column | undefined
  readonly title?: Column | undefined
  readonly malware?: Column | undefined
  readonly tags?: Column | undefined
  readonly link?: Column | undefined
  readonly first?: Column | undefined
  readonly last?: Column | undefined
  readonly confidence?: Column | undefined
}

export type Column = number | string

/** Indexes from 0; -1 where there is no such column. */
export interface Columns extends Readonly<Record<keyof CsvColumns, number>> {
  /** Where the range that begins at the indicator ends; -1 where it is one address. */
  readonly end: number
  /** Configured: no other column is looked at. */
  readonly fixed: boolean
  /** Every column by its name, without case and without what is no letter or digit. */
  readonly named: ReadonlyMap<string, number>
}

/** Names of columns as feeds have them, the likeliest first; compared without case and without what is no letter. */
const usualNames: Readonly<Record<keyof CsvColumns, readonly string[]>> = {
  indicator: [
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
    'hostname',
    'domain',
    'url',
    'sha256hash',
    'sha256',
    'sha1',
    'md5',
    'hash',
  ],
  type: ['indicatortype', 'ioctype', 'type'],
  title: [
    'title',
    'pulse',
    'pulsename',
    'threat',
    'threattype',
    'listingreason',
    'name',
    'description',
    'metadesc',
    'comment',
    'category',
  ],
  malware: ['malwareprintable', 'malware', 'malwarefamily', 'signature'],
  tags: ['tags', 'tag'],
  link: ['link', 'pulselink', 'reference', 'metaurl', 'urlhauslink'],
  first: ['firstseen', 'firstseenutc', 'dateadded', 'listingdate', 'first', 'created'],
  last: ['lastseen', 'lastseenutc', 'lastonline', 'last', 'modified'],
  confidence: ['confidence', 'confidencelevel'],
}
/** First and last address in two columns. */
const startNames = ['start', 'rangestart', 'startip', 'firstip', 'ipfrom']
const endNames = ['end', 'rangeend', 'endip', 'lastip', 'ipto']
const known = new Set([...startNames, ...endNames, ...Object.values(usualNames).flat()])

const delimiters = [',', ';', '\t', '|']

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

export function delimiterOf(sample: string): string {
  const lines = dataLines(sample).slice(0, 20)
  const fields = (delimiter: string) => lines.reduce((sum, line) => sum + line.split(delimiter).length - 1, 0)
  return delimiters.toSorted((a, b) => fields(b) - fields(a))[0]!
}

function dataLines(sample: string): string[] {
  return sample.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*(?:[#;]|\/\/)/.test(line))
}

/** Whether the first record names the columns: words alone, or names that are known, and no indicator. */
export function isHeaderRecord(fields: readonly string[], configured?: CsvColumns): boolean {
  if (fields.some(isIndicator)) return false
  return looksNamed(fields, configured) || !fields.some((field) => /\d/.test(field))
}

/** The names of the columns that a comment tells; undefined where it tells something else. */
export function namesIn(
  comment: string,
  delimiter: string,
  configured?: CsvColumns,
): readonly string[] | undefined {
  const fields = fieldsOf(comment.replace(/^\s*(?:#|\/\/)\s*(?:fields\s)?/, ''), delimiter)
  return typeof fields !== 'string' && fields.length > 1 && looksNamed(fields, configured)
    ? fields
    : undefined
}

function looksNamed(fields: readonly string[], configured: CsvColumns = {}): boolean {
  const ours = Object.values(configured).flatMap((one: Column | undefined) =>
    typeof one === 'string' ? [bare(one)] : [],
  )
  return fields.some((field) => known.has(bare(field)) || ours.includes(bare(field)))
}

/** @throws TypeError where a column that is configured is not there */
export function columnsOf(
  names: readonly string[],
  configured: CsvColumns = {},
  first: readonly string[],
): Columns {
  const named = new Map<string, number>()
  for (const [index, name] of names.entries()) if (!named.has(bare(name))) named.set(bare(name), index)
  const among = (wanted: readonly string[]) => {
    const found = wanted.find((name) => named.has(name))
    return found === undefined ? -1 : named.get(found)!
  }
  const column = (what: keyof CsvColumns): number => {
    const one = configured[what]
    if (one === undefined) return among(usualNames[what])
    const index = typeof one === 'number' ? one - 1 : (named.get(bare(one)) ?? -1)
    if (index < 0 || index >= Math.max(first.length, names.length))
      throw new TypeError(`it has no column ${one}`)
    return index
  }
  const found = Object.fromEntries(
    Object.keys(usualNames).map((what) => [what, column(what as keyof CsvColumns)]),
  ) as Record<keyof CsvColumns, number>
  const fixed = configured.indicator !== undefined
  const [start, end] = [among(startNames), among(endNames)]
  const isRange =
    !fixed && start >= 0 && end >= 0 && parseRange(`${first[start]}-${first[end]}`) !== undefined
  return { ...found, ...(isRange && { indicator: start }), end: isRange ? end : -1, fixed, named }
}

/** The column that was named, where it holds what can be one; else the first that does. */
export function indicatorAt({ indicator, fixed, type }: Columns, fields: readonly string[]): number {
  if (fixed) return indicator
  const named = fields[indicator]
  // Where another column says what it is, it is that.
  if (named !== undefined && (type >= 0 || isIndicator(named))) return indicator
  const address = fields.findIndex((field) => parseRange(field))
  if (address >= 0) return address
  return indicator >= 0 ? indicator : Math.max(0, fields.findIndex(isIndicator))
}

function isIndicator(text: string): boolean {
  // The likelier first: most are addresses, or begin with a letter.
  if (/^[a-z]/i.test(text)) return kindOf(text) !== undefined || parseRange(text) !== undefined
  return parseRange(text) !== undefined || kindOf(text) !== undefined || /^[\d.]+:\d+$/.test(text)
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
