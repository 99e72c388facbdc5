import type { Indicator, IndicatorType } from '../indicator/indicator.ts'
import { moreOf } from './about.ts'
import type { Book } from './book.ts'
import type { Row } from './database.ts'
import { type BookedReport, reportWith } from './reports.ts'
import { typeNumbers, typeOf } from './schema.ts'

/** A sighting with all that is known of it, live or gone. Texts are '' and times null where nothing was said. */
export interface BookedSighting {
  readonly indicator: Indicator
  readonly report: BookedReport
  readonly title: string
  readonly link: string
  readonly malware: string
  readonly tags: readonly string[]
  readonly author: string
  readonly publishedFirst: number | null
  readonly publishedLast: number | null
  readonly expires: number | null
  readonly confidence: number | null
  readonly compromised: boolean
  /** Ours. */
  readonly first: number
  readonly last: number
  readonly gone: number | null
}

export interface BookQuery {
  /** Part of a value, title, tag, malware family or author. */
  readonly text?: string | undefined
  readonly type?: IndicatorType | undefined
  readonly source?: number | undefined
  readonly gone: boolean
  readonly limit: number
}

const columns = `s.type, s.value, s.report, s.published_first, s.published_last, s.expires, s.confidence, s.compromised,
  s.title, s.link, s.more, s.first`
const live = `SELECT ${columns}, NULL, NULL FROM sightings s`
const former = `SELECT ${columns}, s.last, s.gone FROM former s`

/** Every sighting of an indicator, those that are gone last. */
export function sightingsOf(book: Book, indicator: Indicator): BookedSighting[] {
  const key = book.key(indicator)
  const condition = 'WHERE s.key = ? AND s.type = ? AND s.value = ?'
  const values = [key, typeNumbers[indicator.type], indicator.value]
  return booked(book, [
    ...book.database.rows(`${live} ${condition}`, ...values),
    ...book.database.rows(`${former} ${condition} ORDER BY s.gone DESC`, ...values),
  ])
}

/** Sightings that something is found in, at most so many; what is gone last. The book is read from its beginning for it. */
export function searchBook(book: Book, { text, type, source, gone, limit }: BookQuery): BookedSighting[] {
  const conditions: string[] = []
  const values: (string | number)[] = []
  if (type !== undefined) {
    conditions.push('s.type = ?')
    values.push(typeNumbers[type])
  }
  if (source !== undefined) {
    conditions.push('s.report IN (SELECT id FROM reports WHERE source = ?)')
    values.push(source)
  }
  if (text !== undefined && text !== '') {
    const part = text.toLowerCase()
    conditions.push(`(instr(lower(s.value), ?) OR instr(lower(ifnull(s.title, '')), ?) OR instr(lower(ifnull(s.more, '')), ?)
      OR s.report IN (SELECT id FROM reports WHERE instr(lower(title || char(10) || author || char(10) || malware || char(10) || tags), ?)))`)
    values.push(part, part, part, part)
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  const found = book.database.rows(`${live} ${where} LIMIT ?`, ...values, limit)
  if (gone && found.length < limit)
    found.push(...book.database.rows(`${former} ${where} LIMIT ?`, ...values, limit - found.length))
  return booked(book, found)
}

function booked(book: Book, rows: readonly Row[]): BookedSighting[] {
  if (rows.length === 0) return []
  const reports = new Map<number, BookedReport | undefined>()
  return rows.flatMap((row) => {
    const [
      type,
      value,
      id,
      publishedFirst,
      publishedLast,
      expires,
      confidence,
      compromised,
      title,
      link,
      more,
    ] = row
    const [first, last, gone] = row.slice(11) as [number, number | null, number | null]
    if (!reports.has(id as number)) reports.set(id as number, reportWith(book.database, id as number))
    const report = reports.get(id as number)
    if (!report) return []
    const { malware, tags, author } = moreOf(more as string | null)
    return {
      indicator: { type: typeOf(type as number), value: value as string },
      report,
      title: (title as string | null) ?? report.title,
      link: (link as string | null) ?? report.link,
      malware: malware || report.malware,
      tags: [...new Set([...tags, ...report.tags])],
      author: author || report.author,
      publishedFirst: (publishedFirst as number | null) ?? report.created,
      publishedLast: (publishedLast as number | null) ?? report.modified,
      expires: expires as number | null,
      confidence: confidence as number | null,
      compromised: compromised === 1,
      first,
      last: last ?? report.told,
      gone,
    }
  })
}
