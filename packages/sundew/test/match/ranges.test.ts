import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatAddress, parseRange } from '../../src/match/parse-address.ts'
import { type Range, RangeSet } from '../../src/match/ranges.ts'
import { asBigInt, compareWords, isMapped, isRange4, type Words } from '../../src/match/words.ts'
import { address4, address6 } from './oracle.ts'

const range = (address: fc.Arbitrary<Words>) =>
  fc
    .tuple(address, address)
    .map(([a, b]): Range => (compareWords(a, b) <= 0 ? { first: a, last: b } : { first: b, last: a }))

const ranges = fc.array(fc.oneof(range(address4), range(address6)), { maxLength: 15 })

function holds(all: readonly Range[], address: Words): boolean {
  return all.some(
    ({ first, last }) =>
      isRange4(first, last) === isMapped(address) &&
      compareWords(first, address) <= 0 &&
      compareWords(address, last) <= 0,
  )
}

function of(...texts: readonly string[]): RangeSet {
  return RangeSet.of(texts.map((text) => parseRange(text)!))
}

describe('sets of addresses', () => {
  test('hold what one, both, or the first only holds', () => {
    fc.assert(
      fc.property(ranges, ranges, fc.array(fc.oneof(address4, address6)), (a, b, asked) => {
        const [ours, theirs] = [RangeSet.of(a), RangeSet.of(b)]
        const results = {
          union: ours.union(theirs),
          intersection: ours.intersection(theirs),
          difference: ours.difference(theirs),
        }
        for (const address of [...asked, ...[...a, ...b].flatMap(({ first, last }) => [first, last])]) {
          const [inOurs, inTheirs] = [holds(a, address), holds(b, address)]
          const text = formatAddress(address)
          assert.equal(ours.has(address), inOurs, text)
          assert.equal(results.union.has(address), inOurs || inTheirs, text)
          assert.equal(results.intersection.has(address), inOurs && inTheirs, text)
          assert.equal(results.difference.has(address), inOurs && !inTheirs, text)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('are told in the fewest ranges and in prefixes that are the same set', () => {
    fc.assert(
      fc.property(ranges, (all) => {
        const set = RangeSet.of(all)
        const told = [...set.ranges()]
        for (const [index, { first, last }] of told.entries()) {
          assert.ok(compareWords(first, last) <= 0)
          const next = told[index + 1]
          if (next && isRange4(next.first, next.last) === isRange4(first, last))
            assert.ok(asBigInt(next.first) > asBigInt(last) + 1n, 'apart from the next')
        }
        assert.deepEqual([...RangeSet.of(set.prefixes()).lines('ranges')], [...set.lines('ranges')])
        const { v4, v6 } = set.addresses
        let sum = 0n
        for (const { first, last } of set.prefixes()) sum += asBigInt(last) - asBigInt(first) + 1n
        assert.equal(BigInt(v4) + v6, sum)
      }),
    )
  })

  test('are told in the fewest prefixes', () => {
    const lines = (...texts: readonly string[]) => [...of(...texts).lines()]
    assert.deepEqual(lines('10.0.0.1-10.0.0.4'), ['10.0.0.1', '10.0.0.2/31', '10.0.0.4'])
    assert.deepEqual(lines('10.0.0.0/9', '10.128.0.0/9', '10.1.2.3'), ['10.0.0.0/8'])
    assert.deepEqual(lines('0.0.0.0-255.255.255.255', '::/0'), ['0.0.0.0/0', '::/0'])
    assert.deepEqual(lines('255.255.255.254-255.255.255.255'), ['255.255.255.254/31'])
    assert.deepEqual(lines('2001:db8::-2001:db8::2'), ['2001:db8::/127', '2001:db8::2'])
    assert.deepEqual([...of('10.0.0.1-10.0.0.4').lines('ranges')], ['10.0.0.1-10.0.0.4'])
  })

  test('know how many addresses they hold', () => {
    assert.deepEqual(of('::/0', '0.0.0.0/0', '10.0.0.0/8').addresses, { v4: 2 ** 32, v6: 2n ** 128n })
    assert.deepEqual(of().addresses, { v4: 0, v6: 0n })
  })
})
