/** What an indicator of a pattern is, in our terms; undefined where only its value can tell. */
export type PatternType = 'address' | 'as' | 'domain' | 'email' | 'hash' | 'file_name' | 'url' | undefined

const types: Readonly<Record<string, PatternType>> = {
  'ipv4-addr:value': 'address',
  'ipv6-addr:value': 'address',
  'domain-name:value': 'domain',
  'domain-name:resolves_to_refs.value': undefined,
  'url:value': 'url',
  'email-addr:value': 'email',
  'email-message:from_ref.value': 'email',
  'email-message:sender_ref.value': 'email',
  'autonomous-system:number': 'as',
  'file:name': 'file_name',
  'network-traffic:dst_ref.value': undefined,
  'network-traffic:src_ref.value': undefined,
}

const hashes = /^(?:file|artifact|x509-certificate|process:(?:image|binary)_ref)[:.]hashes\.[^.]{1,20}$/

/**
 * The type of indicator that an object path of a pattern names.
 *
 * @param path without indices: `domain-name:resolves_to_refs.value`
 * @returns `none` where it names something else of the object, as a port
 */
export function patternType(path: string): PatternType | 'none' {
  if (Object.hasOwn(types, path)) return types[path]
  return hashes.test(path) ? 'hash' : 'none'
}
