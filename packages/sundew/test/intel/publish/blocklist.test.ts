import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Indicator, IndicatorType } from '../../../src/intel/indicator/indicator.ts'
import { parseIndicator } from '../../../src/intel/indicator/parse.ts'
import type { Blocklist } from '../../../src/intel/publish/blocklist.ts'
import { leaks } from '../../../src/intel/publish/blocklist-leaks.ts'
import { formatRange, parseRange } from '../../../src/match/parse-address.ts'
import { type Range, RangeSet } from '../../../src/match/ranges.ts'
import { compareWords, prefixFirst, prefixLast, type Words, words4 } from '../../../src/match/words.ts'
import { bookOf, coreBook } from '../allow/books.ts'
import { blocklistOf, type Listing } from './sets.ts'

function listing(text: string, type?: IndicatorType, more: Partial<Listing> = {}): Listing {
  const indicator = parseIndicator(text, type)
  assert.ok(indicator.type !== 'refused', text)
  return { indicator, ...more }
}

const names = (list: Blocklist, redundant = false) =>
  Array.from(list.names(redundant), ({ name, covers }) => (covers === 'all' ? `*.${name}` : name))
const holes = (list: Blocklist) =>
  Array.from(list.holes(), ({ name, covers }) => (covers === 'all' ? `*.${name}` : name))
const texts = (ranges: Iterable<Range>) => Array.from(ranges, ({ first, last }) => formatRange(first, last))

describe('the addresses of a blocklist', () => {
  test('are merged, without what is allowed, IPv4 and IPv6 apart', () => {
    const list = blocklistOf(
      [
        '203.0.112.0/24',
        '203.0.113.0/24',
        '203.0.113.7',
        '198.51.100.1',
        '2001:db8::/33',
        '2001:db8:8000::/33',
      ].map((text) => listing(text)),
      bookOf(['203.0.112.0/25', '2001:db8:1::/48']),
    )
    assert.deepEqual(texts(list.ranges(4)), ['198.51.100.1', '203.0.112.128-203.0.113.255'])
    assert.deepEqual(
      Array.from(list.prefixes(4), ({ first, length }) => `${formatRange(first, first)}/${length}`),
      ['198.51.100.1/32', '203.0.112.128/25', '203.0.113.0/24'],
    )
    assert.deepEqual(texts(list.ranges(6)), [
      '2001:db8::/48',
      '2001:db8:2::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
    ])
    assert.deepEqual(texts(list.allowedRanges(4)), ['203.0.112.0/25'])
    assert.deepEqual(texts(list.allowedRanges(6)), ['2001:db8:1::/48'])
  })

  test('are told by entry with why, carved', () => {
    const list = blocklistOf(
      [
        listing('203.0.113.0/24', 'address', { source: 'drop', title: 'SBL1', link: 'https://a.example/1' }),
        listing('203.0.113.7', 'address', { source: 'otx', confidence: 60 }),
        listing('203.0.113.8', 'address', { source: 'maybe', action: 'alert' }),
      ],
      bookOf(['203.0.113.128/25']),
    )
    assert.deepEqual(
      Array.from(list.addresses(), ({ first, last, why }) => ({ at: formatRange(first, last), ...why })),
      [
        {
          at: '203.0.113.0/25',
          sources: ['drop'],
          title: 'SBL1',
          link: 'https://a.example/1',
          confidence: 80,
        },
        { at: '203.0.113.7', sources: ['otx'], title: '', link: '', confidence: 60 },
      ],
    )
    assert.equal(list.counts.addresses, 2)
  })

  test('are without those that are only downgraded or only matched', () => {
    const list = blocklistOf(
      [listing('198.51.100.0/30'), listing('198.51.100.9', 'address', { action: 'alert' })],
      bookOf(['198.51.100.1'], 'downgrade'),
    )
    assert.deepEqual(texts(list.ranges(4)), ['198.51.100.0', '198.51.100.2/31'])
  })

  test('are a /16 in 16 prefixes where one address of it is allowed', () => {
    const list = blocklistOf([listing('198.18.0.0/16')], bookOf(['198.18.77.7']))
    const prefixes = [...list.prefixes(4)]
    assert.deepEqual(
      prefixes.map(({ length }) => length).toSorted((a, b) => a - b),
      Array.from({ length: 16 }, (_, at) => at + 17),
    )
  })
})

