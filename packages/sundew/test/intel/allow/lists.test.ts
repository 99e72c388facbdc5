import assert from 'node:assert/strict'
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { AllowBookBuilder } from '../../../src/intel/allow/book.ts'
import { addCloud } from '../../../src/intel/allow/cloud.ts'
import type { AllowAction } from '../../../src/intel/allow/decision.ts'
import { allowStamp, loadAllow, type WarninglistSection } from '../../../src/intel/allow/load.ts'
import { ownOfSections } from '../../../src/intel/allow/own.ts'
import { addPopular } from '../../../src/intel/allow/popular.ts'
import { addWarninglist } from '../../../src/intel/allow/warninglist.ts'
import { decided } from './books.ts'

const testdata = join(import.meta.dirname, '../../../../../testdata')
const sample = (name: string): unknown =>
  JSON.parse(readFileSync(join(testdata, 'warninglists', name), 'utf8')) as unknown
const heads = sample('heads.json') as Record<string, unknown>

function warned(value: unknown, id: string, action?: AllowAction) {
  const builder = new AllowBookBuilder()
  const read = addWarninglist(builder, value, id, action)
  return { read, book: builder.build() }
}

const list = (type: string, entries: string[], attributes: string[] = []) => ({
  name: 'A list',
  type,
  list: entries,
  matching_attributes: attributes,
})

describe("MISP's warninglists", () => {
  test('of every kind are read to their last entry', () => {
    for (const [id, value] of Object.entries(heads)) {
      const { read } = warned(value, id)
      // `3::` is an empty ssdeep; phone numbers bear on nothing.
      const left = id === 'empty-hashes' ? ['3::'] : []
      assert.deepEqual(read?.examples, left, id)
      const { length } = (value as { list: string[] }).list
      assert.equal(read?.entries, id === 'phone_numbers' ? 0 : length - left.length, id)
    }
  })

  test('do what they are good for: certificate hosts exclude, popular names downgrade, clouds annotate', () => {
    assert.deepEqual(decided(warned(heads['crl-hostname'], 'crl-hostname').book, 'c.pki.goog'), [
      'exclude warninglist/crl-hostname',
    ])
    const cloud = warned(heads['cloudflare'], 'cloudflare').book
    assert.deepEqual(decided(cloud, '103.21.244.0/24'), ['annotate warninglist/cloudflare'])
    assert.deepEqual(decided(cloud, '103.21.244.9'), ['downgrade warninglist/cloudflare'])
    assert.deepEqual(decided(warned(heads['sinkholes'], 'sinkholes').book, '104.155.11.149'), [
      'annotate warninglist/sinkholes',
    ])
    assert.deepEqual(decided(warned(list('string', ['a.com']), 'mine').book, 'a.com'), [
      'downgrade warninglist/mine',
    ])
  })

  test('do what the owner says', () => {
    const { book } = warned(heads['cloudflare'], 'cloudflare', 'annotate')
    assert.deepEqual(decided(book, '103.21.244.9'), ['annotate warninglist/cloudflare'])
  })

  test('of popular names match exactly, whatever their type: Tranco is of type hostname', () => {
    const { book } = warned(heads['tranco10k'], 'tranco10k')
    assert.deepEqual(decided(book, '10086.cn'), ['downgrade warninglist/tranco10k'])
    assert.deepEqual(decided(book, 'evil.10086.cn'), [])
    assert.deepEqual(decided(book, 'http://10086.cn/evil'), [])
    const other = { ...list('hostname', ['10086.cn']), name: 'Top 500 websites' }
    assert.deepEqual(decided(warned(other, 'list').book, 'evil.10086.cn'), [])
  })

  test('of dynamic names protect the name that others lie under, not those', () => {
    const { book } = warned(heads['dynamic-dns'], 'dynamic-dns')
    assert.deepEqual(decided(book, '001www.com'), ['downgrade warninglist/dynamic-dns'])
    assert.deepEqual(decided(book, 'evil.001www.com'), [])
  })

  test('of type hostname bear on all below, those of type string on the name alone', () => {
    const below = warned(list('hostname', ['a.com', '.b.com']), 'mine').book
    assert.deepEqual(decided(below, 'x.a.com'), ['downgrade warninglist/mine'])
    assert.deepEqual(decided(below, 'b.com'), ['downgrade warninglist/mine'])
    const alone = warned(list('string', ['a.com', '.b.com']), 'mine').book
    assert.deepEqual(decided(alone, 'x.a.com'), [])
    assert.deepEqual(decided(alone, 'x.b.com'), ['downgrade warninglist/mine'])
  })

  test('of type substring let nobody hide behind a name by registering a longer one', () => {
    const { book } = warned(heads['automated-malware-analysis'], 'automated-malware-analysis')
    assert.equal(decided(book, 'app.any.run').length, 1)
    assert.equal(decided(book, 'sub.app.any.run').length, 1)
    assert.deepEqual(decided(book, 'app.any.run.evil.com'), [])
    assert.deepEqual(decided(book, 'evilanlyz.io'), [])
    const files = warned(list('substring', ['sysinternals'], ['filename']), 'files').book
    assert.equal(decided(files, 'SysInternals.zip', 'file_name').length, 1)
  })

  test('of type regex are matched in linear time', () => {
    const { book } = warned(sample('common-contact-emails.json'), 'common-contact-emails')
    assert.deepEqual(decided(book, 'Abuse@example.com'), ['exclude warninglist/common-contact-emails'])
    assert.deepEqual(decided(book, 'eve@example.com'), [])
    const hostile = warned(list('regex', ['/^(a+)+$/', '/(/', '/(?=x)/'], ['filename']), 'hostile')
    assert.equal(hostile.read?.bad, 2)
    const from = performance.now()
    assert.deepEqual(decided(hostile.book, `${'a'.repeat(200)}!`, 'file_name'), [])
    assert.ok(performance.now() - from < 1_000)
  })

  test('bear on the kinds of indicators that they name', () => {
    const { book } = warned(list('string', ['a.com'], ['email-src']), 'mine')
    assert.deepEqual(decided(book, 'a.com'), [])
    const hash = '010c0695a6981914ffbf5fc6b0b695ea29e912a6'
    assert.deepEqual(decided(warned(heads['mozilla-CA'], 'mozilla-CA').book, hash), [
      'exclude warninglist/mozilla-CA',
    ])
  })

  test('name IPv4 by its mapped form, too', () => {
    const { book } = warned(sample('umbrella-blockpage-v6.json'), 'umbrella-blockpage-v6')
    assert.deepEqual(decided(book, '146.112.61.104'), ['exclude warninglist/umbrella-blockpage-v6'])
  })

  test('are refused when they are something else, and never thrown at', () => {
    for (const value of [null, 7, [], {}, { type: 'cidr' }, { ...list('cidr', []), type: 'evil' }])
      assert.equal(warned(value, 'x').read, undefined)
    fc.assert(
      fc.property(
        fc.constantFrom('cidr', 'hostname', 'string', 'substring', 'regex'),
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.ipV4(), fc.domain(), fc.webUrl())),
        (type, entries) => {
          const { read, book } = warned(list(type, entries), 'x')
          assert.equal(read!.entries + read!.bad, entries.length)
          for (const entry of entries) decided(book, entry)
        },
      ),
    )
  })
})

