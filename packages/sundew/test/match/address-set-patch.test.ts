import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AddressSetBuilder } from '../../src/match/address-set-builder.ts'
import { type AddressChange, patchedAddresses } from '../../src/match/address-set-patch.ts'
import { AddressSet } from '../../src/match/address-set.ts'
import { parseRange } from '../../src/match/parse-address.ts'

const texts = [
  '192.0.2.1',
  '192.0.2.0/24',
  '192.0.2.0/25',
  '192.0.2.5-192.0.2.9',
  '192.0.2.3-192.0.3.7',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8::5-2001:db8::9',
  '2001:db8::1',
  '::/0',
]
const entry = (title: string) => ({
  source: title.length > 2 ? 'one' : 'two',
  title,
  link: '',
  action: 'block' as const,
  confidence: 50,
})

function change(text: string, titles: readonly string[]): AddressChange {
  const { first, last } = parseRange(text)!
  return { first, last, entries: titles.map(entry) }
}

function built(listed: ReadonlyMap<string, readonly string[]>): AddressSet {
  const builder = new AddressSetBuilder()
  for (const [text, titles] of listed) {
    const { first, last } = parseRange(text)!
    for (const title of titles) {
      const { source, link, action, confidence } = entry(title)
      builder.add(first, last, builder.label(builder.source(source), title, link, action, confidence))
    }
  }
  return AddressSet.from(builder.toBytes())
}

/** Everything that a set tells, without its numbers. */
function told(set: AddressSet) {
  return Array.from(set.listed(), ({ entry: { indicator, source, title, action, confidence } }) =>
    [indicator, set.sources[source]!.name, title, action, confidence].join(' '),
  ).toSorted()
}

describe('an address set that is changed', () => {
  test('is as one that was built anew, whatever is listed, taken out and listed otherwise', () => {
    const listed = fc.dictionary(
      fc.constantFrom(...texts),
      fc.uniqueArray(fc.constantFrom('a', 'bbb', ''), { minLength: 1, maxLength: 3 }),
    )
    const changes = fc.dictionary(
      fc.constantFrom(...texts),
      fc.uniqueArray(fc.constantFrom('a', 'ccc', 'd'), { maxLength: 3 }),
    )
    fc.assert(
      fc.property(listed, changes, (before, after) => {
        const patched = AddressSet.from(
          patchedAddresses(
            built(new Map(Object.entries(before))),
            Object.entries(after).map(([text, titles]) => change(text, titles)),
          )!,
        )
        const anew = built(new Map(Object.entries({ ...before, ...after })))
        assert.deepEqual(told(patched), told(anew))
        for (const text of texts) {
          const { first } = parseRange(text)!
          const indicators = (set: AddressSet) =>
            set.find(first) < 0
              ? []
              : set
                  .entries(set.find(first))
                  .map(({ indicator, title }) => `${indicator} ${title}`)
                  .toSorted()
          assert.deepEqual(indicators(patched), indicators(anew))
        }
      }),
    )
  })

  test('is built anew where the changes are many', () => {
    const many = Array.from({ length: 65 }, (_, host) => change(`192.0.2.${host}`, ['a']))
    assert.equal(patchedAddresses(built(new Map()), many), undefined)
  })
})
