import type { Indicator } from '../indicator/indicator.ts'
import type { BookDatabase } from './database.ts'
import { typeOf } from './schema.ts'

const columns = `key, type, value, report, first, published_first, published_last, expires, confidence, compromised, title,
  link, more`

/** Moves a sighting to what is gone: last told when its report was. */
export function moveToFormer(database: BookDatabase, row: number, now: number): Indicator {
  database.run(
    `INSERT INTO former (${columns}, last, gone)
     SELECT ${columns}, (SELECT told FROM reports WHERE reports.id = report), ? FROM sightings WHERE id = ?`,
    now,
    row,
  )
  const [type, value] = database.row('DELETE FROM sightings WHERE id = ? RETURNING type, value', row)!
  return { type: typeOf(type as number), value: value as string }
}

/** Something of what sets are made of has changed. */
export function raiseRevision(database: BookDatabase): void {
  database.run(
    `INSERT INTO about VALUES ('revision', '1') ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1`,
  )
}
