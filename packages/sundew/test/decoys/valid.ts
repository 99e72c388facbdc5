import { catalogue, commonFields, eventKinds, type EventKind } from '../../src/event/catalogue.ts'
import type { FieldSpec, FieldType } from '../../src/event/fields.ts'

const isByteString = (value: unknown): boolean => typeof value === 'string' && /^[\0-\xff]*$/.test(value)
const isText = (value: unknown): boolean => typeof value === 'string' && value.isWellFormed()

const checks: { readonly [T in FieldType]: (value: unknown) => boolean } = {
  text: isText,
  bytes: isByteString,
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  texts: (value) => Array.isArray(value) && value.every(isText),
  bytesList: (value) => Array.isArray(value) && value.every(isByteString),
}

/** What is wrong with an event read back from a journal, by the catalogue; empty where nothing is. */
export function faultsOf(event: object): string[] {
  const faults: string[] = []
  const record = event as Record<string, unknown>
  const kind = record['kind'] as EventKind
  if (!eventKinds.includes(kind)) return [`kind ${String(kind)} is not in the catalogue`]
  compare(kind, commonFields, record, ['fields'], faults)
  compare(kind, catalogue[kind].fields, record['fields'] as Record<string, unknown>, [], faults)
  return faults
}

function compare(
  kind: string,
  specs: Record<string, FieldSpec>,
  record: Record<string, unknown>,
  besides: readonly string[],
  faults: string[],
): void {
  for (const [name, spec] of Object.entries(specs)) {
    const value = record[name]
    if (value === undefined) {
      if (!spec.optional) faults.push(`${kind}.${name} is missing`)
    } else if (!checks[spec.type](value)) {
      faults.push(`${kind}.${name} is not ${spec.type}: ${JSON.stringify(value).slice(0, 80)}`)
    }
  }
  for (const name of Object.keys(record)) {
    if (!(name in specs) && !besides.includes(name)) faults.push(`${kind}.${name} is not in the catalogue`)
  }
}
