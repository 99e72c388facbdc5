import type { IndicatorType } from '../../indicator/indicator.ts'

/** What a MISP attribute's value holds: the part at this place of those that `|` separates, of this type. */
export interface AttributePart {
  readonly type: IndicatorType
  readonly at: number
}

const hashes = ['md5', 'sha1', 'sha256', 'sha384', 'sha512']
const part = (type: IndicatorType, at = 0): AttributePart => ({ type, at })

/**
 * MISP's types (its core format, section Attribute) of what we look up. Beside a hash a file's name adds nothing; an
 * address that a domain led to is often one that many use, and is left out.
 */
const types: ReadonlyMap<string, AttributePart> = new Map([
  ...['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port'].map((name) => [name, part('address')] as const),
  ...['domain', 'domain|ip'].map((name) => [name, part('domain')] as const),
  ...['hostname', 'hostname|port'].map((name) => [name, part('hostname')] as const),
  ...['url', 'uri'].map((name) => [name, part('url')] as const),
  ...['email', 'email-src', 'email-reply-to'].map((name) => [name, part('email')] as const),
  ...hashes.map((name) => [name, part('hash')] as const),
  ...['malware-sample', ...hashes.map((name) => `filename|${name}`)].map(
    (name) => [name, part('hash', 1)] as const,
  ),
  ...['md5', 'sha1', 'sha256'].map((name) => [`x509-fingerprint-${name}`, part('hash')] as const),
  ['ja3-fingerprint-md5', part('ja3')],
  ['filename', part('file_name')],
  ['AS', part('as')],
  ['vulnerability', part('cve')],
])

export function attributePart(type: string): AttributePart | undefined {
  return types.get(type)
}
