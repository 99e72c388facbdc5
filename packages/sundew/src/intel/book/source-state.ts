import type { BookDatabase, Row, Value } from './database.ts'

/** What a server gave us to ask "has it changed?" with. */
export interface Validator {
  readonly etag?: string
  readonly modified?: string
}

/** A source as the book knows it. Times are ms since 1970. */
export interface SourceState {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly cursor: unknown
  /** By URL. */
  readonly validators: Readonly<Record<string, Validator>>
  /** When its publisher made what it has now. */
  readonly made: number | undefined
  /** When it was last asked, and when that went well. */
  readonly tried: number | undefined
  readonly good: number | undefined
  /** Not to be asked before. */
  readonly retry: number | undefined
  /** Its sightings. */
  readonly live: number
  /** Why what it told last was not taken; undefined where all is well. */
  readonly trouble: string | undefined
  /** Since when it tells something that is not believed, and how much that is. */
  readonly doubted: { readonly since: number; readonly entries: number } | undefined
  readonly bad: number
  readonly examples: readonly string[]
  readonly leftOut: Readonly<Record<string, number>>
  /** When it was taken out of the configuration. */
  readonly removed: number | undefined
}

const columns = `id, name, type, cursor, validators, made, tried, good, retry, live, trouble, doubted, doubted_entries,
  bad, examples, left_out, removed`

/** Columns by the name of what they hold, and how it is written. */
const writers = {
  cursor: ['cursor', (cursor: unknown) => (cursor === undefined ? null : JSON.stringify(cursor))],
  validators: ['validators', (validators: unknown) => JSON.stringify(validators)],
  made: ['made', orNull],
  tried: ['tried', orNull],
  good: ['good', orNull],
  retry: ['retry', orNull],
  live: ['live', orNull],
  trouble: ['trouble', orNull],
  bad: ['bad', orNull],
  examples: ['examples', (examples: unknown) => JSON.stringify(examples)],
  leftOut: ['left_out', (leftOut: unknown) => JSON.stringify(leftOut)],
  removed: ['removed', orNull],
} as const satisfies Partial<Record<keyof SourceState, readonly [string, (value: unknown) => Value]>>

export type SourceChange = { readonly [K in keyof typeof writers]?: SourceState[K] | undefined } & {
  readonly doubted?: SourceState['doubted']
}

export function readSources(database: BookDatabase): SourceState[] {
  return database.rows(`SELECT ${columns} FROM sources ORDER BY id`).map(stateOf)
}

export function readSource(database: BookDatabase, name: string): SourceState | undefined {
  const row = database.row(`SELECT ${columns} FROM sources WHERE name = ?`, name)
  return row && stateOf(row)
}

/** Keys that are there are written, also as undefined. */
export function changeSource(database: BookDatabase, id: number, change: SourceChange): void {
  const set: string[] = []
  const values: Value[] = []
  for (const [key, [column, write]] of Object.entries(writers)) {
    if (!(key in change)) continue
    set.push(`${column} = ?`)
    values.push(write(change[key as keyof typeof writers]))
  }
  if ('doubted' in change) {
    set.push('doubted = ?', 'doubted_entries = ?')
    values.push(change.doubted?.since ?? null, change.doubted?.entries ?? null)
  }
  if (set.length > 0) database.run(`UPDATE sources SET ${set.join(', ')} WHERE id = ?`, ...values, id)
}

function orNull(value: unknown): Value {
  return value === undefined ? null : (value as Value)
}

function stateOf(row: Row): SourceState {
  const [id, name, type, cursor, validators, made, tried, good, retry, live, trouble] = row
  const [doubted, doubtedEntries, bad, examples, leftOut, removed] = row.slice(11)
  return {
    id: id as number,
    name: name as string,
    type: type as string,
    cursor: cursor == null ? undefined : JSON.parse(cursor as string),
    validators: JSON.parse(validators as string) as SourceState['validators'],
    made: number(made),
    tried: number(tried),
    good: number(good),
    retry: number(retry),
    live: live as number,
    trouble: (trouble ?? undefined) as string | undefined,
    doubted: doubted == null ? undefined : { since: doubted as number, entries: doubtedEntries as number },
    bad: bad as number,
    examples: JSON.parse(examples as string) as string[],
    leftOut: JSON.parse(leftOut as string) as Record<string, number>,
    removed: number(removed),
  }
}

function number(value: Row[number] | undefined): number | undefined {
  return value == null ? undefined : (value as number)
}
