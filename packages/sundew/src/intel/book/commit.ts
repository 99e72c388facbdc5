import type { Report } from '../sighting.ts'
import { tagsOf, timeOf } from './about.ts'
import type { Book } from './book.ts'
import type { Changes } from './changes.ts'
import type { BookDatabase, Row } from './database.ts'
import { type KnownSightings, standing } from './known.ts'
import type { Altered, OpenReport, Staged } from './pending.ts'
import { moveToFormer, raiseRevision } from './rows.ts'
import { sightingIndexes, typeOf } from './schema.ts'
import { changeSource, type SourceChange, type SourceState } from './source-state.ts'
import { tidy, webLink } from './tidy.ts'

/** From so many new sightings on, and where they are more than there were, indexes are made anew after them. */
const bulkFrom = 100_000

export interface Commit {
  readonly book: Book
  readonly source: SourceState
  readonly now: number
  /** Of reports that were not told nothing is left. */
  readonly whole: boolean
  readonly reports: readonly OpenReport[]
  readonly withdrawn: ReadonlySet<string>
  readonly known: KnownSightings
  readonly staged: Staged
  readonly altered: readonly Altered[]
  /** Counts what is done. */
  readonly changes: Changes
  readonly change: SourceChange
}

/** Writes what was told since the last commit, in one transaction. */
export function writeCommit(commit: Commit): void {
  const { book, source, staged } = commit
  const { database } = book
  const sightings = Number(database.row('SELECT sum(live) FROM sources')?.[0] ?? 0)
  const bulk = staged.size >= bulkFrom && staged.size > sightings
  database.transaction(() => {
    const removed = removeGone(commit)
    const rows = writeReports(commit)
    if (bulk) database.exec(sightingIndexes.drop)
    const added = writeStaged(commit, rows)
    if (bulk) database.exec(sightingIndexes.make)
    writeAltered(commit)
    if (commit.changes.any) raiseRevision(database)
    changeSource(database, source.id, {
      ...commit.change,
      live:
        (database.row('SELECT live FROM sources WHERE id = ?', source.id)?.[0] as number) + added - removed,
    })
  })
}

/** Moves to `former` what is no longer told. */
function removeGone({ book, whole, reports, withdrawn, known, now, changes }: Commit): number {
  const { database } = book
  let removed = 0
  const remove = (row: number) => {
    const { type, value } = moveToFormer(database, row, now)
    changes.add(type, value)
    removed++
  }
  for (const { row, report } of known.all(standing.known)) {
    const { name, replaced } = reports[report]!
    if (whole || replaced || withdrawn.has(name)) remove(row)
  }
  for (const { row, report } of known.all(standing.told)) {
    if (withdrawn.has(reports[report]!.name)) remove(row)
  }
  changes.removed += removed
  return removed
}

/** Rows of the reports by their number; undefined where a report is none any more. */
function writeReports(commit: Commit): (number | undefined)[] {
  const { book, source, now, whole, reports, withdrawn } = commit
  return reports.map((open) => {
    const gone = withdrawn.has(open.name) || (whole && open.report === undefined)
    if (gone) {
      if (open.row !== undefined)
        book.database.run('UPDATE reports SET gone = ? WHERE id = ? AND gone IS NULL', now, open.row)
      return undefined
    }
    if (open.report === undefined) return open.row
    return writeReport(book.database, source.id, open, open.report, commit)
  })
}

function writeReport(
  database: BookDatabase,
  source: number,
  { name, row }: OpenReport,
  report: Report,
  { now, changes }: Commit,
): number {
  const said = [
    tidy(report.title),
    tidy(report.author),
    JSON.stringify(tagsOf(report.tags)),
    tidy(report.malware),
    webLink(report.link),
    tidy(report.tlp, 20),
    report.created === undefined ? null : timeOf(report.created),
    report.modified === undefined ? null : timeOf(report.modified),
    report.revision === undefined ? null : Math.trunc(report.revision),
  ]
  if (row === undefined) {
    return database.insert(
      `INSERT INTO reports (source, name, title, author, tags, malware, link, tlp, created, modified, revision, first, told)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      source,
      name,
      ...said,
      now,
      now,
    )
  }
  const before = database.row('SELECT title, author, link FROM reports WHERE id = ?', row) as Row
  // What stands in every set beside its indicators, and what the judge looks at.
  if (before[0] !== said[0] || before[1] !== said[1] || before[2] !== said[4]) changes.addAll()
  database.run(
    `UPDATE reports SET title = ?, author = ?, tags = ?, malware = ?, link = ?, tlp = ?, created = ?, modified = ?,
       revision = ?, told = ?, gone = NULL WHERE id = ?`,
    ...said,
    now,
    row,
  )
  return row
}

function writeStaged(
  { book, staged, reports, changes, now }: Commit,
  rows: readonly (number | undefined)[],
): number {
  const { database } = book
  const some = database.row('SELECT 1 FROM former LIMIT 1') !== undefined
  const insert = database.runner(
    `INSERT INTO sightings (key, type, value, report, content, first, published_first, published_last, expires, confidence,
       compromised, title, link, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  let added = 0
  for (let at = 0; at < staged.size; at++) {
    const number = staged.reports[at]!
    const report = rows[number]
    if (report === undefined) continue
    const [key, type, value, said] = [
      staged.keys[at]!,
      staged.types[at]!,
      staged.values[at]!,
      staged.said[at]!,
    ]
    // What is told again was first seen when it was first seen.
    const first =
      some && reports[number]!.row !== undefined
        ? (database.row(
            'DELETE FROM former WHERE key = ? AND report = ? AND type = ? AND value = ? RETURNING first',
            key,
            report,
            type,
            value,
          )?.[0] as number | undefined)
        : undefined
    insert(
      key,
      type,
      value,
      report,
      staged.contents[at]!,
      first ?? now,
      said.publishedFirst,
      said.publishedLast,
      said.expires,
      said.confidence,
      said.compromised,
      said.title,
      said.link,
      said.more,
    )
    changes.add(typeOf(type), value)
    added++
  }
  changes.added += added
  return added
}

function writeAltered({ book, altered, changes }: Commit): void {
  const update = book.database.runner(
    `UPDATE sightings SET content = ?, published_first = ?, published_last = ?, expires = ?, confidence = ?, compromised = ?,
       title = ?, link = ?, more = ? WHERE id = ?`,
  )
  for (const { row, type, value, content, said } of altered) {
    update(
      content,
      said.publishedFirst,
      said.publishedLast,
      said.expires,
      said.confidence,
      said.compromised,
      said.title,
      said.link,
      said.more,
      row,
    )
    changes.add(typeOf(type), value)
    changes.altered++
  }
}
