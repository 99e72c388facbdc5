import type { AddressSet } from '../../match/address-set.ts'
import { AddressSetBuilder } from '../../match/address-set-builder.ts'
import { formatAddress, parseRange } from '../../match/parse-address.ts'
import { type Range, RangeSet } from '../../match/ranges.ts'
import { compareWords, following, isMapped, preceding, type Words, words4 } from '../../match/words.ts'
import { badRequest } from '../api/errors.ts'

/** Ranges that are asked of the store as they are. More are a set: who was seen is looked up in it first. */
const fewRanges = 64

/** Addresses that a filter names: few ranges, or a set with which addresses seen are compared. */
export type Membership =
  | { readonly kind: 'ranges'; readonly ranges: readonly Range[] }
  | {
      readonly kind: 'set'
      /** Whether the address at this place of an address column is in. */
      readonly has: (words: Uint32Array, at: number) => boolean
    }

/** Of addresses, prefixes and ranges that were checked before. */
export function membershipOf(texts: readonly string[]): Membership {
  const ranges = texts.map((text) => parseRange(text)).filter((range) => range !== undefined)
  return membership(ranges)
}

/**
 * Of a set's text: an address, prefix or range a line; `#` and what follows is a comment, further columns after a blank
 * or comma are passed over.
 *
 * @throws ApiError for a line that is none of these, by its number
 */
export function setMembership(text: string): Membership {
  const ranges: Range[] = []
  let number = 0
  for (const line of text.split('\n')) {
    number++
    const item = line.replace(/#.*/, '').trim()
    if (item === '') continue
    const range = parseRange(item)
    if (!range) {
      throw badRequest(
        `Line ${number} of the set should be an address, a prefix or a range; it is ${JSON.stringify(item.slice(0, 64))}.`,
      )
    }
    ranges.push(range)
  }
  return membership(ranges)
}

/** Addresses that the set lists, on any list or on those named. */
export function listedMembership(set: AddressSet, lists: 'all' | readonly string[]): Membership {
  if (lists === 'all') return { kind: 'set', has: (words, at) => set.findWords(words, at) >= 0 }
  const sources = new Set<number>()
  for (const list of lists) {
    const source = set.sources.findIndex(({ name }) => name === list)
    if (source < 0) {
      const known = set.sources.map(({ name }) => name).slice(0, 32)
      throw badRequest(
        `There is no list ${JSON.stringify(list.slice(0, 64))} in force; there ${known.length === 0 ? 'are none: see intel.files in sundew.yaml' : `are ${known.join(', ')}`}.`,
      )
    }
    sources.add(source)
  }
  const known = new Map<number, boolean>()
  const named = (node: number): boolean => {
    const before = known.get(node)
    if (before !== undefined) return before
    const found = set.entries(node, Infinity).some(({ source }) => sources.has(source))
    known.set(node, found)
    return found
  }
  return {
    kind: 'set',
    has: (words, at) => {
      const node = set.findWords(words, at)
      return node >= 0 && named(node)
    },
  }
}

function membership(given: readonly Range[]): Membership {
  const ranges = [...RangeSet.of(given).ranges()].flatMap(withoutMapped)
  if (ranges.length <= fewRanges) return { kind: 'ranges', ranges }
  const builder = new AddressSetBuilder()
  const label = builder.label(builder.source('set'))
  for (const { first, last } of ranges) builder.add(first, last, label)
  const set = builder.build()
  return { kind: 'set', has: (words, at) => set.findWords(words, at) >= 0 }
}

/** In an IPv6 column the IPv4 addresses lie among the others: a range of IPv6 is asked for without them. */
function withoutMapped(range: Range): Range[] {
  const { first, last } = range
  if (isMapped(first) || compareWords(last, firstMapped) < 0 || compareWords(first, lastMapped) > 0)
    return [range]
  return [
    { first, last: preceding(firstMapped)! },
    { first: following(lastMapped)!, last },
  ].filter((piece) => compareWords(piece.first, piece.last) <= 0)
}

const firstMapped = words4(0)
const lastMapped = words4(0xffff_ffff)

/** As an IPv6 parameter of the store's takes it. */
export function ipv6Text(address: Words): string {
  return isMapped(address) ? `::ffff:${formatAddress(address)}` : formatAddress(address)
}
