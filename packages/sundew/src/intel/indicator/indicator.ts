/**
 * Kinds of indicators. `address` is an IPv4 or IPv6 address, a prefix or a range; `domain` is a name and all below it,
 * `hostname` that name alone.
 */
export const indicatorTypes = [
  'address',
  'as',
  'domain',
  'hostname',
  'url',
  'email',
  'hash',
  'cve',
  'ja3',
  'ja4',
  'file_name',
] as const

export type IndicatorType = (typeof indicatorTypes)[number]

/** What is listed, in its one normal form (`indicator/parse.ts`): equal indicators are equal texts. */
export interface Indicator {
  readonly type: IndicatorType
  readonly value: string
}
