import { formatRange } from '../../match/parse-address.ts'
import type { IndicatorType } from '../indicator/indicator.ts'
import type { Blocklist, Why } from './blocklist.ts'
import { textTypes } from './kinds.ts'
import { singleNames } from './names.ts'
import type { RenderHost } from './publisher.ts'

/** One listed thing and why, whatever its kind. */
export interface Entry {
  readonly type: IndicatorType
  readonly value: string
  readonly why: Why
}

/** All there is, entry by entry: for formats that say for each why it is there. */
export function* everything(list: Blocklist, host: RenderHost): Generator<Entry> {
  for (const { first, last, why } of list.addresses())
    yield { type: 'address', value: formatRange(first, last), why }
  for (const { name, covers, why } of singleNames(list, host))
    yield { type: covers === 'all' ? 'domain' : 'hostname', value: name, why }
  for (const type of textTypes) yield* list.texts(type)
}

/** Text as JSON in ASCII: nothing in it turns the direction of writing or hides, whoever shows it. */
export function asciiJson(value: unknown): string {
  if (typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(value)) return `"${value}"`
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
