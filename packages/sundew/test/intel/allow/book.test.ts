import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AllowBook } from '../../../src/intel/allow/book.ts'
import { formatRange, parseRange } from '../../../src/match/parse-address.ts'
import type { Range } from '../../../src/match/ranges.ts'
import { RangeSet } from '../../../src/match/ranges.ts'
import {
  asBigInt,
  compareWords,
  prefixFirst,
  prefixLast,
  type Words,
  words4,
} from '../../../src/match/words.ts'
import { bookOf, decided } from './books.ts'

const range = (text: string): Range => parseRange(text)!
const carved = (book: AllowBook, text: string): string[] => {
  const { first, last } = range(text)
  return book.carve(first, last).flatMap((piece) => [...RangeSet.of([piece]).lines()])
}

describe('what the owner allows', () => {
  test('bears on an address in it, and not beside it', () => {
    const book = bookOf(['203.0.113.0/24', '2001:db8::/32', '198.51.100.7-198.51.100.9'])
    assert.deepEqual(decided(book, '203.0.113.255'), ['exclude owner'])
    assert.deepEqual(decided(book, '203.0.114.0'), [])
    assert.deepEqual(decided(book, '2001:db8:ffff::'), ['exclude owner'])
    assert.deepEqual(decided(book, '2001:db9::'), [])
    assert.deepEqual(decided(book, '198.51.100.8/31'), ['exclude owner'])
    assert.deepEqual(decided(book, '198.51.100.6'), [])
  })

  test('is told with its entry, reason and end', () => {
    const until = Date.parse('2026-12-31')
    const book = bookOf([{ value: '203.0.113.0/24', reason: 'our partner', until, by: 'token eve' }])
    assert.deepEqual(book.decide({ type: 'address', value: '203.0.113.1' }), [
      { action: 'exclude', list: 'owner', entry: '203.0.113.0/24', reason: 'our partner (token eve)', until },
    ])
  })

  test('is allowed as whatever it may mean: an MD5 or a JA3, a name or a file’s', () => {
    const book = bookOf(['e7d705a3286e19ea42f587b344ee6865', 'invoice.exe'])
    for (const type of ['ja3', 'hash'] as const)
      assert.deepEqual(decided(book, 'e7d705a3286e19ea42f587b344ee6865', type), ['exclude owner'], type)
    assert.deepEqual(decided(book, 'invoice.exe', 'file_name'), ['exclude owner'])
  })

  test('by a second look, bears on what was asked about alone', () => {
    const book = bookOf([{ value: 'shop.com', action: 'downgrade', by: 'second-look' }])
    assert.deepEqual(decided(book, 'shop.com'), ['downgrade second-look'])
    assert.deepEqual(decided(book, 'evil.shop.com'), [])
    assert.deepEqual(decided(book, 'http://shop.com/evil'), [])
  })

  test('no longer holds when it has ended', () => {
    const book = bookOf([{ value: '203.0.113.0/24', until: 1_000 }], 'exclude', 1_001)
    assert.deepEqual(decided(book, '203.0.113.1'), [])
  })

  test('bears on a domain and all below it, by labels', () => {
    const book = bookOf(['higan.org'])
    assert.deepEqual(decided(book, 'higan.org'), ['exclude owner'])
    assert.deepEqual(decided(book, 'a.b.higan.org', 'hostname'), ['exclude owner'])
    assert.deepEqual(decided(book, 'michigan.org'), [])
    assert.deepEqual(decided(book, 'org.uk.com.net'), [])
  })

  test('bears on URLs and e-mail addresses at its host', () => {
    const book = bookOf(['example.net', '192.0.2.0/24'])
    assert.deepEqual(decided(book, 'http://www.example.net:8080/x?y=z'), ['exclude owner'])
    assert.deepEqual(decided(book, 'http://example.net.evil.test/'), [])
    assert.deepEqual(decided(book, 'http://evil.test/example.net'), [])
    assert.deepEqual(decided(book, 'joe@mail.example.net'), ['exclude owner'])
    assert.deepEqual(decided(book, 'http://192.0.2.9/a'), ['exclude owner'])
    assert.deepEqual(decided(book, 'http://192.0.3.9/a'), [])
  })

  test('may be a URL, a hash or an e-mail address', () => {
    const hash = 'd41d8cd98f00b204e9800998ecf8427e'
    const book = bookOf(['http://example.net/good', hash.toUpperCase(), 'joe@example.net'])
    assert.deepEqual(decided(book, 'http://example.net/good'), ['exclude owner'])
    assert.deepEqual(decided(book, 'http://example.net/bad'), [])
    assert.deepEqual(decided(book, hash), ['exclude owner'])
    assert.deepEqual(decided(book, 'eve@example.net'), [])
    assert.deepEqual(decided(book, 'joe@example.net'), ['exclude owner'])
  })

  test('may be a public suffix with all below it', () => {
    assert.deepEqual(decided(bookOf(['github.io']), 'somebody.github.io'), ['exclude owner'])
  })

  test('in a downgraded range, says nothing of a URL there', () => {
    const book = bookOf(['192.0.2.0/24'], 'downgrade')
    assert.deepEqual(decided(book, '192.0.2.9'), ['downgrade owner'])
    assert.deepEqual(decided(book, 'http://192.0.2.9/a'), [])
  })
})

