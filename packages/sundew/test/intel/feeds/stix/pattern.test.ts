import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readPattern } from '../../../../src/intel/feeds/stix/pattern.ts'

const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
const sha256 = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f'

const values = (pattern: string) => readPattern(pattern).indicators.map(({ value }) => value)
const refused = (pattern: string) => readPattern(pattern).refused

describe('a STIX pattern', () => {
  const said: readonly (readonly [string, string | undefined, string])[] = [
    ["[ipv4-addr:value = '198.51.100.1']", 'address', '198.51.100.1'],
    ["[ipv4-addr:value = '198.51.100.0/24']", 'address', '198.51.100.0/24'],
    ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", 'address', '198.51.100.0/24'],
    ["[ipv6-addr:value == '2001:db8::1']", 'address', '2001:db8::1'],
    ["[domain-name:value = 'bad.example']", 'domain', 'bad.example'],
    ["[url:value = 'http://bad.example/a?b=[c]']", 'url', 'http://bad.example/a?b=[c]'],
    ["[email-addr:value = 'x@bad.example']", 'email', 'x@bad.example'],
    ["[email-message:from_ref.value = 'x@bad.example']", 'email', 'x@bad.example'],
    ['[autonomous-system:number = 64496]', 'as', 'AS64496'],
    [`[file:hashes.'SHA-256' = '${sha256}']`, 'hash', sha256],
    [`[file:hashes.SHA-256 = '${sha256}']`, 'hash', sha256],
    [`[file:hashes.MD5='${md5}']`, 'hash', md5],
    [`[x509-certificate:hashes.'SHA-1' = '${md5}00000000']`, 'hash', `${md5}00000000`],
    ["[file:name = 'it\\'s \\\\ evil.exe']", 'file_name', "it's \\ evil.exe"],
    ["[network-traffic:dst_ref.value = '198.51.100.1']", undefined, '198.51.100.1'],
    ["([domain-name:value = 'bad.example'])", 'domain', 'bad.example'],
    ["[ (domain-name:value = 'bad.example') ] // seen in May\n/* and June */", 'domain', 'bad.example'],
    ["[NOT_A:x = 1 OR domain-name:value NOT != 'bad.example']", 'domain', 'bad.example'],
  ]
  for (const [pattern, type, value] of said)
    test(`${JSON.stringify(pattern)} is ${value}`, () => {
      assert.deepEqual(readPattern(pattern).indicators, [{ type, value }])
    })

  test('alternatives and sets are an indicator each', () => {
    assert.deepEqual(
      values("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2') OR ipv4-addr:value = '192.0.2.3']"),
      ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
    )
    assert.deepEqual(values("[url:value = 'http://a.example/'] OR [domain-name:value = 'a.example']"), [
      'http://a.example/',
      'a.example',
    ])
  })

  test('several hashes together are of one file, and a name beside them adds nothing', () => {
    const pattern = `[file:hashes.MD5 = '${md5}' AND file:hashes.'SHA-256' = '${sha256}' AND file:name = 'a.exe']`
    assert.deepEqual(values(pattern), [md5, sha256])
    // Whichever of two files it is, it is the third.
    assert.deepEqual(
      values(
        `[file:hashes.MD5 IN ('${md5}', '${md5.toUpperCase()}') AND file:hashes.'SHA-256' = '${sha256}']`,
      ),
      [sha256],
    )
  })

  for (const pattern of [
    "[ipv4-addr:value = '192.0.2.1' AND domain-name:value = 'bad.example']",
    "[ipv4-addr:value = '192.0.2.1'] AND [domain-name:value = 'bad.example']",
    "[ipv4-addr:value = '192.0.2.1'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.2'] WITHIN 300 SECONDS",
    `[file:hashes.MD5 = '${md5}' AND url:value = 'http://bad.example/']`,
    "[file:name = 'a.exe' AND file:name = 'b.exe']",
  ])
    test(`${pattern} needs more than one`, () => {
      assert.deepEqual(readPattern(pattern), {
        indicators: [],
        refused: ['more-than-one'],
        onlyWith: pattern.includes('WITHIN') ? ['WITHIN'] : [],
      })
    })

  test('the same thing twice is one', () => {
    assert.deepEqual(
      values("[domain-name:value = 'bad.example'] FOLLOWEDBY [domain-name:value = 'bad.example']"),
      ['bad.example'],
    )
  })

  test('what nothing can be looked up by makes an indicator narrower, and is told', () => {
    const read = readPattern(
      "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 4444]",
    )
    assert.deepEqual(read.indicators, [{ type: undefined, value: '192.0.2.1' }])
    assert.deepEqual(read.onlyWith, ['network-traffic:dst_port'])
  })

  test('what is said not to be is no indicator', () => {
    assert.deepEqual(refused("[domain-name:value != 'good.example']"), ['negated'])
    assert.deepEqual(refused("[domain-name:value NOT IN ('good.example')]"), ['negated'])
    assert.deepEqual(
      refused("[ipv4-addr:value ISSUBSET '192.0.2.0/24' AND ipv4-addr:value != '192.0.2.1']"),
      ['negated'],
    )
  })

  test('an alternative that cannot be told does not spoil the others', () => {
    const read = readPattern(
      "[windows-registry-key:key = 'HKLM\\\\Run'] OR [domain-name:value LIKE '%.bad.example'] OR [url:value = 'http://a.example/']",
    )
    assert.deepEqual(read.indicators, [{ type: 'url', value: 'http://a.example/' }])
    assert.deepEqual(read.refused, ['unmapped', 'operator'])
  })

  for (const pattern of [
    '',
    '[]',
    '[ipv4-addr:value]',
    "[ipv4-addr:value = '192.0.2.1'",
    "[ipv4-addr:value = '192.0.2.1]",
    "ipv4-addr:value = '192.0.2.1'",
    "[ipv4-addr:value = '192.0.2.1'] [url:value = 'http://a.example/']",
    '[ipv4-addr:value IN ()]',
    '<html><body>504 Gateway Time-out</body></html>',
    `${'('.repeat(10_000)}`,
    `[${'('.repeat(10_000)}ipv4-addr:value = '192.0.2.1'`,
    `[a:b = 1] ${'OR [a:b = 1] '.repeat(20_000)}`,
  ])
    test(`${JSON.stringify(pattern.slice(0, 60))} is none`, () => {
      assert.deepEqual(readPattern(pattern), { indicators: [], refused: ['syntax'], onlyWith: [] })
    })

  test('reading never throws, and all it finds stands in the pattern', () => {
    const parts = fc.constantFrom(
      ..."' \\ [ ] ( ) AND OR FOLLOWEDBY NOT = != IN , : . [*] 5 -1.5 true START /* // \n".split(' '),
      ..."ipv4-addr:value domain-name:value file:hashes.'MD5' '192.0.2.1' 'x' t'2026'".split(' '),
      ' WITHIN 5 SECONDS',
      ' ',
    )
    const noise = fc.array(fc.oneof(parts, fc.string({ maxLength: 3 })), { maxLength: 40 })
    fc.assert(
      fc.property(noise, (pieces) => {
        const pattern = pieces.join('')
        for (const { value } of readPattern(pattern).indicators) {
          assert.ok(pattern.replaceAll('\\', '').includes(value.replace(/^AS/, '').replaceAll('\\', '')))
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('every list of two and more comparisons joined with OR is read whole', () => {
    const address = fc.ipV4()
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 50 }), (addresses) => {
        const pattern = addresses.map((one) => `ipv4-addr:value = '${one}'`).join(' OR ')
        assert.deepEqual(values(`[${pattern}]`), addresses)
      }),
    )
  })

  test('other formats are no patterns', () => {
    const folder = join(import.meta.dirname, '../../../../../../testdata/intel')
    for (const file of readdirSync(folder, { withFileTypes: true })) {
      if (!file.isFile()) continue
      const text = readFileSync(join(folder, file.name), 'utf8')
      assert.deepEqual(values(text), [], file.name)
      for (const line of text.split('\n')) assert.deepEqual(values(line), [], file.name)
    }
  })

  test('time grows as the pattern does', () => {
    const long = (terms: number) =>
      [
        `[ipv4-addr:value IN (${Array(terms).fill("'192.0.2.1'").join(',')})]`,
        `[${Array(terms / 4)
          .fill("a:b = 'c'")
          .join(' AND ')}]`,
        `[a:b = '${'\\'.repeat(terms * 8)}`,
        `/*${' /*'.repeat(terms)}`,
        `${"'".repeat(terms)}`,
      ].map((pattern) => {
        const began = performance.now()
        readPattern(pattern)
        return performance.now() - began
      })
    long(1000)
    const ms = Math.max(...long(16_000))
    assert.ok(ms < 500, `${ms} ms`)
  })
})
