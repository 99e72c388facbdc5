import { above, liesUnder } from '../allow/above.ts'
import type { AllowBook } from '../allow/book.ts'
import type { Indicator } from '../indicator/indicator.ts'
import { parseRange } from '../../match/parse-address.ts'
import type { Hole } from './blocklist.ts'

/** What some output names, read back from it. */
export interface PublishedValues {
  /** Addresses, prefixes and ranges, names, texts: whatever it would have blocked. `domain` where all below a name is meant. */
  readonly values: Iterable<Indicator>
  /** What the output itself lets through: names … */
  readonly holes?: Iterable<Hole>
}

/**
 * Allowed values that an output would block all the same: there should be none. Told as `value: why`; what the output lets
 * through by holes of its own is none.
 */
export function leaks({ values, holes = [] }: PublishedValues, allow: AllowBook): string[] {
  const found: string[] = []
  const covering = new Set<string>()
  for (const indicator of values) {
    const { type, value } = indicator
    if (type === 'domain') covering.add(value)
    if (type === 'address') {
      const range = parseRange(value)
      if (!range) continue
      const [first] = allow.keptOut(range.first, range.last)
      if (first) found.push(`${value}: addresses in it are allowed`)
    } else if (allow.keepsOut(indicator)) found.push(`${value}: ${type} is allowed`)
  }
  const alone = new Set<string>()
  const whole = new Set<string>()
  for (const { name, covers } of holes) (covers === 'all' ? whole : alone).add(name)
  for (const { name, covers } of covering.size > 0 ? allow.keptOutNames() : []) {
    const parent = [...above(name)].find((one) => covering.has(one))
    if (parent === undefined || whole.has(name) || liesUnder(name, whole)) continue
    if (covers === 'all' || !alone.has(name)) found.push(`${parent}: ${name} below it is allowed`)
  }
  return found
}
