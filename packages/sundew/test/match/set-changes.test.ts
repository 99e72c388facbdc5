import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AddressSet } from '../../src/match/address-set.ts'
import { AddressSetBuilder } from '../../src/match/address-set-builder.ts'
import { parseAddress, parseRange } from '../../src/match/parse-address.ts'
import { isNewlyListed, searchNewEntries } from '../../src/match/set-changes.ts'

function setOf(lists: Readonly<Record<string, readonly string[]>>, title = ''): AddressSet {
  const builder = new AddressSetBuilder()
  for (const [list, texts] of Object.entries(lists))
    for (const text of texts) {
      const { first, last } = parseRange(text)!
      builder.add(first, last, builder.label(builder.source(list), title))
    }
  return builder.build()
}

function grew(later: AddressSet, former: AddressSet | undefined): boolean {
  const search = searchNewEntries(later, former)
  for (;;) {
    const { done, value } = search.next()
    if (done) return value
  }
}

describe('a later set', () => {
  const former = setOf({ a: ['192.0.2.0/24', '2001:db8::/32', '198.51.100.5-198.51.100.9'] })

  test('has nothing new where lists lost entries, changed titles or came in another order', () => {
    assert.equal(grew(former, former), false)
    assert.equal(grew(setOf({ a: ['2001:db8::/32', '192.0.2.0/24'] }, 'title'), former), false)
    assert.equal(grew(setOf({}), former), false)
  })

  test('has something new where an entry or a list is, also within one that was there', () => {
    assert.equal(grew(setOf({ a: ['192.0.2.7'] }), former), true)
    assert.equal(grew(setOf({ b: ['192.0.2.0/24'] }), former), true)
    assert.equal(grew(setOf({ a: ['198.51.100.5-198.51.100.10'] }), former), true)
    assert.equal(grew(setOf({ a: ['192.0.2.7'] }), undefined), true)
    assert.equal(grew(setOf({}), undefined), false)
  })

  test('names newly the addresses of what is new, and no others', () => {
    const later = setOf({ a: ['192.0.2.0/24', '192.0.2.7', '203.0.113.0/24'] })
    const isNew = (text: string) => isNewlyListed(later, former, parseAddress(text)!)
    assert.equal(isNew('192.0.2.8'), false)
    assert.equal(isNew('192.0.2.7'), true)
    assert.equal(isNew('203.0.113.1'), true)
    assert.equal(isNew('8.8.8.8'), false)
  })

  test('of many entries lets others have their turn while it is searched', () => {
    const texts = Array.from({ length: 10_000 }, (_, index) => `10.${index >> 8}.${index & 255}.1`)
    const large = setOf({ a: texts })
    let turns = 0
    for (const search = searchNewEntries(large, large); !search.next().done;) turns++
    assert.ok(turns >= 3, `${turns}`)
  })
})