describe('the names of a blocklist', () => {
  test('come parent first, and without those below a wildcard', () => {
    const list = blocklistOf(
      ['evil.com', 'a.evil.com', 'b.a.evil.com', 'evil-x.com', 'evil.org'].map((text) => listing(text)),
      bookOf([]),
    )
    assert.deepEqual(names(list), ['*.evil.com', '*.evil-x.com', '*.evil.org'])
    assert.deepEqual(names(list, true), [
      '*.evil.com',
      '*.a.evil.com',
      '*.b.a.evil.com',
      '*.evil-x.com',
      '*.evil.org',
    ])
  })

  test('are alone where a host is listed, and with all below where the domain is listed, too', () => {
    const list = blocklistOf(
      [
        listing('www.evil.com', 'hostname'),
        listing('evil.org', 'hostname', { source: 'a', title: 'host' }),
        listing('evil.org', 'domain', { source: 'b', title: 'domain', confidence: 90 }),
      ],
      bookOf([]),
    )
    assert.deepEqual(names(list), ['www.evil.com', '*.evil.org'])
    assert.deepEqual([...list.names()][1]?.why, {
      sources: ['b', 'a'],
      title: 'domain',
      link: '',
      confidence: 90,
    })
    assert.equal(list.counts.names, 2)
  })

  test('have holes where a name below them is allowed, and are no wildcards then', () => {
    const list = blocklistOf(
      [listing('evil.com'), listing('x.evil.com'), listing('fine.org'), listing('bad.good.evil.com')],
      bookOf(['good.evil.com', 'also.good.evil.com', 'elsewhere.net']),
    )
    assert.deepEqual(holes(list), ['*.good.evil.com'])
    assert.equal(list.wildcard('evil.com'), false)
    assert.equal(list.wildcard('fine.org'), true)
    // x.evil.com stays: a format without holes has evil.com alone.
    assert.deepEqual(names(list), ['*.evil.com', '*.x.evil.com', '*.fine.org'])
  })

  test('never are public suffixes or certificate hosts, whatever was listed', () => {
    const list = blocklistOf(
      [
        { indicator: { type: 'domain', value: 'co.uk' } },
        { indicator: { type: 'domain', value: 'github.io' } },
        listing('ocsp.digicert.com'),
        listing('digicert.com'),
      ],
      coreBook(),
    )
    assert.deepEqual(names(list), ['*.digicert.com'])
    assert.equal(list.wildcard('digicert.com'), false)
    assert.ok(holes(list).includes('*.ocsp.digicert.com'))
    assert.ok(holes(list).includes('crl3.digicert.com'))
  })
})

describe('other texts of a blocklist', () => {
  test('are told by their type, without what is allowed', () => {
    const hash = 'd41d8cd98f00b204e9800998ecf8427e'
    const list = blocklistOf(
      [
        listing('http://evil.com/a'),
        listing('http://good.com/a'),
        listing(hash, 'hash'),
        listing('0'.repeat(32), 'hash', { action: 'alert' }),
        listing('AS64496'),
        listing('eve@evil.com'),
      ],
      bookOf(['good.com']),
    )
    const values = (type: Parameters<Blocklist['texts']>[0]) =>
      Array.from(list.texts(type), ({ value }) => value)
    assert.deepEqual(values('url'), ['http://evil.com/a'])
    assert.deepEqual(values('hash'), [hash])
    assert.deepEqual(values('as'), ['AS64496'])
    assert.deepEqual(values('email'), ['eve@evil.com'])
    assert.equal(list.counts.texts, 4)
  })
})

/** Everything about these few names and addresses can be looked through. */
const labels = ['a', 'b', 'com']
const universe = labels.flatMap((top) => [
  ...labels.map((second) => `${second}.${top}x`),
  ...labels.flatMap((third) => labels.map((second) => `${third}.${second}.${top}x`)),
  ...labels.flatMap((third) => labels.map((second) => `a.${third}.${second}.${top}x`)),
])
const anyName = fc.constantFrom(...universe)
const address = fc.nat(63).map((low) => words4(0xc612_0000 + low))
const anyRange = fc.oneof(
  fc.tuple(address, address).map(([a, b]) => (compareWords(a, b) <= 0 ? [a, b] : [b, a])),
  fc.tuple(address, fc.nat(6)).map(([a, bits]) => [prefixFirst(a, 122 + bits), prefixLast(a, 122 + bits)]),
) as fc.Arbitrary<[Words, Words]>
const anyIndicator: fc.Arbitrary<Indicator> = fc.oneof(
  fc.record({ type: fc.constantFrom('domain', 'hostname'), value: anyName }),
  anyRange.map(([first, last]): Indicator => ({ type: 'address', value: formatRange(first, last) })),
  anyName.map((name): Indicator => ({ type: 'url', value: `http://${name}/x` })),
)
const anyListing = fc.record({ indicator: anyIndicator, action: fc.constantFrom('block', 'block', 'alert') })
const anyAllowed = fc.record({
  value: fc.oneof(
    anyName,
    anyName.map((name) => `http://${name}/x`),
    anyRange.map((range) => formatRange(...range)),
  ),
  action: fc.constantFrom('exclude', 'downgrade', 'annotate'),
})

