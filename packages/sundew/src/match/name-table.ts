import { filterShift, finish, mix, mostSalts, saltOf, startOf, urlCode, urlKeyFrom } from './name-hash.ts'
import type { NameSetParts } from './name-set-file.ts'

/** Slots looked at for one text; more, and texts were chosen to collide. */
const longestChain = 512

/** Bits of the filter for each text, at least: one in nine texts that are not listed passes, or less. */
const filterBits = 8

type Columns = Pick<NameSetParts, 'kinds' | 'keyFrom' | 'keys' | 'parents'>

/**
 * Table and filter of these nodes, by the first salt that scatters them.
 *
 * @throws RangeError where none does
 */
export function tables(columns: Columns) {
  for (let salt = 0; salt < mostSalts; salt++) {
    const found = tablesOf(columns, salt)
    if (found) return { ...found, salt }
  }
  throw new RangeError('Its texts collide however they are hashed')
}

/** Table and filter of these nodes, the last of those with one text; undefined where a chain becomes too long. */
function tablesOf({ kinds, keyFrom, keys, parents }: Columns, number: number) {
  const salt = saltOf(number)
  const table = new Uint32Array(powerOf2(kinds.length * 2))
  const filter = new Uint32Array(powerOf2((kinds.length * filterBits) / 32))
  const mask = table.length - 1
  const shift = filterShift(filter)
  for (let node = 0; node < kinds.length; node++) {
    if (isSameAsNext(kinds, keyFrom, parents, node)) continue
    const kind = kinds[node]!
    const to = keyFrom[node + 1]!
    const from = kind === urlCode ? urlKeyFrom(keys, keyFrom[node]!, to) : keyFrom[node]!
    let hash = startOf(salt, kind)
    for (let at = to - 1; at >= from; at--) hash = mix(hash, keys[at]!, salt.factor)
    const mixed = finish(hash)
    const bit = mixed >>> shift
    filter[bit >>> 5]! |= 1 << (bit & 31)
    let slot = mixed & mask
    for (let looked = 0; table[slot] !== 0; slot = (slot + 1) & mask)
      if (++looked > longestChain) return undefined
    table[slot] = ((mixed & 0xff00_0000) | (node + 1)) >>> 0
  }
  return { table, filter }
}

/** At least 8, and at least so many. */
function powerOf2(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(8, least)))
}

/** Whether the next node is of the same text: a host name after its domain, a URL with the other scheme. */
function isSameAsNext(kinds: Uint8Array, keyFrom: Uint32Array, parents: Uint32Array, node: number): boolean {
  if (parents[node + 1] !== node) return false
  if (kinds[node] === urlCode) return true
  return keyFrom[node + 2]! - keyFrom[node + 1]! === keyFrom[node + 1]! - keyFrom[node]!
}
