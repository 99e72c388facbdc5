import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zeek } from '../../../src/intel/publish/zeek.ts'
import { conforms } from './conformance.ts'
import { type FakeList, fakeBlocklist } from './fake-blocklist.ts'
import { entryLines, rendered } from './rendered.ts'

conforms(zeek, {
  configs: [{}, { notice: false }],
  redundant: true,
  read(files, { notice }) {
    const rows = records(files.get('intel.dat'))
    for (const row of rows) {
      assert.deepEqual(Object.keys(row), columns)
      for (const value of Object.values(row)) assert.doesNotMatch(value, /[\p{Cc}\p{Zl}\p{Zp}\\]|^$/u)
      assert.equal(row['meta.do_notice'], notice ? 'T' : 'F')
    }
    const keys = rows.map((row) => `${row['indicator']} ${row['indicator_type']} ${row['meta.source']}`)
    assert.equal(new Set(keys).size, keys.length)
    const of = (...types: string[]) => [
      ...new Set(
        rows.filter((row) => types.includes(row['indicator_type']!)).map((row) => row['indicator']!),
      ),
    ]
    return {
      addresses: of('Intel::ADDR', 'Intel::SUBNET'),
      names: of('Intel::DOMAIN'),
      texts: [
        ...of('Intel::URL').map((value) => `url ${value}`),
        ...of('Intel::EMAIL').map((value) => `email ${value}`),
        ...of('Intel::FILE_HASH').map((value) => `hash ${value}`),
        ...of('Intel::FILE_NAME').map((value) => `file_name ${value}`),
      ],
    }
  },
  leaves: (_, text) =>
    /^file_name (?:-$|\(empty\)$|[#;\s]|.*[\p{Cc}\p{Zl}\p{Zp}\\]|.*\s$)/u.test(text) ||
    /^hash ([0-9a-f]{96}|[0-9a-f]{128})$/.test(text),
  written: (text) => text.replace(/^url [a-z]+:\/\//, 'url '),
})

const columns = ['indicator', 'indicator_type', 'meta.source', 'meta.desc', 'meta.url', 'meta.do_notice']

/** Lines by the names that `#fields` gives. */
function records(text: string | undefined): Record<string, string>[] {
  const [head = '', ...lines] = (text ?? '').trimEnd().split('\n')
  const [mark, ...fields] = head.split('\t')
  assert.equal(mark, '#fields')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const values = line.split('\t')
      assert.equal(values.length, fields.length, line)
      return Object.fromEntries(fields.map((field, at) => [field, values[at]!]))
    })
}

const day = (number: number) => Date.UTC(2026, 10, number)

test('what is gone is told as removed for some days, but not once it is listed again', () => {
  let files: ReadonlyMap<string, string> | undefined
  const publish = (list: FakeList) => {
    files = rendered(zeek, fakeBlocklist(list), zeek.config.parse({}), files).files
    return entryLines(files.get('removed.dat'))
  }
  const [a, b] = ['a.example', { value: 'b.example', why: { sources: ['otx', 'own'] } }]
  assert.deepEqual(publish({ hosts: [a, b], addresses: ['203.0.113.0/24'], made: day(1) }), [])
  const gone = [
    'b.example\tIntel::DOMAIN\totx\tgone 2026-11-02\tT',
    'b.example\tIntel::DOMAIN\town\tgone 2026-11-02\tT',
  ]
  assert.deepEqual(publish({ hosts: [a], addresses: ['203.0.113.0/24'], made: day(2) }), gone)
  assert.deepEqual(publish({ hosts: [a], made: day(3) }), [
    ...gone,
    '203.0.113.0/24\tIntel::SUBNET\ttest\tgone 2026-11-03\tT',
  ])
  const otx = { value: 'b.example', why: { sources: ['otx'] } }
  assert.deepEqual(publish({ hosts: [a, otx], made: day(16) }), [
    gone[1],
    '203.0.113.0/24\tIntel::SUBNET\ttest\tgone 2026-11-03\tT',
  ])
  assert.deepEqual(publish({ hosts: [a, otx], made: day(30) }), [])
})

test('a URL has no scheme, and an address of several sources is a record for each', () => {
  const why = { sources: ['otx', 'own'], title: 'A pulse', link: 'https://otx.alienvault.com/pulse/1' }
  const list = fakeBlocklist({
    addresses: [{ value: '203.0.113.7', why }],
    texts: [{ type: 'url', value: 'http://bad.example:8080/x?y', why: { ...why, sources: ['otx'] } }],
  })
  const { files } = rendered(zeek, list, zeek.config.parse({}))
  assert.deepEqual(entryLines(files.get('intel.dat')), [
    '203.0.113.7\tIntel::ADDR\totx\tA pulse\thttps://otx.alienvault.com/pulse/1\tT',
    '203.0.113.7\tIntel::ADDR\town\tA pulse\thttps://otx.alienvault.com/pulse/1\tT',
    'bad.example:8080/x?y\tIntel::URL\totx\tA pulse\thttps://otx.alienvault.com/pulse/1\tT',
  ])
})
