import assert from 'node:assert/strict'

export interface StixObject {
  readonly type: string
  readonly id: string
  readonly created: string
  readonly modified: string
  readonly valid_from: string
  readonly revoked?: boolean
  readonly pattern: string
  readonly created_by_ref: string
}

/** The one value that an indicator of ours compares with. */
export function valueOf({ pattern }: StixObject): { readonly type: string; readonly value: string } {
  const parts =
    /^\[([a-z0-9-]+:[a-z.]+(?:MD5|'[A-Z0-9-]+')?) (=|ISSUBSET) (?:'((?:[^'\\]|\\.)*)'|(\d+))\]$/su.exec(
      pattern,
    )
  assert.ok(parts, pattern)
  const [, path = '', , text, number] = parts
  const value = text === undefined ? `AS${number}` : text.replace(/\\(.)/gsu, '$1')
  const type = Object.entries(paths).find(([start]) => path.startsWith(start))?.[1]
  assert.ok(type !== undefined, path)
  return { type, value }
}

const paths = {
  'ipv4-addr:value': 'address',
  'ipv6-addr:value': 'address',
  'domain-name:value': 'hostname',
  'url:value': 'url',
  'email-addr:value': 'email',
  'file:name': 'file_name',
  'file:hashes.': 'hash',
  'autonomous-system:number': 'as',
} as const
