import { renameSync, rmSync } from 'node:fs'
import type { AllowAction, OwnAllow } from '../allow/decision.ts'
import { BookDatabase } from './database.ts'
import { keyOf, randomSeed, type Seed } from './keys.ts'
import { moveToFormer, raiseRevision } from './rows.ts'
import { typeNumbers } from './schema.ts'
import { changeSource, readSource, readSources, type SourceChange, type SourceState } from './source-state.ts'
import type { Indicator } from '../indicator/indicator.ts'

/** Who says what others were asked about (`hub/intel/second-look.ts`). */
const bySecondLook = 'second-look'

/**
 * Everything that sources tell of indicators, now and formerly: sources, their reports, their sightings, and what the owner
 * allowed by command. One SQLite file (docs/decisions/017-book.md); a source's sightings and its cursor are written together
 * or not at all.
 */
export class Book implements Disposable {
  readonly database: BookDatabase
  readonly seed: Seed

  private constructor(database: BookDatabase) {
    this.database = database
    this.seed = seedOf(database)
  }

  /** @throws what SQLite says where the file is damaged, none of its own, or a later Sundew's */
  static open(path: string): Book {
    return new Book(new BookDatabase(path))
  }

  /** Lays a file that can't be opened aside, so that {@link open} begins a new one; says where it lies now. */
  static layAside(path: string, now: number): string {
    const aside = `${path}.damaged-${now}`
    renameSync(path, aside)
    for (const tail of ['-wal', '-shm']) rmSync(path + tail, { force: true })
    return aside
  }

  key({ type, value }: Indicator): number {
    return keyOf(this.seed, typeNumbers[type], value)
  }

  get sources(): readonly SourceState[] {
    return readSources(this.database)
  }

  sourceNamed(name: string): SourceState | undefined {
    return readSource(this.database, name)
  }

  /** The source, made where it is not there; one that was taken out of the configuration counts again. */
  source(name: string, type: string): SourceState {
    const known = readSource(this.database, name)
    if (!known) this.database.run('INSERT INTO sources (name, type) VALUES (?, ?)', name, type)
    else if (known.type !== type)
      // Another kind of source under the name: what was asked of the former is nothing to it.
      this.database.run(
        `UPDATE sources SET type = ?, cursor = NULL, validators = '{}', removed = NULL WHERE id = ?`,
        type,
        known.id,
      )
    else if (known.removed !== undefined) changeSource(this.database, known.id, { removed: undefined })
    return readSource(this.database, name)!
  }

  change(source: SourceState, change: SourceChange): void {
    changeSource(this.database, source.id, change)
  }

  /** All that the source told as a list is told again: it said that nothing has changed. */
  toldAgain(source: SourceState, now: number): void {
    this.database.run(`UPDATE reports SET told = ? WHERE source = ? AND name = ''`, now, source.id)
  }

  /** Rises with everything that sets are made of. */
  get revision(): number {
    return Number(this.note('revision') ?? 0)
  }

  /** A note of whoever uses the book, by its name. */
  note(name: string): string | undefined {
    return this.database.row('SELECT value FROM about WHERE name = ?', name)?.[0] as string | undefined
  }

  keepNote(name: string, value: string): void {
    this.database.run(
      'INSERT INTO about VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    )
  }

  /** Takes back one sighting of a source's list as a whole; says whether it was there. */
  takeBack(source: SourceState, indicator: Indicator, now: number): boolean {
    const { database } = this
    return database.transaction(() => {
      const row = database.row(
        `SELECT s.id FROM sightings s JOIN reports r ON r.id = s.report
         WHERE s.key = ? AND s.type = ? AND s.value = ? AND r.source = ?`,
        this.key(indicator),
        typeNumbers[indicator.type],
        indicator.value,
        source.id,
      )
      if (!row) return false
      moveToFormer(database, row[0] as number, now)
      changeSource(database, source.id, { live: source.live - 1 })
      raiseRevision(database)
      return true
    })
  }

  /** What the owner allowed by command; also what has ended. */
  get allowed(): readonly OwnAllow[] {
    return this.database
      .rows('SELECT value, reason, action, until, said_by FROM allowed ORDER BY added, value')
      .map(([value, reason, action, until, by]) => ({
        value: value as string,
        reason: reason as string,
        action: action as AllowAction,
        ...(until !== null && { until: until as number }),
        by: by as string,
      }))
  }

  /** Notes an entry, in the place of what was said of the value; what others say replaces nothing that the owner says. */
  allow({ value, reason, action, until, by }: OwnAllow, now: number): void {
    this.database.transaction(() => {
      this.database.run(
        `INSERT INTO allowed VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (value) DO UPDATE SET
         reason = excluded.reason, action = excluded.action, until = excluded.until, said_by = excluded.said_by
         WHERE excluded.said_by <> '${bySecondLook}' OR allowed.said_by = '${bySecondLook}'`,
        value,
        reason,
        action,
        until ?? null,
        by,
        now,
      )
      raiseRevision(this.database)
    })
  }

  /** @returns whether it was there */
  disallow(value: string): boolean {
    return this.database.transaction(() => {
      const found = this.database.run('DELETE FROM allowed WHERE value = ?', value) > 0
      if (found) raiseRevision(this.database)
      return found
    })
  }

  /** Forgets what has been gone since before then, ms since 1970, and sources that were taken out before then. */
  forget(before: number): void {
    this.database.transaction(() => {
      const { database } = this
      database.run('DELETE FROM former WHERE gone < ?', before)
      for (const { id, removed } of this.sources) {
        if (removed === undefined || removed >= before) continue
        for (const table of ['sightings', 'former'])
          database.run(`DELETE FROM ${table} WHERE report IN (SELECT id FROM reports WHERE source = ?)`, id)
        database.run('DELETE FROM reports WHERE source = ?', id)
        database.run('DELETE FROM sources WHERE id = ?', id)
      }
      database.run('DELETE FROM allowed WHERE until < ?', before)
    })
  }

  [Symbol.dispose](): void {
    this.database.close()
  }
}

function seedOf(database: BookDatabase): Seed {
  const row = database.row(`SELECT value FROM about WHERE name = 'seed'`)
  if (row) return JSON.parse(row[0] as string) as Seed
  const seed = randomSeed()
  database.run(`INSERT INTO about VALUES ('seed', ?)`, JSON.stringify(seed))
  return seed
}
