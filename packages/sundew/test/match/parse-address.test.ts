import assert from 'node:assert/strict'
import { isIP, isIPv6 } from 'node:net'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  columnAddress,
  columnWords,
  formatAddress,
  formatRange,
  parseAddress,
  parseRange,
  refang,
} from '../../src/match/parse-address.ts'
import { isMapped, type Words } from '../../src/match/words.ts'

const words = fc
  .tuple(
    ...([0, 1, 2, 3] as const).map(() =>
      fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 0xffff, 0x1_0000, 0xffff_0000)),
    ),
  )
  .map((all) => all as unknown as Words)

describe('an address as text', () => {
  test('is read back as it was written, and written as RFC 5952 has it', () => {
    fc.assert(
      fc.property(words, (address) => {
        const text = formatAddress(address)
        assert.deepEqual(parseAddress(text), address)
        assert.deepEqual(columnAddress(columnWords(address), 0), address)
        if (isMapped(address)) return
        // The URL standard writes IPv6 so, too, but for IPv4 inside.
        assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is one exactly where Node says so, but for zones', () => {
    const piece = fc.constantFrom('0', '1', ':', '::', '.', 'ffff', '255', '256', '00', '192.0.2.1', 'g', '%')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 17 }), (pieces) => {
        const text = pieces.join('')
        const isAddress = isIP(text) !== 0 && !text.includes('%')
        assert.equal(parseAddress(text) !== undefined, isAddress, text)
      }),
      { numRuns: 5_000 },
    )
  })

  test('is refused where it could be read in two ways', () => {
    const texts = [
      '010.0.0.1',
      '10.1',
      '0x7f.0.0.1',
      '1.2.3.4 ',
      '1.2.3.4.5',
      '1.2.3.',
      '',
      '1.2.3.256',
      '::1%eth0',
    ]
    for (const text of texts) assert.equal(parseAddress(text), undefined, text)
    assert.ok(isIPv6('::1%eth0'))
  })
})

describe('a listed text', () => {
  const cases: readonly (readonly [string, string, boolean?])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.7/24', '192.0.2.0/24', true],
    ['192.0.2.7/32', '192.0.2.7'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.0-192.0.2.255', '192.0.2.0/24'],
    ['192.0.2.5 - 192.0.2.9', '192.0.2.5-192.0.2.9'],
    ['192[.]0[.]2[.]1', '192.0.2.1'],
    ['192(dot)0(dot)2{.}1', '192.0.2.1'],
    ['2001[:]db8::/32', '2001:db8::/32'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['::/0', '::/0'],
    // Its last address is IPv4-mapped, and it is IPv6 all the same.
    ['::8000:0:0/81', '::8000:0:0/81'],
    ['::ffff:0:0-::1:0:0:5', '::ffff:0:0-::1:0:0:5'],
    ['2001:db8::1-2001:db8::3', '2001:db8::1-2001:db8::3'],
  ]
  for (const [text, expected, masked = false] of cases) {
    test(`${text} is ${expected}`, () => {
      const range = parseRange(text)
      assert.ok(range)
      assert.equal(formatRange(range.first, range.last), expected)
      assert.equal(range.masked, masked)
    })
  }

  test('is refused where it names nothing', () => {
    const texts = [
      '192.0.2.0/33',
      '192.0.2.0/08',
      '192.0.2.0/',
      '/24',
      '2001:db8::/129',
      '192.0.2.9-192.0.2.5',
      '192.0.2.9-2001:db8::',
      '192.0.2.9-',
      'example.com',
      'hxxp://192[.]0[.]2[.]1/',
      '192.0.2.0/24/24',
      '1'.repeat(1_000_000),
    ]
    for (const text of texts) assert.equal(parseRange(text), undefined, text.slice(0, 40))
  })

  test('of any kind never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseRange(text)
        refang(text)
      }),
    )
  })
})
