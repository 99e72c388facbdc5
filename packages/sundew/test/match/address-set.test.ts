import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AddressSet, type ListedEntry } from '../../src/match/address-set.ts'
import { AddressSetBuilder } from '../../src/match/address-set-builder.ts'
import {
  columnWords,
  formatAddress,
  formatRange,
  parseAddress,
  parseRange,
} from '../../src/match/parse-address.ts'
import { type Range, RangeSet } from '../../src/match/ranges.ts'
import {
  asBigInt,
  compareWords,
  isMapped,
  prefixFirst,
  prefixLast,
  type Words,
} from '../../src/match/words.ts'
import { address4, address6, type Listed, oracle } from './oracle.ts'

function setOf(listed: readonly (Listed | string)[]): AddressSet {
  const builder = new AddressSetBuilder()
  for (const one of listed) {
    const { text, list } = typeof one === 'string' ? { text: one, list: 'list' } : one
    const range = parseRange(text)
    assert.ok(range, text)
    assert.ok(builder.add(range.first, range.last, builder.label(builder.source(list))))
  }
  return AddressSet.from(builder.toBytes())
}

/** Indicators that name the address, the most specific first; asked in each of the ways there are. */
function named(set: AddressSet, address: string | Words): string[] {
  const words = typeof address === 'string' ? parseAddress(address)! : address
  const node = set.find(words)
  assert.equal(set.findWords(columnWords(words), 0), node)
  return node < 0 ? [] : set.entries(node).map(({ indicator }) => indicator)
}

/** The file of a set with one label as version 1 had it. */
function withoutVerdicts(bytes: Uint8Array): Uint8Array {
  const header = new Uint32Array(bytes.buffer, 0, 6 + 16)
  const before = [...header.subarray(6, 6 + 12)].reduce(
    (sum, length, index) => sum + Math.ceil((length * (index === 6 ? 1 : 4)) / 8) * 8,
    Math.ceil((header.length * 4) / 8) * 8,
  )
  // Four words are as long as three are with what fills them up.
  const former = bytes.slice()
  const words = new Uint32Array(former.buffer)
  words[2] = 1
  assert.equal(words[6 + 12], 4)
  words[6 + 12] = 3
  words[before / 4 + 3] = 0
  return former
}

const range = (address: fc.Arbitrary<Words>, bits: number) =>
  fc.oneof(
    address.map((words) => formatAddress(words)),
    fc
      .tuple(address, fc.nat(bits))
      .map(([words, length]) =>
        formatRange(prefixFirst(words, 128 - bits + length), prefixLast(words, 128 - bits + length)),
      ),
    fc.tuple(address, address).map(([a, b]) => {
      const [first, last] = compareWords(a, b) <= 0 ? [a, b] : [b, a]
      return formatRange(first, last)
    }),
  )

const listed = fc.array(
  fc.record({ text: fc.oneof(range(address4, 32), range(address6, 128)), list: fc.constantFrom('a', 'b') }),
  { maxLength: 40 },
)

