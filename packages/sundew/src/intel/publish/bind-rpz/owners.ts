import type { Words } from '../../../match/words.ts'

/** What is plain in a master file, and in a name at all: labels of up to 63 letters, digits, hyphens and underscores. */
export const plainName = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/
/** Last labels that a policy zone takes for something else than a name. */
const triggers = /\.rpz-[a-z-]+$/
/** Characters of a name as text, so that with its lengths and the root it has 255 bytes (RFC 1035 §2.3.4). */
export const mostCharacters = 253

/** Why a name cannot stand in a zone. */
export type NoOwner = 'name too long for the zone' | 'not a name that a zone can hold' | 'top-level domain'

/**
 * Whether a name may be an owner in a zone; undefined where it may. What is no host name is refused, though a master file could
 * escape it: no name server is ever asked for it, and a zone is not to fail for it.
 */
export function whyNoOwner(name: string, zone: string): NoOwner | undefined {
  if (!plainName.test(name))
    return name.includes('.') ? 'not a name that a zone can hold' : 'top-level domain'
  if (name.includes('.rpz-') && triggers.test(name)) return 'not a name that a zone can hold'
  return name.length + 1 + zone.length > mostCharacters ? 'name too long for the zone' : undefined
}

/**
 * An address prefix as owner, without the last label: `24.0.113.0.203`, `48.zz.1.db8.2001`. The form that BIND itself writes, since it
 * complains about others: the longest run of zero words is `zz`, of equal ones the leftmost in the address.
 *
 * @param length of the family's own bits
 */
export function prefixOwner(family: 4 | 6, first: Words, length: number): string {
  if (family === 4) {
    const address = first[3]
    return `${length}.${address & 255}.${(address >>> 8) & 255}.${(address >>> 16) & 255}.${address >>> 24}`
  }
  const words = first.flatMap((word) => [word >>> 16, word & 0xffff]).toReversed()
  let best = -1
  let bestLength = 2
  for (let from = 0; from < 8; from++) {
    let to = from
    while (to < 8 && words[to] === 0) to++
    if (to - from >= bestLength) {
      best = from
      bestLength = to - from
    }
    from = to
  }
  const labels = words.map((word) => word.toString(16))
  if (best >= 0) labels.splice(best, bestLength, 'zz')
  return `${length}.${labels.join('.')}`
}
