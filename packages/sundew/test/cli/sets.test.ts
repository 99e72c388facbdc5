import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { binarySet, readSet } from '../../src/cli/sets/set-file.ts'
import { formatAddress, parseRange } from '../../src/match/parse-address.ts'
import { RangeSet } from '../../src/match/ranges.ts'
import { address4, address6 } from '../match/oracle.ts'
import { dataFolder, sundew } from './sundew.ts'

let folder: Awaited<ReturnType<typeof dataFolder>>
const at = (name: string) => join(folder.data, name)
const of = (...texts: readonly string[]) => RangeSet.of(texts.map((text) => parseRange(text)!))
const lines = (text: string) => text.split('\n').filter((line) => line !== '')

before(async () => {
  folder = await dataFolder()
})

after(() => folder[Symbol.asyncDispose]())

/** All addresses of small sets, by name: what sets are to JavaScript. */
const few = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 25 })
const named = (numbers: readonly number[]) => numbers.map((number) => `192.0.2.${number}`)

describe('sundew sets', () => {
  test('joins, intersects and subtracts as JavaScript’s own sets do, through files of either form', async () => {
    const cases = fc.sample(fc.tuple(few, few), { numRuns: 2, seed: 9 })
    for (const [index, [one, other]] of cases.entries()) {
      const [a, b] = [at(index === 0 ? 'a.set' : 'a.txt'), at('b.txt')]
      await writeFile(at('a.in'), named(one).join('\n'))
      await writeFile(b, `# b\n${named(other).join('\r\n')}\r\n`)
      assert.equal((await sundew(['sets', 'build', at('a.in'), '-o', a])).code, 0)
      const [ours, theirs] = [new Set(named(one)), new Set(named(other))]
      const operations = {
        union: ours.union(theirs),
        intersect: ours.intersection(theirs),
        difference: ours.difference(theirs),
      }
      const check = async (name: string, expected: ReadonlySet<string>) => {
        const { code, stdout, stderr } = await sundew(['sets', name, a, b])
        assert.equal(code, 0, stderr)
        const all = await sundew(['sets', 'show', '-', '--addresses'], { input: stdout })
        assert.deepEqual(new Set(lines(all.stdout)), expected, name)
        const count = await sundew(['sets', 'show', '-', '--count'], { input: stdout })
        assert.equal(count.stdout, `${expected.size}\n`)
      }
      await Promise.all(Object.entries(operations).map(([name, expected]) => check(name, expected)))
    }
  })

  test('shows prefixes or ranges, the fewest there are, and says whether an address is in', async () => {
    const input =
      '192.0.2.0/25\n192.0.2.128 - 192.0.2.255\n10.0.0.1,feed,2026\n2001:db8::/33 ; half\n2001:db8:8000::/33\n192.0.2[.]7\n'
    const shown = await sundew(['sets', 'show', '-'], { input })
    assert.equal(shown.stdout, '10.0.0.1\n192.0.2.0/24\n2001:db8::/32\n')
    const ranges = await sundew(['sets', 'to', '-', '--ranges'], { input })
    assert.equal(
      ranges.stdout,
      '10.0.0.1-10.0.0.1\n192.0.2.0-192.0.2.255\n2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\n',
    )
    const count = await sundew(['sets', 'show', '-', '--count'], { input })
    assert.equal(count.stdout, `${257n + (1n << 96n)}\n`)
    const inside = await sundew(['sets', 'show', '-', '--contains', '2001:db8::1'], { input })
    assert.deepEqual([inside.code, inside.stdout], [0, '2001:db8::1 is in the set\n'])
    const outside = await sundew(['sets', 'show', '-', '--contains', '192.0.3.1'], { input })
    assert.deepEqual([outside.code, outside.stdout], [1, '192.0.3.1 is not in the set\n'])
  })

  test('tells what it left out, and refuses what is no set', async () => {
    const some = await sundew(['sets', 'show', '-'], { input: '192.0.2.1\nnobody\n1.2.3.4.5\n01.2.3.4\nx\n' })
    assert.equal(some.stdout, '192.0.2.1\n')
    assert.match(
      some.stderr,
      /^-: 4 lines left out .*line 2: "nobody"; line 3: "1\.2\.3\.4\.5"; line 4: "01\.2\.3\.4"\)\n$/,
    )
    const none = await sundew(['sets', 'show', '-'], { input: '<html>\n\u001b[31mno\n' })
    assert.equal(none.code, 1)
    assert.match(none.stderr, /^SUNDEW_SET_UNREADABLE: - is no set of addresses: no line of it /)
    assert.doesNotMatch(none.stderr, /\u001b/)
    const empty = await sundew(['sets', 'show', '-', '--count'], { input: '# nothing\n\n' })
    assert.deepEqual([empty.code, empty.stdout], [0, '0\n'])
    await writeFile(at('cut.set'), binarySet(of('192.0.2.0/24')).subarray(0, 100))
    const cut = await sundew(['sets', 'show', at('cut.set')])
    assert.equal(cut.code, 1)
    assert.match(cut.stderr, /^SUNDEW_SET_UNREADABLE: .*cut\.set .* is damaged/)
    const huge = await sundew(['sets', 'show', '-', '--addresses'], { input: '::/0\n' })
    assert.equal(huge.code, 2)
  })

  test('the binary form holds the same set', async () => {
    const range = fc.oneof(fc.tuple(address4, address4), fc.tuple(address6, address6))
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 20 }), async (pairs) => {
        const set = of(
          ...pairs
            .map(([a, b]) => `${formatAddress(a)}-${formatAddress(b)}`)
            .filter((text) => parseRange(text)),
        )
        await writeFile(at('same.set'), binarySet(set))
        assert.deepEqual([...(await readSet(at('same.set'))).lines('ranges')], [...set.lines('ranges')])
      }),
      { numRuns: 50 },
    )
    assert.notEqual((await readFile(at('same.set'))).length, 0)
  })
})