describe('an address set', () => {
  test('names what a look through every entry names', () => {
    fc.assert(
      fc.property(listed, fc.array(fc.oneof(address4, address6), { minLength: 20 }), (entries, asked) => {
        const set = setOf(entries)
        const ends = entries.flatMap(({ text }) => {
          const { first, last } = parseRange(text)!
          return [first, last]
        })
        for (const address of [...asked, ...ends]) {
          const node = set.find(address)
          const said = node < 0 ? [] : set.entries(node, Infinity)
          assert.deepEqual(
            said.map(({ source, indicator }) => `${set.sources[source]!.name} ${indicator}`).toSorted(),
            oracle(entries, address),
            formatAddress(address),
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  test('finds a host that is listed in any order with the networks around it, which nfdump 1.7 loses', () => {
    const orders = [
      ['10.1.2.0/24', '10.0.0.0/8', '10.1.2.3'],
      ['10.0.0.0/8', '10.1.2.0/24', '10.1.2.3'],
      ['10.1.2.3', '10.1.2.0/24', '10.0.0.0/8'],
      ['10.1.2.3', '10.0.0.0/8', '10.1.2.0/24'],
      ['10.0.0.0/8', '10.1.2.3', '10.1.2.0/24'],
      ['10.1.2.0/24', '10.1.2.3', '10.0.0.0/8'],
    ]
    for (const order of orders) {
      const set = setOf(order)
      assert.deepEqual(named(set, '10.1.2.3'), ['10.1.2.3', '10.1.2.0/24', '10.0.0.0/8'])
      assert.deepEqual(named(set, '10.1.2.4'), ['10.1.2.0/24', '10.0.0.0/8'])
      assert.deepEqual(named(set, '10.200.0.1'), ['10.0.0.0/8'])
      assert.deepEqual(named(set, '11.0.0.0'), [])
    }
  })

  test('an empty set names nothing', () => {
    const set = setOf([])
    assert.deepEqual([named(set, '0.0.0.0'), named(set, '::'), named(set, '255.255.255.255')], [[], [], []])
    assert.equal(set.size, 0)
  })

  test('the whole of IPv4 names no IPv6 address, nor the other way round', () => {
    const set = setOf(['0.0.0.0/0', '::/0'])
    assert.deepEqual(named(set, '0.0.0.0'), ['0.0.0.0/0'])
    assert.deepEqual(named(set, '255.255.255.255'), ['0.0.0.0/0'])
    assert.deepEqual(named(set, '::'), ['::/0'])
    assert.deepEqual(named(set, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), ['::/0'])
  })

  test('an IPv4-mapped entry and address are the IPv4 ones', () => {
    assert.deepEqual(named(setOf(['::ffff:192.0.2.0/120']), '192.0.2.9'), ['192.0.2.0/24'])
    assert.deepEqual(named(setOf(['192.0.2.9']), '::ffff:c000:209'), ['192.0.2.9'])
  })

  test('neighbours stay apart', () => {
    const set = setOf(['192.0.2.0/25', '192.0.2.128/25', '192.0.2.127-192.0.2.128'])
    assert.deepEqual(named(set, '192.0.2.126'), ['192.0.2.0/25'])
    assert.deepEqual(named(set, '192.0.2.127'), ['192.0.2.127-192.0.2.128', '192.0.2.0/25'])
    assert.deepEqual(named(set, '192.0.2.128'), ['192.0.2.127-192.0.2.128', '192.0.2.128/25'])
    assert.deepEqual(named(set, '192.0.1.255'), [])
    assert.deepEqual(named(set, '192.0.3.0'), [])
  })

  test('tells list, title, link and what may come of each entry', () => {
    const builder = new AddressSetBuilder()
    const { first, last } = parseRange('198.51.100.0/24')!
    const [drop, otx] = [builder.source('drop'), builder.source('otx')]
    builder.add(first, last, builder.label(drop))
    for (let twice = 0; twice < 2; twice++)
      builder.add(
        first,
        last,
        builder.label(otx, 'Gootkit · π', 'https://otx.alienvault.com/pulse/1', 'block', 85),
      )
    const set = builder.build()
    assert.deepEqual(set.entries(set.find(parseAddress('198.51.100.7')!)), [
      { indicator: '198.51.100.0/24', source: drop, title: '', link: '', action: 'alert', confidence: 0 },
      {
        indicator: '198.51.100.0/24',
        source: otx,
        title: 'Gootkit · π',
        link: 'https://otx.alienvault.com/pulse/1',
        action: 'block',
        confidence: 85,
      },
    ])
    assert.deepEqual(
      set.sources.map(({ name }) => name),
      ['drop', 'otx'],
    )
  })

  test('walks through every entry once, and joins what is blocked', () => {
    fc.assert(
      fc.property(listed, (entries) => {
        const builder = new AddressSetBuilder()
        const whole: Range[] = []
        for (const { text, list } of entries) {
          const { first, last } = parseRange(text)!
          const action = list === 'a' ? 'block' : 'alert'
          builder.add(first, last, builder.label(builder.source(list), text, '', action, 7))
          if (action === 'block') whole.push({ first, last })
        }
        const set = AddressSet.from(builder.toBytes())
        const told = [...set.listed()]
        const key = ({ indicator, title, action }: ListedEntry) => `${indicator} ${title} ${action}`
        assert.deepEqual(
          told.map(({ entry }) => key(entry)).toSorted(),
          [
            ...new Set(
              entries.map(({ text, list }) => {
                const { first, last } = parseRange(text)!
                return `${formatRange(first, last)} ${text} ${list === 'a' ? 'block' : 'alert'}`
              }),
            ),
          ].toSorted(),
        )
        assert.equal(set.blockedEntries, told.filter(({ entry }) => entry.action === 'block').length)
        for (const { first, last, entry } of told) assert.equal(formatRange(first, last), entry.indicator)
        assert.deepEqual([...set.blocked()], [...RangeSet.of(whole).ranges()])
        assert.deepEqual([...set.blocked(4), ...set.blocked(6)], [...set.blocked()])
        assert.ok([...set.blocked(6)].every(({ first }) => !isMapped(first)))
      }),
      { numRuns: 300 },
    )
  })

  test('a file of the former version, whose labels had no verdict, is still read', () => {
    const builder = new AddressSetBuilder()
    const { first, last } = parseRange('10.0.0.0/8')!
    builder.add(first, last, builder.label(builder.source('list'), 'title', 'link', 'block', 9))
    // As it was written: three words a label, and the version.
    const bytes = withoutVerdicts(builder.toBytes())
    const set = AddressSet.from(bytes)
    assert.deepEqual(set.entries(set.find(parseAddress('10.1.2.3')!)), [
      { indicator: '10.0.0.0/8', source: 0, title: 'title', link: 'link', action: 'alert', confidence: 0 },
    ])
  })

  test('a hundred thousand ranges that all overlap stay small and quick', () => {
    const builder = new AddressSetBuilder()
    const label = builder.label(builder.source('list'))
    for (let index = 0; index < 100_000; index++) {
      const first: Words = [0, 0, 0xffff, 0x0a00_0000 + index]
      builder.add(first, [0, 0, 0xffff, 0x0a00_0000 + 100_000 + index], label)
    }
    const bytes = builder.toBytes()
    assert.ok(bytes.length < 100_000 * 40 * 60, `${bytes.length} bytes`)
    const set = AddressSet.from(bytes)
    const middle = set.find4(0x0a00_0000 + 100_000)
    assert.equal(set.entries(middle, Infinity).length, 100_000)
    assert.equal(set.entries(middle).length, 64)
  })

  test('crowds of IPv6 networks are told apart to the last bit', () => {
    const texts: string[] = []
    for (let index = 0; index < 5_000; index++) {
      texts.push(`2001:db8:${(index * 7).toString(16)}::/64`, `2001:${index.toString(16)}::/40`)
      texts.push(`2001:db8::${(index * 3).toString(16)}`)
    }
    const set = setOf(texts)
    const ranges = texts.map((text) => parseRange(text)!)
    for (let index = 0; index < 5_000; index += 61) {
      const part = (index * 7).toString(16)
      for (const text of [
        `2001:db8:${part}::ffff:1`,
        `2001:db8:${part}:1::`,
        `2001:${part}:ff:ffff::1`,
        `2001:db8::${(index * 3 + 1).toString(16)}`,
        `2001:db8::${(index * 3).toString(16)}`,
      ]) {
        const address = asBigInt(parseAddress(text)!)
        const all = ranges.filter(
          ({ first, last }) => asBigInt(first) <= address && address <= asBigInt(last),
        )
        assert.deepEqual(
          named(set, text).toSorted(),
          [...new Set(all.map(({ first, last }) => formatRange(first, last)))].toSorted(),
          text,
        )
      }
    }
  })

  test('a file that is cut, or of which a bit is turned, is refused or still answers', () => {
    const builder = new AddressSetBuilder()
    const label = builder.label(builder.source('list'), 'title', 'link')
    for (const text of ['10.0.0.0/8', '10.1.2.3-10.1.2.9', '2001:db8::/32', '2001:db8::1']) {
      const { first, last } = parseRange(text)!
      builder.add(first, last, label)
    }
    const whole = builder.toBytes()
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        assert.throws(() => AddressSet.from(whole.slice(0, length)), RangeError)
      }),
    )
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), address4, address6, (at, bit, a4, a6) => {
        const changed = whole.slice()
        changed[at]! ^= 1 << bit
        let set: AddressSet
        try {
          set = AddressSet.from(changed)
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error))
          return
        }
        for (const address of [a4, a6]) if (set.find(address) >= 0) set.entries(set.find(address))
      }),
      { numRuns: 2_000 },
    )
  })
})
