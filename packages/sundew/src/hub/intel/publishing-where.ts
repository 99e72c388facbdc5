import type { Indicator } from '../../intel/indicator/indicator.ts'
import type { Blocklist } from '../../intel/publish/blocklist.ts'
import { textTypes } from '../../intel/publish/kinds.ts'
import type { Publisher } from '../../intel/publish/publisher.ts'
import { parseRange } from '../../match/parse-address.ts'
import { compareWords, isRange4 } from '../../match/words.ts'

/** Whether what is published holds the indicator: all of an address, prefix or range; a name itself or by one above it. */
export function isBlocked({ type, value }: Indicator, list: Blocklist): boolean {
  if (type === 'address') {
    const range = parseRange(value)
    if (!range) return false
    for (const { first, last } of list.ranges(isRange4(range.first, range.last) ? 4 : 6))
      if (compareWords(first, range.first) <= 0 && compareWords(range.last, last) <= 0) return true
    return false
  }
  if (type === 'domain' || type === 'hostname') return isNameBlocked(value, list)
  const kind = textTypes.find((one) => one === type)
  if (kind === undefined) return false
  for (const text of list.texts(kind)) if (text.value === value) return true
  return false
}

function isNameBlocked(value: string, list: Blocklist): boolean {
  for (const { name, covers } of list.holes())
    if (value === name || (covers === 'all' && value.endsWith(`.${name}`))) return false
  for (const { name, covers } of list.names())
    if (value === name || (covers === 'all' && value.endsWith(`.${name}`))) return true
  return false
}

/** Whether a target has a place for it. */
export function carriedBy(
  { type, value }: Indicator,
  publisher: Publisher<unknown>,
  settings: unknown,
): boolean {
  if (type !== 'address') return publisher.carries({ type }, settings)
  return publisher.carries({ type, family: value.includes(':') ? 6 : 4 }, settings)
}
