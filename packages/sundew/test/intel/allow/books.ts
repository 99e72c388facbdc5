import { type AllowBook, AllowBookBuilder } from '../../../src/intel/allow/book.ts'
import { addCore } from '../../../src/intel/allow/core.ts'
import type { AllowAction, OwnAllow } from '../../../src/intel/allow/decision.ts'
import { addOwn } from '../../../src/intel/allow/own.ts'
import { parseIndicator } from '../../../src/intel/indicator/parse.ts'
import type { IndicatorType } from '../../../src/intel/indicator/indicator.ts'

/** A book with nothing in it but these entries of the owner's. */
export function bookOf(
  values: readonly (string | Partial<OwnAllow>)[],
  action: AllowAction = 'exclude',
  now = 0,
): AllowBook {
  const builder = new AllowBookBuilder()
  addOwn(
    builder,
    values.map((value) => ({
      value: '',
      reason: 'tested',
      action,
      by: 'configuration',
      ...(typeof value === 'string' ? { value } : value),
    })),
    now,
  )
  return builder.build()
}

export function coreBook(settings: Partial<Parameters<typeof addCore>[1]> = {}): AllowBook {
  const builder = new AllowBookBuilder()
  addCore(builder, { networks: [], resolvers: [], domains: [], feedHosts: [], bogons: true, ...settings })
  return builder.build()
}

/** What is decided on a text, as `action list`. */
export function decided(book: AllowBook, text: string, type?: IndicatorType): string[] {
  const indicator = parseIndicator(text, type)
  if (indicator.type === 'refused') return [`refused: ${indicator.reason}`]
  return book.decide(indicator).map(({ action, list }) => `${action} ${list}`)
}
