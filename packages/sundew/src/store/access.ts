import { createHash, timingSafeEqual } from 'node:crypto'

import { ClickHouseException } from './exception.ts'
import type { Canonical } from './sql.ts'

/** `sundew` reads and writes; `reader` may only look. */
export type User = 'sundew' | 'reader'

export type Passwords = Readonly<Record<User, string>>

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Who it is, or undefined where name or password is wrong. Takes equally long for each. */
export function authenticate(passwords: Passwords, name: string, password: string): User | undefined {
  const user: User = name === 'reader' ? 'reader' : 'sundew'
  const right = timingSafeEqual(digest(passwords[user]), digest(password))
  return right && name === user && passwords[user] !== '' ? user : undefined
}

/** What the reader's query may cost. */
export const readerLimits = {
  /** Seconds. */
  executionTime: 60,
  /** Share of the engine's memory. */
  memoryShare: 0.4,
} as const

/** Statements that look and change nothing. KILL and USE need no grant in the engine, hence a list of what is allowed. */
const lookingStatements = new Set(['select', 'with', 'show', 'describe', 'desc', 'explain', 'exists'])

/**
 * Names that the engine itself does not refuse a read-only session: the scalar function `file` and its like open files,
 * the system table `models` and model evaluation start a program, `stack_trace` stops every thread of the process, and
 * `merge` reaches any table by a pattern, these two among them. The functions of {@link refusedFamilies} ask a language model.
 */
const refusedNames = new Set([
  'file',
  'filecluster',
  'filesystem',
  'sqlite',
  'python',
  'executable',
  'eval',
  'catboostevaluate',
  'models',
  'stack_trace',
  'merge',
])
const refusedFamilies = /^ai(generate|classify|extract|translate|embed)/

/** Settings a reader may choose: how the answer looks, and limits that only get tighter. */
const readerSettings =
  /^(output_format_(?!schema$)\w+|date_time_output_format|session_timezone|format_csv_delimiter|join_use_nulls|extremes|max_result_rows|max_result_bytes|result_overflow_mode|max_rows_to_read|max_bytes_to_read|read_overflow_mode|log_comment)$/

const denied = (what: string): ClickHouseException =>
  new ClickHouseException(497, 'ACCESS_DENIED', `reader: Not enough privileges. ${what}.`)

/** @throws ClickHouseException ACCESS_DENIED or READONLY where the user may not run the statement. */
export function checkStatement(
  user: User,
  canonical: Canonical,
  parameters: ReadonlyMap<string, string>,
): void {
  if (canonical.words.includes('outfile')) {
    throw new ClickHouseException(1, 'UNSUPPORTED_METHOD', 'INTO OUTFILE is not allowed over HTTP.')
  }
  if (user !== 'reader') return
  const first = canonical.words[0] ?? ''
  if (!lookingStatements.has(first)) {
    throw new ClickHouseException(
      164,
      'READONLY',
      `reader: Cannot execute query in readonly mode (${first.toUpperCase()}).`,
    )
  }
  const name = canonical.words.find((word) => refusedNames.has(word) || refusedFamilies.test(word))
  if (name !== undefined) {
    throw denied(
      `The name ${name} stands for a function that reaches out of the database and is refused everywhere in a query`,
    )
  }
  if (canonical.hasSettings) {
    throw new ClickHouseException(
      164,
      'READONLY',
      'reader: SETTINGS cannot be given inside a query; give them with the request.',
    )
  }
  if (!canonical.hasIdentifierParameter) return
  for (const value of parameters.values()) {
    const plain = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(value)
    if (!plain || refusedNames.has(value.toLowerCase()) || refusedFamilies.test(value.toLowerCase())) {
      throw denied('With an Identifier parameter every parameter must be a plain name')
    }
  }
}

/**
 * The settings a request runs with: the user's own, bounded, and for the reader `readonly`, which the engine holds to.
 *
 * @throws ClickHouseException READONLY for a setting the reader may not choose.
 */
export function settingsFor(
  user: User,
  asked: ReadonlyMap<string, string>,
  memoryBytes: number,
): Map<string, string> {
  if (user !== 'reader') return new Map(asked)
  const settings = new Map<string, string>()
  for (const [name, value] of asked) {
    if (name === 'readonly' && (value === '1' || value === '2')) continue
    if (name === 'max_execution_time') continue
    if (!readerSettings.test(name)) {
      throw new ClickHouseException(164, 'READONLY', `Cannot modify '${name}' setting in readonly mode.`)
    }
    settings.set(name, value)
  }
  const time = Number(asked.get('max_execution_time') ?? 0)
  const bounded = time > 0 && time < readerLimits.executionTime ? time : readerLimits.executionTime
  settings.set('max_execution_time', String(bounded))
  settings.set('max_memory_usage', String(Math.floor(memoryBytes * readerLimits.memoryShare)))
  settings.set('readonly', '1')
  return settings
}
