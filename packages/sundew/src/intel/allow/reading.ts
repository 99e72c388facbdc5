import { parseRange } from '../../match/parse-address.ts'
import type { Range } from '../../match/ranges.ts'
import type { IndicatorType } from '../indicator/indicator.ts'
import { readName } from '../indicator/name.ts'
import { parseIndicator, readingsOf } from '../indicator/parse.ts'
import type { AllowBookBuilder } from './book.ts'
import type { AllowRule } from './rule.ts'

/** What an entry of an allow-list names. */
export type Allowed =
  | { readonly kind: 'range'; readonly range: Range }
  | { readonly kind: 'name'; readonly name: string; readonly dotted: boolean }
  | { readonly kind: 'text'; readonly type: IndicatorType; readonly value: string }

/**
 * Reads an entry: an address, prefix or range, a name, a URL, e-mail address, hash …, in the forms that
 * `indicator/parse.ts` takes. Unlike there, a name may be a public suffix (`github.io`) or one label (`lan`).
 *
 * @returns undefined where it is none; `dotted`: a dot or `*.` stood before the name, so that it is meant with all below it
 */
export function readAllowed(text: string): Allowed | undefined {
  const trimmed = text.trim()
  if (/[\d\]]$|:/.test(trimmed)) {
    const range = parseRange(trimmed)
    if (range) return { kind: 'range', range: { first: range.first, last: range.last } }
  }
  const dotted = /^\*?\./.test(trimmed)
  const bare = dotted ? trimmed.slice(trimmed.indexOf('.') + 1) : trimmed
  const reading = readName(bare)
  if ('name' in reading) return { kind: 'name', name: reading.name, dotted }
  const indicator = parseIndicator(trimmed)
  if (indicator.type === 'refused')
    return /^[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(bare)
      ? { kind: 'name', name: bare.toLowerCase(), dotted }
      : undefined
  return indicator.type === 'address'
    ? undefined
    : { kind: 'text', type: indicator.type, value: indicator.value }
}

/**
 * Puts an entry under a rule.
 *
 * @param covers what a name without a dot before it stands for
 * @returns whether it could be read
 */
export function addAllowed(
  builder: AllowBookBuilder,
  text: string,
  rule: AllowRule,
  covers: 'itself' | 'all' = 'all',
): boolean {
  const allowed = readAllowed(text)
  if (!allowed) return false
  // 32 digits are an MD5 or a JA3, `invoice.exe` is a name or a file's: what is allowed is so as either.
  for (const { type, value } of readingsOf(text.trim()))
    if (type === 'ja3' || type === 'file_name') builder.text(type, value, rule)
  if (allowed.kind === 'range') builder.range(allowed.range, rule)
  else if (allowed.kind === 'name') builder.name(allowed.name, allowed.dotted ? 'all' : covers, rule)
  else builder.text(allowed.type, allowed.value, rule)
  return true
}