function above(name: string): string[] {
  return name.split('.').flatMap((_, at, all) => (at === 0 ? [] : [all.slice(at).join('.')]))
}

describe('no output', () => {
  test('ever blocks what is allowed, and all that is blocked and not allowed is blocked', () => {
    fc.assert(
      fc.property(
        fc.array(anyListing, { maxLength: 25 }),
        fc.array(anyAllowed, { maxLength: 12 }),
        fc.boolean(),
        (listings, allowed, decided) => {
          const book = bookOf(allowed)
          const list = blocklistOf(listings, book, decided)
          const kept = allowed.filter(({ action }) => action !== 'annotate').map(({ value }) => value)
          const keptNames = new Set(kept)
          const keptRanges = RangeSet.of(kept.flatMap((text) => parseRange(text) ?? []))
          const blocked = listings
            .filter(({ action }) => action === 'block')
            .map(({ indicator }) => indicator)

          const published = RangeSet.of(list.ranges(4))
          const wanted = RangeSet.of(
            blocked.flatMap(({ type, value }) => (type === 'address' ? parseRange(value)! : [])),
          )
          assert.deepEqual([...published.lines()], [...wanted.difference(keptRanges).lines()])
          assert.deepEqual(texts(list.ranges(4)), [...published.lines('ranges')])
          const byEntry = RangeSet.of(list.addresses())
          assert.deepEqual([...byEntry.lines()], [...published.lines()])
          if (!decided)
            assert.deepEqual(
              [...RangeSet.of(list.allowedRanges(4)).lines()],
              [...wanted.intersection(keptRanges).lines()],
            )

          const isKept = (name: string) => [name, ...above(name)].some((one) => keptNames.has(one))
          const isBlocked = (name: string) =>
            blocked.some(
              ({ type, value }) =>
                (type === 'domain' && [name, ...above(name)].includes(value) && !isKept(value)) ||
                (type === 'hostname' && value === name),
            )
          const withHoles = [...list.names()]
          const made = [...list.holes()]
          const without = [...list.names(true)].map(({ name, covers }) => ({
            name,
            covers: covers === 'all' && list.wildcard(name) ? covers : 'itself',
          }))
          const hits = (of: readonly { name: string; covers: string }[], name: string) =>
            of.some((one) => one.name === name || (one.covers === 'all' && above(name).includes(one.name)))
          for (const name of universe) {
            const kept = isKept(name)
            assert.equal(hits(withHoles, name) && !hits(made, name), isBlocked(name) && !kept, name)
            if (kept) assert.equal(hits(without, name), false, name)
          }
          for (const { name, covers } of withHoles) if (covers === 'itself') assert.ok(isBlocked(name))

          const urls = Array.from(list.texts('url'), ({ value }) => value)
          for (const value of urls) assert.ok(!keptNames.has(value) && !isKept(new URL(value).hostname))

          const values = [
            ...texts(list.ranges(4)).map((value): Indicator => ({ type: 'address', value })),
            ...withHoles.map(({ name, covers }): Indicator => ({
              type: covers === 'all' ? 'domain' : 'hostname',
              value: name,
            })),
            ...urls.map((value): Indicator => ({ type: 'url', value })),
          ]
          assert.deepEqual(leaks({ values, holes: made }, book), [])
        },
      ),
      { numRuns: 500 },
    )
  })

  test('that does is overlooked', () => {
    const book = bookOf(['good.evil.com', '198.51.100.7', 'http://fine.org/x', 'host.net'])
    const of = (text: string, type?: IndicatorType) => listing(text, type).indicator
    const found = (values: Indicator[], made: string[] = []) =>
      leaks({ values, holes: made.map((name) => ({ name, covers: 'all' as const })) }, book)
    assert.deepEqual(found([of('198.51.100.0/24')]), ['198.51.100.0/24: addresses in it are allowed'])
    assert.deepEqual(found([of('evil.com')]), ['evil.com: good.evil.com below it is allowed'])
    assert.deepEqual(found([of('evil.com')], ['good.evil.com']), [])
    assert.deepEqual(found([of('evil.com', 'hostname')]), [])
    assert.deepEqual(found([of('x.host.net')]), ['x.host.net: domain is allowed'])
    assert.deepEqual(found([of('http://fine.org/x')]), ['http://fine.org/x: url is allowed'])
    assert.deepEqual(found([of('198.51.101.0/24'), of('other.com')]), [])
  })
})