describe('lists of popular names', () => {
  const popular = (text: string) => {
    const builder = new AllowBookBuilder()
    return { read: addPopular(builder, text, 'top'), book: builder.build() }
  }

  test('are read plain, by rank, and as Majestic writes them', () => {
    for (const text of [
      'google.com\ngithub.com\n',
      '1,google.com\r\n2,github.com\r\n',
      'GlobalRank,TldRank,Domain,TLD\n1,1,google.com,com\n2,2,"github.com",com',
    ]) {
      const { read, book } = popular(text)
      assert.equal(read.entries, 2, text)
      assert.deepEqual(decided(book, 'github.com'), ['downgrade popular/top'])
      assert.deepEqual(decided(book, 'gist.github.com'), [])
      assert.deepEqual(decided(book, 'https://github.com/evil/evil'), [])
    }
  })

  test('take no harm from lines that are something else', () => {
    const { read } = popular(`<html>\n=cmd|' /C calc'!A0\n${'x'.repeat(5_000_000)}\n1,good.com\n\0\n`)
    assert.equal(read.entries, 1)
  })
})

describe('ranges of clouds', () => {
  const cloud = (text: string) => {
    const builder = new AllowBookBuilder()
    return { read: addCloud(builder, text, 'c'), book: builder.build() }
  }

  test('are read plain and in the shapes that Amazon, Google, Microsoft and Cloudflare publish', () => {
    for (const text of [
      '# comment\n198.18.0.0/24\n2001:db8::/32\n',
      '198.18.0.0/24,US,US-WA\n2001:db8::/32,DE\n',
      '{"prefixes":[{"ip_prefix":"198.18.0.0/24","region":"eu/west"}],"ipv6_prefixes":[{"ipv6_prefix":"2001:db8::/32"}]}',
      '{"prefixes":[{"ipv4Prefix":"198.18.0.0/24"},{"ipv6Prefix":"2001:db8::/32"}]}',
      '{"values":[{"properties":{"addressPrefixes":["198.18.0.0/24","2001:db8::/32"]}}]}',
      '{"result":{"ipv4_cidrs":["198.18.0.0/24"],"ipv6_cidrs":["2001:db8::/32"]},"success":true}',
    ]) {
      const { read, book } = cloud(text)
      assert.equal(read.entries, 2, text)
      assert.deepEqual(decided(book, '198.18.0.7'), ['downgrade cloud/c'])
      assert.deepEqual(decided(book, '198.18.0.0/25'), ['annotate cloud/c'])
      assert.deepEqual(decided(book, '2001:db8::7'), ['downgrade cloud/c'])
    }
  })

  test('take no harm from what is nested without end', () => {
    assert.equal(cloud(`${'['.repeat(5_000)}"10.0.0.0/8"${']'.repeat(5_000)}`).read.entries, 0)
  })
})

