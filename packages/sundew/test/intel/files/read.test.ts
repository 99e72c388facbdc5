import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { listLimits } from '../../../src/intel/files/limits.ts'
import { linesOf } from '../../../src/intel/files/lines.ts'
import { jsonObjects } from '../../../src/intel/files/json-values.ts'
import { fieldsOf } from '../../../src/intel/files/csv-records.ts'
import { kindOf } from '../../../src/intel/files/kind-of.ts'
import { type ListSpec, readList } from '../../../src/intel/files/read.ts'
import { formatRange } from '../../../src/match/parse-address.ts'

const samples = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'intel')
const folder = mkdtempSync(join(tmpdir(), 'sundew-lists-'))
after(() => rmSync(folder, { recursive: true }))

function read(path: string, spec: Partial<ListSpec> = {}) {
  const found: { text: string; title: string; link: string }[] = []
  const report = readList({ path, name: 'list', format: 'auto', ...spec }, ({ first, last, title, link }) => {
    found.push({ text: formatRange(first, last), title, link })
    return true
  })
  return { report, found, texts: found.map(({ text }) => text) }
}

function readText(text: string | Uint8Array, spec: Partial<ListSpec> = {}) {
  const path = join(folder, 'list')
  writeFileSync(path, text)
  return read(path, spec)
}

/** What each sample holds, counted by hand. */
const expected: Readonly<
  Record<string, { format: string; texts: readonly string[]; leftOut?: object; bad?: number; title?: string }>
> = {
  'spamhaus_drop_legacy_2015.txt': {
    format: 'plain',
    texts: ['1.4.0.0/17', '2a06:e480::/29'],
    title: 'SBL256893',
  },
  'spamhaus_asndrop_legacy_2015.txt': { format: 'plain', texts: [], leftOut: { as: 2 } },
  'spamhaus_drop_v4.json': { format: 'otx', texts: ['1.10.16.0/20', '1.19.0.0/16'], title: 'SBL256894' },
  'feodo_ipblocklist.csv': { format: 'csv', texts: ['162.243.103.246', '50.16.16.211'], title: 'Emotet' },
  'feodo_ipblocklist.json': {
    format: 'otx',
    texts: ['51.178.161.32', '142.44.247.57', '37.187.115.122', '1.234.21.73'],
    title: 'Dridex',
  },
  'threatfox_recent.csv': { format: 'csv', texts: [], leftOut: { domain: 1, url: 1 } },
  'threatfox_iocs.ndjson': {
    format: 'otx',
    texts: ['2a02:cf40:1::5'],
    leftOut: { url: 2 },
    title: 'RedLine Stealer',
  },
  'urlhaus_csv_recent.csv': { format: 'csv', texts: [], leftOut: { url: 2 } },
  'sslbl_sslblacklist.csv': { format: 'csv', texts: [], leftOut: { hash: 4 } },
  'suricata_iprep_reputation.list': { format: 'csv', texts: ['1.2.3.4', '1.1.1.0/24', '1.1.1.1'] },
  'wazuh_cdb_list.txt': {
    format: 'plain',
    texts: ['192.168.0.0/16', '172.16.19.0/24', '10.1.1.1'],
    bad: 2,
  },
  'zeek_intel.dat': {
    format: 'csv',
    texts: ['1.2.3.4', '192.168.0.0/16'],
    leftOut: { email: 1 },
    title: 'this host is just plain baaad',
  },
}

