import type { Carried } from './publisher.ts'

/** Texts that {@link Blocklist.texts} tells. */
export const textTypes = ['url', 'email', 'hash', 'ja3', 'ja4', 'file_name', 'as'] as const

export type TextType = (typeof textTypes)[number]

/** A `carries` for targets that carry these kinds whatever their configuration is. */
export function carriesKinds(...kinds: readonly Carried['type'][]): (what: Carried) => boolean {
  const known = new Set<string>(kinds)
  return ({ type }) => known.has(type)
}

/** md5, sha1, sha256 … by the number of hexadecimal digits; undefined where it is none of them (ssdeep …). */
export function hashKind(value: string): HashKind | undefined {
  return /^[0-9a-f]+$/.test(value) ? hashLengths.get(value.length) : undefined
}

export type HashKind = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'

const hashLengths: ReadonlyMap<number, HashKind> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
  [96, 'sha384'],
  [128, 'sha512'],
])
