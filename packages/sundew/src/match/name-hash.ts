import type { TextKind } from './named.ts'

/** Kinds by their code in the file; the order of their nodes, but that names of both kinds are mixed. */
export const textKinds = [
  'domain',
  'hostname',
  'url',
  'email',
  'hash',
  'ja3',
  'ja4',
  'file_name',
  'as',
  'cve',
] as const satisfies readonly TextKind[]

export const kindCodes = Object.fromEntries(textKinds.map((kind, code) => [kind, code])) as Readonly<
  Record<TextKind, number>
>

export const domainCode = kindCodes.domain
export const hostnameCode = kindCodes.hostname
export const urlCode = kindCodes.url

/** Kinds whose texts are lower case, so that any case is asked for. */
export const anyCase: readonly boolean[] = textKinds.map((kind) => kind !== 'url' && kind !== 'file_name')

/** Upper-case kinds, asked for in any case likewise. */
export const upperCase: readonly boolean[] = textKinds.map((kind) => kind === 'as' || kind === 'cve')

/**
 * How one file hashes: another salt is taken where texts were chosen to collide under a former one.
 * Texts are hashed from the right, a byte at a time, so that one pass over a name gives the hash of each of its parents.
 */
export interface Salt {
  readonly start: number
  readonly factor: number
}

export const mostSalts = 16

export function saltOf(number: number): Salt {
  return {
    start: Math.imul(number + 1, 0x9e37_79b1),
    // Odd, so that nothing of a byte is lost.
    factor: (0x2c1b_3c6d + Math.imul(number, 0x85eb_ca76)) | 1,
  }
}

/** Where the hash of a text of this kind begins; domains and host names are hashed alike. */
export function startOf(salt: Salt, kind: number): number {
  return salt.start ^ Math.imul(kind === hostnameCode ? domainCode : kind, 0xc2b2_ae3d)
}

/** The hash with one more byte to the left. Turned, so that low bits depend on high ones. */
export function mix(hash: number, byte: number, factor: number): number {
  const mixed = Math.imul(hash ^ byte, factor)
  return (mixed << 15) | (mixed >>> 17)
}

/** The hash of what was mixed: its low bits choose the slot, its high byte is the slot's tag. */
export function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2545_f491)
  return mixed ^ (mixed >>> 13)
}

/** By how much a finished hash is shifted to be the number of a bit in a filter of so many words, a power of two. */
export function filterShift(filter: Uint32Array): number {
  return 27 - Math.log2(filter.length)
}

/** Where a URL's text begins that is matched: behind http:// and https://, which are not told apart. */
export function urlKeyFrom(bytes: Uint8Array, from: number, to: number): number {
  const secure = (bytes[from + 4]! | 0x20) === 0x73 ? 1 : 0
  const mark = from + 4 + secure
  const isWeb =
    mark + 2 < to &&
    (bytes[from]! | 0x20) === 0x68 &&
    (bytes[from + 1]! | 0x20) === 0x74 &&
    (bytes[from + 2]! | 0x20) === 0x74 &&
    (bytes[from + 3]! | 0x20) === 0x70 &&
    bytes[mark] === 0x3a &&
    bytes[mark + 1] === 0x2f &&
    bytes[mark + 2] === 0x2f
  return isWeb ? mark + 3 : from
}
