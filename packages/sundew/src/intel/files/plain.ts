import { isMapped, prefixLast } from '../../match/words.ts'
import { parseAddress } from '../../match/parse-address.ts'
import { linesOf } from './lines.ts'
import type { Tally } from './tally.ts'

/**
 * Lists with one indicator a line, first on it: plain lists, FireHOL's netset and ipset, what `ipset save` writes,
 * Spamhaus DROP, DShield's block list, Wazuh's CDB lists. What begins with `#`, `;` or `//` is a comment; one after the
 * indicator is its title.
 */
export function readPlain(pieces: Iterable<Uint8Array>, tally: Tally): void {
  let number = 0
  for (const line of linesOf(pieces)) {
    if (tally.over) return
    number++
    if (line === undefined) {
      tally.bad(`line ${number}`, 'a line that is too long')
      continue
    }
    const text = line.replace(/^\uFEFF/, '').trim()
    if (text === '' || /^(?:[#;]|\/\/)/.test(text)) continue
    const mark = /\s(?:#|;|\/\/)|;|#/.exec(text)
    const title = mark ? text.slice(mark.index).replace(/^[\s#;/]+/, '') : ''
    const words = (mark ? text.slice(0, mark.index) : text).split(/[\s,]+/, 4)
    const indicator = indicatorOf(words)
    if (indicator !== undefined) tally.take(indicator, `line ${number}`, title)
  }
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
  return first
}

function isNetwork(first: string, last: string, length: number): boolean {
  const [from, to] = [parseAddress(first), parseAddress(last)]
  if (!from || !to || length > 128) return false
  const end = prefixLast(from, length + (isMapped(from) ? 96 : 0))
  return end.every((word, index) => word === to[index])
}
