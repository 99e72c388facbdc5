import type { Indicator, IndicatorType } from '../indicator/indicator.ts'
import { moreOf } from './about.ts'
import type { Book } from './book.ts'
import { allReports, type BookedReport, reportWith } from './reports.ts'
import { typeOf } from './schema.ts'

/** A sighting that its source tells now. Times are ms since 1970. */
export interface LiveSighting {
  readonly report: BookedReport
  /** The sighting's own, or the report's; '' where neither has one. */
  readonly title: string
  readonly link: string
  readonly author: string
  /** When its publisher, or else we, last saw it. */
  readonly last: number
  readonly expires: number | undefined
  readonly confidence: number | undefined
  readonly compromised: boolean
}

type LiveRow = readonly [
  key: number,
  type: number,
  value: string,
  report: number,
  publishedLast: number | null,
  expires: number | null,
  confidence: number | null,
  compromised: number | null,
  title: string | null,
  link: string | null,
  more: string | null,
]

const columns =
  'key, type, value, report, published_last, expires, confidence, compromised, title, link, more'

/**
 * Every indicator that sources tell now, with all its sightings, in no order. The book is read once from end to end; only
 * what has several sightings is held.
 */
export function eachLive(
  book: Book,
  tell: (type: IndicatorType, value: string, sightings: readonly LiveSighting[]) => void,
): void {
  const { database } = book
  const reports = allReports(database)
  const several = keysOfSeveral(book)
  const held = new Map<string, { type: IndicatorType; value: string; sightings: LiveSighting[] }>()
  for (const row of database.each(`SELECT ${columns} FROM sightings`) as IterableIterator<unknown>) {
    const live = row as LiveRow
    const report = reports.get(live[3])
    if (!report) continue
    const type = typeOf(live[1])
    const value = live[2]
    const sighting = sightingOf(live, report)
    if (!several.has(live[0])) {
      tell(type, value, [sighting])
      continue
    }
    const name = `${live[1]} ${value}`
    const known = held.get(name)
    if (known) known.sightings.push(sighting)
    else held.set(name, { type, value, sightings: [sighting] })
  }
  for (const { type, value, sightings } of held.values()) tell(type, value, sightings)
}

/** The live sightings of one indicator. */
export function liveOf(book: Book, indicator: Indicator): LiveSighting[] {
  const rows = book.database.rows(`SELECT ${columns} FROM sightings WHERE key = ?`, book.key(indicator))
  return (rows as unknown as LiveRow[])
    .filter(([, type, value]) => typeOf(type) === indicator.type && value === indicator.value)
    .flatMap((row) => {
      const report = reportWith(book.database, row[3])
      return report ? [sightingOf(row, report)] : []
    })
}

function sightingOf(row: LiveRow, report: BookedReport): LiveSighting {
  const [, , , , publishedLast, expires, confidence, compromised, title, link, more] = row
  return {
    report,
    title: title ?? report.title,
    link: link ?? report.link,
    author: (more === null ? '' : moreOf(more).author) || report.author,
    last: publishedLast ?? report.modified ?? report.told,
    expires: expires ?? undefined,
    confidence: confidence ?? undefined,
    compromised: compromised === 1,
  }
}

/** Keys that more than one sighting has. */
function keysOfSeveral(book: Book): ReadonlySet<number> {
  const rows = book.database.each('SELECT key FROM sightings GROUP BY key HAVING count(*) > 1')
  const several = new Set<number>()
  for (const [key] of rows as IterableIterator<[number]>) several.add(key)
  return several
}
