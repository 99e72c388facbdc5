import { readName } from '../indicator/name.ts'
import type { AllowBookBuilder } from './book.ts'
import type { AllowAction } from './decision.ts'
import type { AllowRule } from './rule.ts'

/** Names of one list. */
const mostNames = 5_000_000

/**
 * Puts a list of popular names into the book: a name a line, or CSV with a name in one of its first fields (`rank,name` as
 * Tranco and Umbrella have it, Majestic's third). They match exactly: what lies below a popular name may be anybody's.
 */
export function addPopular(
  builder: AllowBookBuilder,
  text: string,
  id: string,
  action: AllowAction = 'downgrade',
): { readonly entries: number; readonly bad: number } {
  const rule: AllowRule = {
    action,
    list: `popular/${id}`,
    reason: 'it is among the most visited',
    scope: { names: true, urls: false, emails: false },
  }
  let entries = 0
  let bad = 0
  for (let from = 0; from < text.length && entries < mostNames;) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end < 0 ? undefined : Math.min(end, from + 1_000))
    from = end < 0 ? text.length : end + 1
    const name = nameIn(line)
    if (name !== undefined) {
      builder.name(name, 'itself', rule)
      entries++
    } else if (!/^\s*(?:#|$)/.test(line)) bad++
  }
  return { entries, bad }
}

function nameIn(line: string): string | undefined {
  for (const field of line.split(/[,;\t]/, 4)) {
    const reading = readName(field.replaceAll('"', '').trim())
    if ('name' in reading) return reading.name
  }
  return undefined
}
