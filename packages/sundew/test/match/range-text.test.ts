import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sortWords } from '../../src/match/edges4.ts'
import { formatAddress, formatRange, parseRange } from '../../src/match/parse-address.ts'
import { RangeSet } from '../../src/match/ranges.ts'
import { readRanges } from '../../src/match/read-ranges.ts'
import { compareWords } from '../../src/match/words.ts'
import { rangePieces } from '../../src/match/write-ranges.ts'
import { address4, address6 } from './oracle.ts'

const text = (set: RangeSet, as: 'prefixes' | 'ranges') => Buffer.concat([...rangePieces(set, as)]).toString()

/** The set of a text, and the lines that were told as bad. */
function read(source: string, most = Infinity) {
  const bad: string[] = []
  const { set, entries, cut } = readRanges(Buffer.from(source, 'latin1'), most, (line, item) =>
    bad.push(`${line} ${item}`),
  )
  return { lines: [...set.lines()], bad, entries, cut }
}

/** As the reader's documentation has it, line by line. */
function plainly(source: string) {
  const bad: string[] = []
  const ranges = source.split('\n').flatMap((line, index) => {
    const plain = line.replace(/[#;].*/s, '').trim()
    const item = /^\S+\s+-\s+\S+/.exec(plain)?.[0] ?? /^[^\s,]*/.exec(plain)![0]
    if (item === '') return []
    const range = parseRange(item)
    if (!range) bad.push(`${index + 1} ${item}`)
    return range ? [range] : []
  })
  return { lines: [...RangeSet.of(ranges).lines()], bad, entries: ranges.length, cut: false }
}

const ranges = fc.array(
  fc
    .oneof(fc.tuple(address4, address4), fc.tuple(address6, address6))
    .map(([a, b]) => (compareWords(a, b) <= 0 ? { first: a, last: b } : { first: b, last: a })),
  { maxLength: 30 },
)

const oddLines = [
  '|# a comment|; another|192.0.2.1 # why|192.0.2.1,a column|192.0.2.1	another|192.0.2.1;x|192.0.2.1 - 192.0.2.9',
  '192.0.2.1-192.0.2.9|192.0.2.1 -|192.0.2.1 x|  192.0.2.1|192.0.2.1  |192.0.2.01|192.0.2.256|192.0.2|192.0.2.',
  '192.0.2.1.|192.0.2.1.1|192.0.2.1/|0.0.0.0/0|192.0.2.1/024|192.0.2.1/33|192.0.2.1/240|192.0.2.1/24x|/24|::/0',
  '192.0.2.1/24 x|192.0.2.1/24-|192[.]0[.]2[.]1|evil.example|ÿ|0|00.0.0.0|255.255.255.255|192.0.2.1\r',
].flatMap((lines) => lines.split('|'))

const line = fc.oneof(
  fc.oneof(address4, address6).map((address) => formatAddress(address)),
  fc.tuple(address4, fc.nat(40)).map(([address, bits]) => `${formatAddress(address)}/${bits}`),
  fc.tuple(address6, fc.nat(130)).map(([address, bits]) => `${formatAddress(address)}/${bits}`),
  ranges.map((all) => all.map(({ first, last }) => formatRange(first, last)).join('\n')),
  fc.constantFrom(...oddLines),
  fc.string({ maxLength: 12, unit: fc.constantFrom(...'0129./-,#; \t\r:a'.split('')) }),
)

describe('text of addresses', () => {
  test('is read as each line by itself would be', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (lines, end, last) => {
          const source = lines.join(end) + (last ? end : '')
          assert.deepEqual(read(source), plainly(source))
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('is read up to as many entries as may be, and no further', () => {
    assert.deepEqual(read('192.0.2.1\n192.0.2.3\n', 2), {
      lines: ['192.0.2.1', '192.0.2.3'],
      bad: [],
      entries: 2,
      cut: false,
    })
    assert.equal(read('192.0.2.1\n192.0.2.3\n192.0.2.5', 2).cut, true)
    assert.equal(read('2001:db8::1\n192.0.2.3\n2001:db8::3\n', 2).cut, true)
    assert.equal(read('192.0.2.1\n2001:db8::1\n2001:db8::3\n', 2).entries, 2)
  })

  test('is written as the set is told', () => {
    fc.assert(
      fc.property(ranges, (all) => {
        const set = RangeSet.of(all)
        const joined = (lines: Iterable<string>) => [...lines].map((one) => `${one}\n`).join('')
        assert.equal(text(set, 'prefixes'), joined(set.lines()))
        assert.equal(
          text(set, 'ranges'),
          joined(
            Array.from(set.ranges(), ({ first, last }) => `${formatAddress(first)}-${formatAddress(last)}`),
          ),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('is written in pieces where it is long, and is whole', () => {
    const set = RangeSet.of(
      Array.from({ length: 60_000 }, (_, index) => ({
        first: [0, 0, 0xffff, index * 1001] as const,
        last: [0, 0, 0xffff, index * 1001 + (index % 1000)] as const,
      })),
    )
    assert.ok([...rangePieces(set, 'prefixes')].length > 4)
    assert.equal(text(set, 'prefixes'), [...set.lines()].map((one) => `${one}\n`).join(''))
  })
})

test('numbers of 32 bits are sorted, few and many', () => {
  for (const length of [0, 1, 2, 100, 5_000]) {
    for (const step of [1, 7, 0x9e37_79b1]) {
      const words = Uint32Array.from({ length }, (_, index) => Math.imul(index * step, index) >>> 0)
      const expected = words.toSorted()
      sortWords(words)
      assert.deepEqual(words, expected)
    }
  }
})
