import type { BookDatabase } from './database.ts'

/** A report as the book has it; texts are '' where its source said nothing, times ms since 1970. */
export interface BookedReport {
  readonly id: number
  readonly source: number
  readonly name: string
  readonly title: string
  readonly author: string
  readonly tags: readonly string[]
  readonly malware: string
  readonly link: string
  readonly tlp: string
  readonly created: number | null
  readonly modified: number | null
  /** When we first heard of it, and last. */
  readonly first: number
  readonly told: number
  readonly gone: number | null
}

const columns = `id, source, name, title, author, tags, malware, link, tlp, created, modified, first, told, gone`

/** All reports by their id, those that are gone too. */
export function allReports(database: BookDatabase): Map<number, BookedReport> {
  const reports = new Map<number, BookedReport>()
  for (const row of database.each(`SELECT ${columns} FROM reports`)) {
    const report = reportOf(row as unknown as ReportRow)
    reports.set(report.id, report)
  }
  return reports
}

export function reportWith(database: BookDatabase, id: number): BookedReport | undefined {
  const row = database.row(`SELECT ${columns} FROM reports WHERE id = ?`, id)
  return row && reportOf(row as unknown as ReportRow)
}

type ReportRow = readonly [
  id: number,
  source: number,
  name: string,
  title: string,
  author: string,
  tags: string,
  malware: string,
  link: string,
  tlp: string,
  created: number | null,
  modified: number | null,
  first: number,
  told: number,
  gone: number | null,
]

const none: readonly string[] = []

function reportOf(row: ReportRow): BookedReport {
  const [id, source, name, title, author, tags, malware, link, tlp, created, modified, first, told, gone] =
    row
  return {
    id,
    source,
    name,
    title,
    author,
    tags: tags === '[]' ? none : (JSON.parse(tags) as string[]),
    malware,
    link,
    tlp,
    created,
    modified,
    first,
    told,
    gone,
  }
}
