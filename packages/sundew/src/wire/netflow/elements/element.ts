/** Abstract data types of RFC 7012, section 3.1, and those that IANA added since (unsigned256: RFC 9740). */
export const elementTypes = [
  'octetArray',
  'unsigned8',
  'unsigned16',
  'unsigned32',
  'unsigned64',
  'unsigned256',
  'signed8',
  'signed16',
  'signed32',
  'signed64',
  'float32',
  'float64',
  'boolean',
  'macAddress',
  'string',
  'dateTimeSeconds',
  'dateTimeMilliseconds',
  'dateTimeMicroseconds',
  'dateTimeNanoseconds',
  'ipv4Address',
  'ipv6Address',
  'basicList',
  'subTemplateList',
  'subTemplateMultiList',
] as const
export type ElementType = (typeof elementTypes)[number]

export interface Element {
  readonly name: string
  readonly type: ElementType
}

/** Elements as a table has them: id, name, type. */
export type ElementTable = readonly (readonly [id: number, name: string, type: ElementType])[]

/** Bytes that a value takes where it is not made shorter (RFC 7011, section 6.1); undefined where any length will do. */
export function fullLength(type: ElementType): number | undefined {
  switch (type) {
    case 'unsigned8':
    case 'signed8':
    case 'boolean':
      return 1
    case 'unsigned16':
    case 'signed16':
      return 2
    case 'unsigned32':
    case 'signed32':
    case 'float32':
    case 'dateTimeSeconds':
    case 'ipv4Address':
      return 4
    case 'macAddress':
      return 6
    case 'unsigned64':
    case 'signed64':
    case 'float64':
    case 'dateTimeMilliseconds':
    case 'dateTimeMicroseconds':
    case 'dateTimeNanoseconds':
      return 8
    case 'ipv6Address':
      return 16
    case 'unsigned256':
      return 32
    case 'octetArray':
    case 'string':
    case 'basicList':
    case 'subTemplateList':
    case 'subTemplateMultiList':
      return undefined
  }
}
