import {
  filterShift,
  finish,
  hostnameCode,
  mix,
  mostSalts,
  type Salt,
  saltOf,
  startOf,
  urlCode,
  urlKeyFrom,
} from './name-hash.ts'
import { nodeBits, type NameSetParts, removed } from './name-set-file.ts'
import { nothing } from './segments4.ts'

/** Slots looked at for one text; more, and texts were chosen to collide. */
const longestChain = 512

/** Bits of the filter for each text, at least: one in nine texts that are not listed passes, or less. */
const filterBits = 8

/** A table that is fuller than this, removed ones counted, is made anew. */
const mostFull = 0.6

type Tables = Pick<NameSetParts, 'table' | 'filter'> & { readonly salt: number }
type Columns = Pick<NameSetParts, 'kinds' | 'keyFrom' | 'keys' | 'parents'>

/**
 * Table and filter of these nodes, by the first salt that scatters them.
 *
 * @throws RangeError where none does
 */
export function tables(columns: Columns): Tables {
  for (let tried = 0; tried < mostSalts * 2; tried++) {
    // The same for the same texts, but for those that somebody chose to collide under every salt that can be known.
    const salt = tried < mostSalts ? tried : Math.floor(Math.random() * 2 ** 32)
    const found = tablesOf(columns, salt)
    if (found) return { ...found, salt }
  }
  throw new RangeError('Its texts collide however they are hashed')
}

/** A text of which something changed: in its normal form, and the number of its node, or of the one after where it has none. */
export interface Touched {
  readonly kind: number
  readonly text: Uint8Array
  readonly at: number
}

/**
 * Table and filter after a change, without hashing what stayed.
 *
 * @param moved new numbers of former nodes, `nothing` of those that are gone
 * @returns undefined where both have become too full for that
 */
export function changedTables(
  former: NameSetParts,
  columns: Columns,
  moved: Uint32Array,
  touched: readonly Touched[],
): Tables | undefined {
  const table = former.table.slice()
  const filter = former.filter.slice()
  const number = former.facts[0]!
  const salt = saltOf(number)
  const mask = table.length - 1
  const shift = filterShift(filter)
  let used = touched.length
  for (let slot = 0; slot < table.length; slot++) {
    const value = table[slot]!
    if (value === 0) continue
    used++
    const node = value & nodeBits
    if (node === removed) continue
    const now = moved[node - 1]!
    table[slot] = ((value & ~nodeBits) | (now === nothing ? removed : now + 1)) >>> 0
  }
  if (used > table.length * mostFull || columns.kinds.length * filterBits > filter.length * 64)
    return undefined
  for (const { kind, text, at } of touched) {
    const from = kind === urlCode ? urlKeyFrom(text, 0, text.length) : 0
    const mixed = hashOf(salt, kind, text, from, text.length)
    const is = (node: number) => isText(columns, node, kind, text, from)
    let free = -1
    let slot = mixed & mask
    for (; table[slot] !== 0; slot = (slot + 1) & mask) {
      const node = table[slot]! & nodeBits
      if (node !== removed && is(node - 1)) break
      if (node === removed && free < 0) free = slot
    }
    // Names of one text are beside each other, and the last of them is found.
    const last = [at + 1, at, at - 1].find(is)
    if (last === undefined) {
      if (table[slot] !== 0) table[slot] = (table[slot]! | nodeBits) >>> 0
      continue
    }
    if (table[slot] === 0 && free >= 0) slot = free
    table[slot] = ((mixed & ~nodeBits) | (last + 1)) >>> 0
    const bit = mixed >>> shift
    filter[bit >>> 5]! |= 1 << (bit & 31)
  }
  return { table, filter, salt: number }
}

/** Whether a node is of this text, as it is matched. */
function isText(
  { kinds, keyFrom, keys }: Columns,
  node: number,
  kind: number,
  text: Uint8Array,
  from: number,
): boolean {
  const code = kinds[node]
  if (code === undefined || (code !== kind && (code > hostnameCode || kind > hostnameCode))) return false
  const end = keyFrom[node + 1]!
  let at = kind === urlCode ? urlKeyFrom(keys, keyFrom[node]!, end) : keyFrom[node]!
  if (end - at !== text.length - from) return false
  for (let asked = from; at < end; at++, asked++) if (keys[at] !== text[asked]) return false
  return true
}

function hashOf(salt: Salt, kind: number, bytes: Uint8Array, from: number, to: number): number {
  let hash = startOf(salt, kind)
  for (let at = to - 1; at >= from; at--) hash = mix(hash, bytes[at]!, salt.factor)
  return finish(hash)
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
    const mixed = hashOf(salt, kind, keys, from, to)
    const bit = mixed >>> shift
    filter[bit >>> 5]! |= 1 << (bit & 31)
    let slot = mixed & mask
    for (let looked = 0; table[slot] !== 0; slot = (slot + 1) & mask)
      if (++looked > longestChain) return undefined
    table[slot] = ((mixed & ~nodeBits) | (node + 1)) >>> 0
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
