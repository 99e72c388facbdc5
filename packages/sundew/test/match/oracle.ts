import fc from 'fast-check'
import { parseRange } from '../../src/match/parse-address.ts'
import { asBigInt, isMapped, isRange4, type Words, words4 } from '../../src/match/words.ts'

/** A listed text and the list it is of. */
export interface Listed {
  readonly text: string
  readonly list: string
}

/** What a set should say: every entry whose range holds the address, found by asking each. */
export function oracle(listed: readonly Listed[], address: Words): string[] {
  const wanted = asBigInt(address)
  const found = listed.filter(({ text }) => {
    const range = parseRange(text)!
    return (
      isRange4(range.first, range.last) === isMapped(address) &&
      asBigInt(range.first) <= wanted &&
      wanted <= asBigInt(range.last)
    )
  })
  return [...new Set(found.map(({ text, list }) => `${list} ${text}`))].toSorted()
}

/** Few distinct bits, so that what is made nests, overlaps and repeats. */
const close4 = fc
  .tuple(fc.constantFrom(0, 0x0a01_0200, 0x0a01_02f8, 0xffff_ff00, 0xc000_0200), fc.nat(511))
  .map(([base, more]) => (base + more) % 2 ** 32)

export const address4 = close4.map(words4)

export const address6 = fc
  .tuple(
    fc.constantFrom(0, 0x2001_0db8, 0x2001_0db9, 0x2a00_0000, 0xffff_ffff),
    fc.constantFrom(0, 1, 0xffff_ffff),
    fc.constantFrom(0, 0x8000_0000, 0xffff_ffff),
    fc.oneof(fc.nat(7), fc.constantFrom(0xffff_ffff, 0xffff_fff0)),
  )
  .map((words): Words => words)