describe('a list as its maker writes it', () => {
  for (const [name, { format, texts, leftOut = {}, bad = 0, title = '' }] of Object.entries(expected)) {
    test(`${name} is read whole`, () => {
      const result = read(join(samples, name))
      assert.equal(result.report.format, format)
      assert.deepEqual(result.texts, texts)
      assert.deepEqual(result.report.leftOut, leftOut)
      assert.equal(result.report.bad, bad, result.report.examples.join())
      if (texts.length > 0) assert.equal(result.found[0]?.title, title)
    })
  }

  test('FireHOL’s netset is a plain list', () => {
    const { report, texts } = read(join(samples, 'firehol_level1_head_2015.netset'))
    assert.equal(report.format, 'plain')
    assert.ok(texts.includes('0.0.0.0/8'))
    assert.equal(report.bad, 0)
  })

  test('OTX pulses name their addresses, each with its pulse and its page', () => {
    const { report, found } = read(join(samples, 'otx_pulses_2015_real.json'))
    assert.equal(report.entries, 9)
    assert.deepEqual(found[0], {
      text: '84.11.146.62',
      title: 'The Spy Kittens Are Back: Rocket Kitten 2',
      link: 'https://otx.alienvault.com/pulse/55e6bfb14637f22cb605746e',
    })
    assert.equal(report.leftOut['FileHash-MD5'], 26)
  })

  test('pages of pulses, single pulses and lines of them are the same to us', () => {
    const pulse = (n: number) => ({
      id: `${n}`,
      name: `pulse ${n}`,
      indicators: [
        { type: 'IPv4', indicator: `192.0.2.${n}` },
        { type: 'IPv6', indicator: '2001:db8::1' },
        { type: 'CIDR', indicator: '198.51.100.0/24' },
        { type: 'domain', indicator: 'example.com' },
      ],
    })
    const one = ['192.0.2.1', '2001:db8::1', '198.51.100.0/24']
    const two = [...one, '192.0.2.2', '2001:db8::1', '198.51.100.0/24']
    assert.deepEqual(readText(JSON.stringify(pulse(1))).texts, one)
    assert.deepEqual(readText(JSON.stringify([pulse(1), pulse(2)], null, 2)).texts, two)
    assert.deepEqual(readText(JSON.stringify({ count: 2, results: [pulse(1), pulse(2)] })).texts, two)
    assert.deepEqual(readText(`${JSON.stringify(pulse(1))}\n${JSON.stringify(pulse(2))}\n`).texts, two)
  })

  test('DShield’s three columns are a network', () => {
    const head = '# comment\nStart\tEnd\tNetblock\tAttacks\tName\n'
    assert.deepEqual(readText(`${head}192.0.2.0\t192.0.2.255\t24\t99\tSomebody\n`).texts, ['192.0.2.0/24'])
    assert.deepEqual(readText('192.0.2.0\t192.0.2.255\t24\n', { format: 'plain' }).texts, ['192.0.2.0/24'])
  })

  test('what `ipset save` writes is a list', () => {
    const { texts } = readText(
      'create bad hash:net family inet\nadd bad 192.0.2.0/24 timeout 60\nadd bad 2001:db8::1\n',
    )
    assert.deepEqual(texts, ['192.0.2.0/24', '2001:db8::1'])
  })

  test('the column may be named or numbered', () => {
    const csv = 'seen,from,to\n1,192.0.2.1,"198.51.100.1"\n2,192.0.2.2,198.51.100.2\n'
    assert.deepEqual(readText(csv, { column: 'to' }).texts, ['198.51.100.1', '198.51.100.2'])
    assert.deepEqual(readText(csv, { column: 3 }).texts, ['198.51.100.1', '198.51.100.2'])
    assert.deepEqual(readText(csv).texts, ['192.0.2.1', '192.0.2.2'])
    assert.throws(() => readText(csv, { column: 'nowhere' }), /no column nowhere/)
    assert.throws(() => readText(csv, { column: 4 }), /no column 4/)
  })

  test('an entry without a page of its own has the list’s', () => {
    assert.equal(
      readText('192.0.2.1\n', { link: 'https://list.example/' }).found[0]?.link,
      'https://list.example/',
    )
  })
})

