import { isMapped, prefixLast } from '../../match/words.ts'
import { parseAddress } from '../../match/parse-address.ts'
import type { IndicatorType } from '../indicator/indicator.ts'
import { Comments } from './comments.ts'
import { linesOf } from './lines.ts'
import type { Reading, Taker } from './taker.ts'

const [hash, semicolon, slash, quote] = [0x23, 0x3b, 0x2f, 0x22]
export interface PlainSpec {
  /** What the entries are; their form decides where it is not given. */
  readonly type?: IndicatorType | undefined
  /** An entry is all that its line holds, but for a comment: a line with more is bad. */
  readonly alone?: boolean
}

/** What makes a line more than an indicator alone. */
const more = /[\s#;,":|]/

/**
 * Lists with one indicator a line, first on it: plain lists, FireHOL's netset and ipset, what `ipset save` writes,
 * Spamhaus DROP's former text, DShield's block list, Wazuh's CDB lists. What begins with `#`, `;` or `//` is a comment; one
 * after the indicator is its title.
 */
export function readPlain(
  pieces: Iterable<Uint8Array>,
  taker: Taker,
  { type, alone = false }: PlainSpec = {},
): Reading {
  const comments = new Comments()
  let number = 0
  let records = 0
  for (const line of linesOf(pieces)) {
    if (taker.full) break
    number++
    if (line === undefined) {
      records++
      taker.bad(`line ${number}`, 'a line that is too long')
      continue
    }
    const text = line.trim()
    if (text === '') continue
    if (isComment(text)) {
      comments.note(text)
      continue
    }
    if (!more.test(text)) {
      records++
      taker.take(text, undefined, type, number)
      continue
    }
    const { indicator, title, more: others } = entryOf(text)
    if (indicator === undefined) continue
    records++
    if (alone && others) {
      taker.bad(`line ${number}`, text)
      continue
    }
    taker.take(indicator, title === '' ? undefined : { title }, type, number)
  }
  if (comments.made !== undefined) taker.made(comments.made)
  return { format: 'plain', records, told: comments.told }
}

function isComment(text: string): boolean {
  const first = text.charCodeAt(0)
  return first === hash || first === semicolon || (first === slash && text.charCodeAt(1) === slash)
}

/**
 * The indicator and what is said of it behind a comment's sign; undefined for a line that says something else. `more` where
 * it does not stand alone.
 */
function entryOf(text: string) {
  // A URL may hold what begins a comment elsewhere.
  const isUrl = /^[a-z][a-z0-9+.[\]-]{1,20}:\/\//i.test(text)
  const mark = (isUrl ? /\s(?:#|;|\/\/)/ : /\s(?:#|;|\/\/)|;|#/).exec(text)
  const title = mark ? text.slice(mark.index).replace(/^[\s#;/]+/, '') : ''
  const entry = mark ? text.slice(0, mark.index) : text
  if (entry.charCodeAt(0) === quote) return { indicator: unquoted(entry), title, more: true }
  const words = isUrl ? entry.split(/\s+/, 1) : entry.split(/[\s,]+/, 4)
  return { indicator: indicatorOf(words), title, more: /[\s,]/.test(entry.trim()) }
}

/** The indicator among the first words of a line; undefined for a line that says something else. */
function indicatorOf(words: readonly string[]): string | undefined {
  const [first = '', second = '', third = ''] = words
  if (first === 'add' && third !== '') return third
  if (first === 'create' || first === 'Start') return undefined
  // A range and its prefix's length in three columns, as DShield has it.
  if (third !== '' && /^\d+$/.test(third) && isNetwork(first, second, Number(third)))
    return `${first}-${second}`
  if (second === '-' && third !== '') return `${first}-${third}`
  // A CDB list's key up to its colon; one that ends in a dot stands for all below it.
  const key = /^((?:\d+\.){1,3}):/.exec(first)?.[1]
  if (key !== undefined) {
    const parts = key.split('.').length - 1
    return `${key}${Array(4 - parts)
      .fill('0')
      .join('.')}/${parts * 8}`
  }
  return first.endsWith(':') && !first.endsWith('::') ? first.slice(0, -1) : first
}

/** A CDB list's key that holds colons stands in quotes. */
function unquoted(entry: string): string {
  const end = entry.indexOf('"', 1)
  return end < 0 ? entry : entry.slice(1, end)
}

function isNetwork(first: string, last: string, length: number): boolean {
  const [from, to] = [parseAddress(first), parseAddress(last)]
  if (!from || !to || length > 128) return false
  const end = prefixLast(from, length + (isMapped(from) ? 96 : 0))
  return end.every((word, index) => word === to[index])
}