describe('all that is allowed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sundew-allow-'))
  after(() => rmSync(folder, { recursive: true }))
  const core = { networks: [], resolvers: [], domains: [], feedHosts: [], bogons: true }
  const load = (warninglists: WarninglistSection[]) => loadAllow({ core, own: [], warninglists, now: 0 })

  test("is read from folders as MISP's repository has them", () => {
    mkdirSync(join(folder, 'lists', 'crl-hostname'), { recursive: true })
    writeFileSync(
      join(folder, 'lists', 'crl-hostname', 'list.json'),
      readFileSync(join(testdata, 'warninglists', 'crl-hostname.json')),
    )
    const { book, reports } = load([{ path: join(folder, 'lists'), kind: 'misp' }])
    assert.deepEqual(
      reports.map(({ entries, bad }) => ({ entries, bad })),
      [{ entries: 222, bad: 0 }],
    )
    assert.ok(decided(book, 'crl.certum.pl').includes('exclude warninglist/crl-hostname'))
    assert.ok(book.lists.some(({ list, entries }) => list === 'warninglist/crl-hostname' && entries === 222))
  })

  test('holds though one file is missing or is something else; that is told', () => {
    const intel = join(testdata, 'intel')
    for (const kind of ['misp', 'popular', 'cloud'] as const) {
      const { book, reports } = load([
        { path: intel, kind },
        { path: join(folder, 'nowhere'), kind },
      ])
      assert.ok(reports.length > readdirSync(intel).length / 2)
      assert.match(reports.at(-1)?.trouble ?? '', /ENOENT/)
      if (kind === 'misp') assert.ok(reports.every(({ trouble }) => trouble !== undefined))
      assert.deepEqual(decided(book, '8.8.8.8')[0], 'exclude core/public-resolvers')
    }
  })

  test("takes no harm from attackers' bytes: cut, changed and endless files of every kind", () => {
    const intel = join(testdata, 'intel')
    const samples = [
      ...readdirSync(intel, { withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? [readFileSync(join(intel, entry.name))] : [],
      ),
      readFileSync(join(testdata, 'warninglists', 'crl-hostname.json')),
      Buffer.from('<!doctype html><html><body>429 Too Many Requests</body></html>'),
      Buffer.from(
        `{"name":"x","type":"cidr","list":["10.0.0.0/8\n192.0.2.1","=cmd|' /C calc'!A0","a\tb.com"]}`,
      ),
      Buffer.from(`{"name":"x","type":"hostname","list":${'['.repeat(2_000_000)}`),
      Buffer.from(`[${'"10.0.0.0/8",'.repeat(200_000)}"`),
      Buffer.alloc(20_000_000, 'a'),
    ]
    const path = join(folder, 'hostile.json')
    const from = performance.now()
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.constantFrom('misp', 'popular', 'cloud'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
        (sample, kind, cut, changes) => {
          const bytes = Buffer.from(sample.subarray(0, Math.ceil(sample.length * cut)))
          for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
          writeFileSync(path, bytes)
          const { book, reports } = load([{ path, kind }])
          assert.equal(reports.length, 1)
          assert.equal(decided(book, '8.8.8.8')[0], 'exclude core/public-resolvers')
          for (const { examples } of reports) assert.ok(examples.length <= 5)
        },
      ),
      { numRuns: 100 },
    )
    assert.ok(performance.now() - from < 60_000)
  })

  test('is to be read again when a file changes', () => {
    const path = join(folder, 'top.csv')
    writeFileSync(path, '1,a.com\n')
    const before = allowStamp([{ path, kind: 'popular' }])
    assert.equal(allowStamp([{ path, kind: 'popular' }]), before)
    writeFileSync(path, '1,a.com\n2,b.com\n')
    assert.notEqual(allowStamp([{ path, kind: 'popular' }]), before)
  })

  test("has the configuration's entries to the end of their last day", () => {
    const own = ownOfSections([{ value: 'a.com', reason: 'r', until: '2026-11-30', action: 'exclude' }])
    const at = (now: string) => loadAllow({ core, own, warninglists: [], now: Date.parse(now) }).book
    assert.deepEqual(decided(at('2026-11-30T23:59:00Z'), 'a.com'), ['exclude owner'])
    assert.deepEqual(decided(at('2026-12-01T00:00:00Z'), 'a.com'), [])
  })

  test('tells values of the owner that are none', () => {
    const own = ownOfSections([{ value: '300.1.1.1', reason: 'r', action: 'exclude' }])
    assert.deepEqual(loadAllow({ core, own, warninglists: [], now: 0 }).bad, ['300.1.1.1'])
  })
})