describe('a range with allowed addresses in it', () => {
  test('is not left out, but carved: 16 prefixes are left of a /16 without one address', () => {
    // crowdsecurity/crowdsec#4022: the allowed address in a blocked range stayed blocked.
    const book = bookOf(['192.0.100.7'])
    assert.deepEqual(decided(book, '192.0.0.0/16'), [])
    const left = carved(book, '192.0.0.0/16')
    assert.equal(left.length, 16)
    const addresses = RangeSet.of(left.map(range)).addresses.v4
    assert.equal(addresses, 65_535)
    assert.equal(RangeSet.of(left.map(range)).has(range('192.0.100.7').first), false)
  })

  test('is left out where several entries hold all of it together', () => {
    const book = bookOf(['192.0.2.0/25', '192.0.2.128/25'])
    assert.deepEqual(carved(book, '192.0.2.0/24'), [])
    assert.deepEqual(decided(book, '192.0.2.0/24'), ['exclude owner'])
    assert.deepEqual(decided(book, '192.0.2.0/23'), [])
  })

  const address = fc.nat(255).map((low) => words4(0xc000_0200 + low))
  const piece = fc.oneof(
    fc.tuple(address, address).map(([a, b]) => (compareWords(a, b) <= 0 ? [a, b] : [b, a])),
    fc.tuple(address, fc.nat(8)).map(([a, bits]) => [prefixFirst(a, 120 + bits), prefixLast(a, 120 + bits)]),
  ) as fc.Arbitrary<[Words, Words]>

  test('loses exactly what is excluded, and for publishing what is downgraded too', () => {
    const entry = fc.record({ range: piece, action: fc.constantFrom('exclude', 'downgrade', 'annotate') })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), piece, (entries, [first, last]) => {
        const book = bookOf(entries.map(({ range, action }) => ({ value: formatRange(...range), action })))
        const matched = RangeSet.of(book.carve(first, last))
        const published = RangeSet.of(book.carveForPublishing(first, last))
        const out = RangeSet.of(book.keptOut(first, last))
        for (let low = 0; low < 256; low++) {
          const at = words4(0xc000_0200 + low)
          const within = compareWords(first, at) <= 0 && compareWords(at, last) <= 0
          const by = (action: string) =>
            entries.some(
              (one) =>
                one.action === action &&
                compareWords(one.range[0], at) <= 0 &&
                compareWords(at, one.range[1]) <= 0,
            )
          assert.equal(matched.has(at), within && !by('exclude'))
          assert.equal(published.has(at), within && !by('exclude') && !by('downgrade'))
          assert.equal(out.has(at), within && (by('exclude') || by('downgrade')))
          const actions = new Set(book.decideRange(at, at).map(({ action }) => action))
          for (const action of ['exclude', 'downgrade', 'annotate'] as const)
            assert.equal(actions.has(action), by(action))
        }
        const excluded = book.decideRange(first, last).some(({ action }) => action === 'exclude')
        assert.equal(excluded, matched.addresses.v4 === 0)
      }),
      { numRuns: 200 },
    )
  })

  test('is carved in IPv6 as in IPv4', () => {
    const book = bookOf(['2001:db8:0:1::/64'])
    const left = RangeSet.of(carved(book, '2001:db8::/48').map(range))
    assert.equal(left.addresses.v6, (1n << 80n) - (1n << 64n))
    assert.equal(asBigInt(range('2001:db8:0:1::/64').first) % (1n << 64n), 0n)
  })
})

describe('names that are kept out', () => {
  test('are known from the names above them', () => {
    const book = bookOf(['good.example.com', { value: 'said.example.org', action: 'annotate' }])
    assert.equal(book.keepsOutBelow('example.com'), true)
    assert.equal(book.keepsOutBelow('com'), true)
    assert.equal(book.keepsOutBelow('good.example.com'), false)
    assert.equal(book.keepsOutBelow('example.org'), false)
    assert.deepEqual([...book.keptOutNames()], [{ name: 'good.example.com', covers: 'all' }])
  })

  test('are told below domains where they are excluded, so that they are not matched', () => {
    const book = bookOf(['a.evil.com', 'b.evil.org', { value: 'c.evil.com', action: 'downgrade' }])
    assert.equal(book.excludesBelow('evil.com'), true)
    assert.deepEqual([...book.excludedUnder(new Set(['evil.com']))], [{ name: 'a.evil.com', covers: 'all' }])
    assert.equal(bookOf(['c.evil.com'], 'downgrade').excludesBelow('evil.com'), false)
    assert.deepEqual([...book.excludedUnder(new Set())], [])
  })

  test('end when the first entry says so', () => {
    assert.equal(bookOf(['a.com', { value: 'b.com', until: 90 }, { value: 'c.com', until: 80 }]).nextEnd, 80)
    assert.equal(bookOf(['a.com']).nextEnd, Infinity)
  })
})
