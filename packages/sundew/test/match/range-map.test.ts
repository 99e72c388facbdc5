import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { columnWords, formatAddress, parseAddress } from '../../src/match/parse-address.ts'
import { RangeMap, RangeMapBuilder } from '../../src/match/range-map.ts'
import { asBigInt, compareWords, isMapped, isRange4, type Words } from '../../src/match/words.ts'
import { address4, address6 } from './oracle.ts'

interface Range {
  readonly first: Words
  readonly last: Words
  readonly value: number
}

/** Ascending ranges that do not overlap: every two of some distinct addresses, or one alone. */
function ranges(address: fc.Arbitrary<Words>): fc.Arbitrary<Range[]> {
  return fc
    .uniqueArray(address, { selector: (words) => words.join(), maxLength: 30 })
    .chain((words) => fc.tuple(fc.constant(words.toSorted(compareWords)), fc.infiniteStream(fc.boolean())))
    .map(([sorted, alone]) => {
      const found: Range[] = []
      for (let at = 0; at < sorted.length; at++) {
        const first = sorted[at]!
        const last = alone.next().value ? first : (sorted[++at] ?? first)
        found.push({ first, last, value: at % 3 })
      }
      return found
    })
}

function find(map: RangeMap, address: Words): number {
  const found = isMapped(address) ? map.find4(address[3]) : map.find6(...address)
  assert.equal(map.findWords(columnWords(address), 0), found)
  return found
}

describe('a range map', () => {
  test('knows the number of every address, also after it was written and read', () => {
    const asked = fc.array(fc.oneof(address4, address6), { minLength: 20 })
    fc.assert(
      fc.property(ranges(address4), ranges(address6), asked, (v4, v6, addresses) => {
        const builder = new RangeMapBuilder()
        for (const { first, last, value } of [...v6, ...v4]) assert.ok(builder.add(first, last, value))
        const map = RangeMap.from(builder.build().toBytes())
        const all = [...v4, ...v6]
        for (const address of [...addresses, ...all.flatMap(({ first, last }) => [first, last])]) {
          const held = all.find(
            ({ first, last }) =>
              isRange4(first, last) === isMapped(address) &&
              asBigInt(first) <= asBigInt(address) &&
              asBigInt(address) <= asBigInt(last),
          )
          assert.equal(find(map, address), held?.value ?? -1, formatAddress(address))
        }
      }),
    )
  })

  test('joins ranges that continue each other', () => {
    const builder = new RangeMapBuilder()
    const add = (first: string, last: string, value: number) =>
      builder.add(parseAddress(first)!, parseAddress(last)!, value)
    assert.ok(add('192.0.2.0', '192.0.2.9', 7))
    assert.ok(add('192.0.2.10', '192.0.2.20', 7))
    assert.ok(add('192.0.2.21', '255.255.255.255', 8))
    assert.ok(add('2001:db8::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 9))
    const map = builder.build()
    assert.equal(map.ranges, 3)
    assert.equal(map.find4(0xffff_ffff), 8)
    assert.equal(map.find6(0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff), 9)
    assert.equal(add('192.0.2.21', '192.0.2.30', 1), false, 'what overlaps is left out')
    assert.equal(add('192.0.2.21', '192.0.2.20', 1), false)
  })

  test('a map that is almost full answers as one that is almost empty', () => {
    const builder = new RangeMapBuilder()
    for (let at = 0; at < 2 ** 32; at += 2 ** 20) builder.add(mapped(at), mapped(at + 2 ** 20 - 2), at >>> 20)
    const map = builder.build()
    for (let at = 0; at < 2 ** 32; at += 2 ** 20) {
      assert.equal(map.find4(at), at >>> 20)
      assert.equal(map.find4(at + 2 ** 20 - 2), at >>> 20)
      assert.equal(map.find4(at + 2 ** 20 - 1), -1)
    }
  })

  test('refuses a file that is cut or another', () => {
    const whole = new RangeMapBuilder().build().toBytes()
    assert.throws(() => RangeMap.from(whole.subarray(0, -8)), RangeError)
    assert.throws(() => RangeMap.from(new TextEncoder().encode('SNDWSET and more')), RangeError)
  })
})

function mapped(address: number): Words {
  return [0, 0, 0xffff, address]
}
