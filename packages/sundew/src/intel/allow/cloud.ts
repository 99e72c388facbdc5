import { parseRange } from '../../match/parse-address.ts'
import type { AllowBookBuilder } from './book.ts'
import type { AllowAction } from './decision.ts'
import { type AllowRule, everywhere } from './rule.ts'
import { parseShallow } from './shallow-json.ts'
import { rented } from './warninglist-habits.ts'

/** Of one list: AWS has some 15,000 prefixes, Azure 60,000. */
const mostRanges = 1_000_000

/**
 * Puts ranges of a cloud or content network into the book: a range a line or first on it, or JSON in whatever shape its
 * owner publishes it (AWS `ip-ranges.json`, Google `cloud.json`, Azure's service tags, Cloudflare, Fastly …): every text in
 * it that is a prefix.
 */
export function addCloud(
  builder: AllowBookBuilder,
  text: string,
  id: string,
  action?: AllowAction,
): { readonly entries: number; readonly bad: number } {
  const rule: AllowRule = {
    ...(action === undefined ? rented : { action }),
    list: `cloud/${id}`,
    reason: 'it is rented out, and may serve others',
    scope: everywhere,
  }
  let entries = 0
  let bad = 0
  const add = (one: string) => {
    const range = entries < mostRanges ? parseRange(one) : undefined
    if (!range) return false
    builder.range(range, rule)
    entries++
    return true
  }
  const json = /^\s*[[{]/.test(text) ? parsed(text) : undefined
  if (json !== undefined) {
    for (const one of new Set(texts(json))) if (one.includes('/')) add(one)
    return { entries, bad }
  }
  for (const line of text.split('\n')) {
    const [first = ''] = line
      .slice(0, 1_000)
      .trim()
      .split(/[\s,;#]/, 1)
    if (first !== '' && !add(first)) bad++
  }
  return { entries, bad }
}

function parsed(text: string): unknown {
  try {
    return parseShallow(text)
  } catch {
    return undefined
  }
}

function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) yield* texts(part)
}
