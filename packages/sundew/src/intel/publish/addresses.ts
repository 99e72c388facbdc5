import { formatAddress, formatRange } from '../../match/parse-address.ts'
import { cutRange } from '../../match/prefixes.ts'
import { prefixLast, type Words } from '../../match/words.ts'
import type { Blocklist } from './blocklist.ts'

export type Family = 4 | 6

export const families: readonly Family[] = [4, 6]

interface Prefix {
  readonly first: Words
  /** In bits of the family's own. */
  readonly length: number
}

/** `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`. */
export function prefixText({ first, length }: Prefix, family: Family): string {
  const whole = family === 4 ? 32 : 128
  return length === whole ? formatAddress(first) : `${networkText(first, length, family)}/${length}`
}

/** Always with its length: `192.0.2.1/32`. */
export function lengthText({ first, length }: Prefix, family: Family): string {
  return `${networkText(first, length, family)}/${length}`
}

/** A prefix that holds the mapped addresses (`::/0`) is IPv6's and written so. */
function networkText(first: Words, length: number, family: Family): string {
  const whole = family === 4 ? length + 96 : length
  return formatRange(first, prefixLast(first, whole)).replace(/\/\d+$/, '')
}

/** What is blocked as the fewest prefixes, a line each, ascending. */
export function* prefixLines(list: Blocklist, family: Family, end = '\n'): Generator<string> {
  for (const prefix of list.prefixes(family)) yield prefixText(prefix, family) + end
}

/** What is blocked as the fewest ranges: `192.0.2.1`, `192.0.2.0/24`, `192.0.2.5-192.0.2.9`. */
export function* rangeLines(list: Blocklist, family: Family, end = '\n'): Generator<string> {
  for (const { first, last } of list.ranges(family)) yield formatRange(first, last) + end
}

/** A listed range as prefixes. */
export function prefixesOf(first: Words, last: Words): readonly Prefix[] {
  const prefixes: Prefix[] = []
  cutRange(first, last, (start, length) => prefixes.push({ first: start, length }))
  return prefixes
}
