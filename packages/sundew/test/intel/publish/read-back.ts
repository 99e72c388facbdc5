import type { ReadBack } from './conformance.ts'

/** Values of many kinds sorted into what the conformance suite compares. */
export function readBack(values: readonly { readonly type: string; readonly value: string }[]): ReadBack {
  const of = (...types: string[]) =>
    values.filter(({ type }) => types.includes(type)).map(({ value }) => value)
  return {
    addresses: of('address'),
    names: of('domain', 'hostname'),
    texts: values
      .filter(({ type }) => !['address', 'domain', 'hostname'].includes(type))
      .map(({ type, value }) => `${type} ${value}`),
  }
}
