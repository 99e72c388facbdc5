import type { DatabaseSync } from 'node:sqlite'
import type { IndicatorType } from '../indicator/indicator.ts'

/** Raised with every change of what is below. */
export const schemaVersion = 1

/** What stands for a type in the book: never given to another. */
export const typeNumbers: Readonly<Record<IndicatorType, number>> = {
  address: 1,
  as: 2,
  domain: 3,
  hostname: 4,
  url: 5,
  email: 6,
  hash: 7,
  cve: 8,
  ja3: 9,
  ja4: 10,
  file_name: 11,
}

const typeNames: readonly (IndicatorType | undefined)[] = Object.entries(typeNumbers).reduce<
  (IndicatorType | undefined)[]
>((names, [type, number]) => {
  names[number] = type as IndicatorType
  return names
}, [])

export function typeOf(number: number): IndicatorType {
  const type = typeNames[number]
  if (type === undefined) throw new RangeError(`the book has an indicator of an unknown type ${number}`)
  return type
}

/**
 * Times are milliseconds since 1970. `key` is a hash of type and value (`keys.ts`), `content` one of all that the source says
 * of the indicator. Texts that many sightings do not have stand together in `more`, as JSON. What is gone is moved to
 * `former`: what is live stays small, and is read whole for every set.
 */
const tables = `
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
  cursor TEXT, validators TEXT NOT NULL DEFAULT '{}', made INTEGER,
  tried INTEGER, good INTEGER, retry INTEGER, live INTEGER NOT NULL DEFAULT 0,
  trouble TEXT, doubted INTEGER, doubted_entries INTEGER,
  bad INTEGER NOT NULL DEFAULT 0, examples TEXT NOT NULL DEFAULT '[]', left_out TEXT NOT NULL DEFAULT '{}',
  removed INTEGER);
CREATE TABLE reports (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL,
  title TEXT NOT NULL, author TEXT NOT NULL, tags TEXT NOT NULL, malware TEXT NOT NULL, link TEXT NOT NULL, tlp TEXT NOT NULL,
  created INTEGER, modified INTEGER, revision INTEGER, first INTEGER NOT NULL, told INTEGER NOT NULL, gone INTEGER,
  UNIQUE (source, name));
CREATE TABLE sightings (
  id INTEGER PRIMARY KEY, key INTEGER NOT NULL, type INTEGER NOT NULL, value TEXT NOT NULL, report INTEGER NOT NULL,
  content INTEGER NOT NULL, first INTEGER NOT NULL, published_first INTEGER, published_last INTEGER, expires INTEGER,
  confidence INTEGER, compromised INTEGER, title TEXT, link TEXT, more TEXT);
CREATE TABLE former (
  id INTEGER PRIMARY KEY, key INTEGER NOT NULL, type INTEGER NOT NULL, value TEXT NOT NULL, report INTEGER NOT NULL,
  first INTEGER NOT NULL, published_first INTEGER, published_last INTEGER, expires INTEGER,
  confidence INTEGER, compromised INTEGER, title TEXT, link TEXT, more TEXT, last INTEGER NOT NULL, gone INTEGER NOT NULL);
CREATE INDEX former_key ON former (key);
CREATE INDEX former_gone ON former (gone);
CREATE TABLE allowed (
  value TEXT PRIMARY KEY, reason TEXT NOT NULL, action TEXT NOT NULL, until INTEGER, said_by TEXT NOT NULL,
  added INTEGER NOT NULL) WITHOUT ROWID;
`

/** Those of the table that grows by millions at once: made anew after, where that is quicker. */
export const sightingIndexes = {
  make: `CREATE INDEX IF NOT EXISTS sightings_key ON sightings (key);
         CREATE INDEX IF NOT EXISTS sightings_report ON sightings (report);`,
  drop: 'DROP INDEX IF EXISTS sightings_key; DROP INDEX IF EXISTS sightings_report;',
} as const

/** @throws RangeError where a later Sundew wrote it */
export function prepareSchema(database: DatabaseSync): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version === schemaVersion) return
  if (version > schemaVersion)
    throw new RangeError(
      `it is of version ${version}, and this Sundew knows ${schemaVersion}: start a newer one`,
    )
  database.exec(`BEGIN; ${tables} ${sightingIndexes.make} PRAGMA user_version = ${schemaVersion}; COMMIT;`)
}
