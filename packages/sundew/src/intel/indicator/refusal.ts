/** Why a text is no indicator. Few and short: they are counted by. */
export const refusals = {
  empty: 'there is nothing in it',
  'too-long': 'it is longer than any indicator',
  control: 'it has control characters in it',
  form: 'it looks like no kind of indicator',
  address:
    'it is no address, prefix or range: four decimal numbers without leading zeros, or IPv6 without zone',
  label:
    'a label of the name is empty, longer than 63, or has other characters than letters, digits, - and _',
  'name-length': 'the name is longer than 253',
  idna: 'the name cannot be written in ASCII (IDNA)',
  tld: 'the name ends in what is no top-level domain',
  'single-label': 'the name has one label only',
  'public-suffix': 'names are registered right below it: it would name all of them',
  glued: 'several indicators run into each other',
  scheme: 'the URL has a scheme that is not matched',
  host: 'the URL has no host',
  port: 'the port is no number from 1 to 65535',
  'path-only': 'it is a path without its host',
  email: 'it is no e-mail address',
  hash: 'it is no MD5, SHA-1, SHA-256, SHA-384 or SHA-512 in hexadecimal',
  cve: 'it is no CVE number',
  as: 'it is no number of an autonomous system',
  ja3: 'it is no JA3: 32 hexadecimal digits',
  ja4: 'it is no JA4',
  'file-name': 'it is no name of a file',
} as const

export type RefusalReason = keyof typeof refusals

/** In the place of an indicator. */
export interface Refused {
  readonly type: 'refused'
  readonly reason: RefusalReason
}

const made = new Map(
  (Object.keys(refusals) as RefusalReason[]).map((reason): [RefusalReason, Refused] => [
    reason,
    { type: 'refused', reason },
  ]),
)

/** The same object for the same reason. */
export function refused(reason: RefusalReason): Refused {
  return made.get(reason)!
}