describe('what others wrote into a list', () => {
  test('a bad line is dropped, counted and shown, and the rest is read', () => {
    const { report, texts } = readText('192.0.2.1\n999.1.1.1\n192.0.2.300/24\n192.0.2.2\n')
    assert.deepEqual(texts, ['192.0.2.1', '192.0.2.2'])
    assert.deepEqual([report.bad, report.examples], [2, ['line 2: 999.1.1.1', 'line 3: 192.0.2.300/24']])
  })

  test('bits after a prefix are masked and counted', () => {
    const { report, texts } = readText('192.0.2.77/24\n')
    assert.deepEqual([texts, report.masked], [['192.0.2.0/24'], 1])
  })

  test('defanged addresses and those with a port are read', () => {
    assert.deepEqual(readText('192[.]0[.]2[.]1\n192.0.2.2:8080\n[2001:db8::1]:443\n').texts, [
      '192.0.2.1',
      '192.0.2.2',
      '2001:db8::1',
    ])
  })

  test('a title is one line of no more than its limit, a link one to the web', () => {
    const pulse = (name: string, id: string) =>
      readText(JSON.stringify({ name, id, indicators: [{ type: 'IPv4', indicator: '192.0.2.1' }] })).found[0]
    assert.equal(pulse('a\u001b[31m\n\u0085b', '1')?.title, 'a [31m b')
    assert.equal(pulse('x'.repeat(10_000), '1')?.title.length, listLimits.title)
    assert.equal(pulse('x', '../../evil')?.link, '')
    const flat = readText('[{"ip":"192.0.2.1","link":"javascript:alert(1)"}]')
    assert.equal(flat.found[0]?.link, '')
  })

  test('a line longer than its limit is passed over', () => {
    const { report, texts } = readText(`192.0.2.1\n${'1'.repeat(listLimits.lineBytes + 1)}\n192.0.2.2\n`)
    assert.deepEqual([texts, report.bad], [['192.0.2.1', '192.0.2.2'], 1])
  })

  test('a quote that is never closed ends at the limit of a line', () => {
    const rows = '"a","192.0.2.1"\n'.repeat(20)
    const { report, texts } = readText(`${rows}"a,192.0.2.2\n${rows.repeat(300)}`, { format: 'csv' })
    assert.ok(report.bad >= 1 || texts.length > 20)
    assert.ok(texts.length >= 20)
  })

  test('nesting without end is refused', () => {
    assert.equal(readText('['.repeat(1_000_000)).report.entries, 0)
    assert.equal(readText(`[{"a":${'['.repeat(1_000_000)}`).report.entries, 0)
    assert.equal(readText('{"indicators":[1,null,{},[],"x"]}').report.bad, 4)
  })

  test('reading ends where no more entries are taken', () => {
    writeFileSync(join(folder, 'many'), '192.0.2.1\n'.repeat(100))
    let taken = 0
    const spec = { path: join(folder, 'many'), name: 'many', format: 'auto' as const }
    const report = readList(spec, () => ++taken <= 10)
    assert.deepEqual([report.entries, report.cut], [10, 'entries'])
  })

  test('what is no file is not read', () => {
    assert.throws(() => read('/dev/zero'), TypeError)
    assert.throws(() => read(folder))
  })

  test('bytes of any kind are read without an error in each format', () => {
    const texts = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc
        .array(
          fc.constantFrom(
            '192.0.2.1',
            ',',
            ';',
            '"',
            '\n',
            '#',
            '{',
            '}',
            '[',
            ']',
            ':',
            '\\',
            ' ',
            'ip',
            '/24',
            '-',
            '\uFEFF',
          ),
          { maxLength: 80 },
        )
        .map((parts) => Buffer.from(parts.join(''))),
    )
    fc.assert(
      fc.property(texts, fc.constantFrom('auto', 'plain', 'csv', 'otx'), (bytes, format) => {
        const { report } = readText(bytes, { format })
        assert.ok(report.entries >= 0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the readers below', () => {
  const cut = fc.array(fc.nat(40), { maxLength: 20 })
  /** The bytes in pieces, each in the same buffer, as a file is read. */
  function* pieces(text: string, sizes: readonly number[]) {
    const bytes = Buffer.from(text)
    const buffer = Buffer.alloc(64)
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = Math.min(sizes[turn % sizes.length] ?? 64, 63) + 1
      buffer.fill(0x21)
      bytes.copy(buffer, 0, at, at + size)
      yield buffer.subarray(0, Math.min(size, bytes.length - at))
      at += size
    }
  }

  test('lines are the same however the file is cut', () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', ' ', '\t') }), { maxLength: 20 })
    fc.assert(
      fc.property(lines, cut, fc.constantFrom('\n', '\r\n'), (all, sizes, end) => {
        assert.deepEqual([...linesOf(pieces(all.map((line) => line + end).join(''), sizes))], all)
      }),
    )
  })

  test('objects are the same however the file is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        cut,
        fc.boolean(),
        (all, sizes, lines) => {
          const text = lines ? all.map((one) => JSON.stringify(one)).join('\n') : JSON.stringify(all, null, 1)
          const same = JSON.parse(JSON.stringify(all)) as unknown[]
          assert.deepEqual([...jsonObjects(pieces(text, sizes))], same)
        },
      ),
    )
  })

  test('fields are read as RFC 4180 writes them', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é') })
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 8 }), (fields) => {
        const text = fields.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')
        assert.deepEqual(fieldsOf(text, ','), fields)
      }),
    )
  })

  test('indicators that are no addresses are told apart', () => {
    assert.equal(kindOf('hxxp://example.com/'), 'url')
    assert.equal(kindOf('d41d8cd98f00b204e9800998ecf8427e'), 'hash')
    assert.equal(kindOf('evil[.]example'), 'domain')
    assert.equal(kindOf('a@example.com'), 'email')
    assert.equal(kindOf('CVE-2021-44228'), 'cve')
    assert.equal(kindOf('999.1.1.1'), undefined)
    assert.equal(kindOf(''), undefined)
  })
})
