import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { fieldsOf } from '../../../src/intel/files/csv-records.ts'
import { publishedTime } from '../../../src/intel/files/dates.ts'
import { jsonObjects } from '../../../src/intel/files/json-values.ts'
import { kindOf } from '../../../src/intel/files/kind-of.ts'
import { listLimits } from '../../../src/intel/files/limits.ts'
import { linesOf } from '../../../src/intel/files/lines.ts'
import { type ListSpec, readFile } from '../../../src/intel/files/read.ts'
import { parseIndicator } from '../../../src/intel/indicator/parse.ts'
import { Listener } from './teller.ts'

const samples = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'intel')
const folder = mkdtempSync(join(tmpdir(), 'sundew-lists-'))
after(() => rmSync(folder, { recursive: true }))

function read(path: string, spec: Partial<ListSpec> = {}, listener = new Listener()) {
  const reading = readFile({ path, name: 'list', format: 'auto', ...spec }, listener)
  return { reading, listener, texts: listener.texts, told: listener.told }
}

function readText(text: string | Uint8Array, spec: Partial<ListSpec> = {}, listener?: Listener) {
  const path = join(folder, 'list')
  writeFileSync(path, text)
  return read(path, spec, listener)
}

/** What each sample holds, counted by hand: indicators as they are understood. */
const expected: Readonly<
  Record<
    string,
    {
      readonly format: string
      readonly indicators: readonly string[]
      /** Of the first. */
      readonly about?: object
      readonly leftOut?: object
      readonly refused?: number
      readonly made?: string
    }
  >
> = {
  'spamhaus_drop_legacy_2015.txt': {
    format: 'plain',
    indicators: ['address 1.4.0.0/17', 'address 2a06:e480::/29'],
    about: { title: 'SBL256893' },
    made: '2015-09-14T04:39:22.000Z',
  },
  'spamhaus_asndrop_legacy_2015.txt': {
    format: 'plain',
    indicators: ['as AS260', 'as AS10516'],
    about: { title: 'AE | XCONNECT24 - Xconnect24 Inc., US' },
    made: '2015-09-14T04:39:22.000Z',
  },
  'spamhaus_drop_v4.json': {
    format: 'otx',
    indicators: ['address 1.10.16.0/20', 'address 1.19.0.0/16'],
    about: { title: 'SBL256894' },
  },
  'feodo_ipblocklist.csv': {
    format: 'csv',
    indicators: ['address 162.243.103.246', 'address 50.16.16.211'],
    about: { malware: 'Emotet', first: Date.UTC(2022, 5, 4, 21, 24, 53), last: Date.UTC(2026, 2, 7) },
    made: '2026-03-04T14:28:39.000Z',
  },
  'feodo_ipblocklist.json': {
    format: 'otx',
    indicators: [
      'address 51.178.161.32',
      'address 142.44.247.57',
      'address 37.187.115.122',
      'address 1.234.21.73',
    ],
    about: { malware: 'Dridex', first: Date.UTC(2021, 0, 17, 7, 44, 46), last: Date.UTC(2022, 10, 15) },
  },
  'threatfox_recent.csv': {
    format: 'csv',
    indicators: ['domain mbond38982.workers.dev', 'url https://www.cedipay.cash/'],
    about: {
      title: 'botnet_cc',
      malware: 'php.shin_webshell',
      first: Date.UTC(2026, 7, 30, 1, 39, 33),
      tags: [],
      confidence: 50,
    },
    made: '2026-08-30T01:39:33.000Z',
  },
  'threatfox_iocs.ndjson': {
    format: 'otx',
    indicators: [
      'address 2a02:cf40:1::5',
      'url http://malaikahlowry33.top/',
      'url http://72.11.148.153/jquery-3.3.1.min.js',
    ],
    about: {
      title: 'botnet_cc',
      malware: 'RedLine Stealer',
      link: 'https://malpedia.caad.fkie.fraunhofer.de/details/win.redline_stealer',
      tags: ['RedLineStealer'],
      first: Date.UTC(2022, 7, 5, 11, 40, 15),
      confidence: 100,
    },
  },
  'urlhaus_csv_recent.csv': {
    format: 'csv',
    indicators: ['url http://61.54.253.89:37352/bin.sh', 'url https://innercoupon.foam-take.in.net/path'],
    about: {
      title: 'malware_download',
      link: 'x',
      tags: ['32-bit', 'elf', 'mips', 'Mozi'],
      first: Date.UTC(2026, 6, 30, 11, 54, 23),
      last: Date.UTC(2026, 6, 30, 11, 54, 23),
    },
  },
  'sslbl_sslblacklist.csv': {
    format: 'csv',
    indicators: [
      'hash 4da14224452c1fe61f46b1112c43ecfd9f322c82',
      'hash b331526a0949f88ce218555edf1060c4a02de5a2',
      'hash b785d1a9e5784703b98a96698ad05dff5e07229a',
      'hash be4d4f077bdd90618367eb2ab88f9f3074ccb7aa',
    ],
    about: { title: 'Rhadamanthys C&C', first: Date.UTC(2024, 8, 2, 6, 17, 52) },
    made: '2024-09-02T06:17:52.000Z',
  },
  'suricata_iprep_reputation.list': {
    format: 'csv',
    indicators: ['address 1.2.3.4', 'address 1.1.1.0/24', 'address 1.1.1.1'],
    about: {},
  },
  'wazuh_cdb_list.txt': {
    format: 'plain',
    indicators: ['address 192.168.0.0/16', 'address 172.16.19.0/24', 'address 10.1.1.1'],
    refused: 2,
  },
  'zeek_intel.dat': {
    format: 'csv',
    indicators: ['address 1.2.3.4', 'email e@mail.com', 'address 192.168.0.0/16'],
    about: {
      title: 'this host is just plain baaad',
      link: 'http://some-data-distributor.com/1234',
    },
  },
}

/** What the texts are understood as, and how many are not. */
function understood(listener: Listener) {
  const read = listener.told.map(({ text, type }) => parseIndicator(text, type))
  return {
    indicators: read.flatMap((one) => (one.type === 'refused' ? [] : [`${one.type} ${one.value}`])),
    refused: read.filter((one) => one.type === 'refused').length,
  }
}

describe('a list as its maker writes it', () => {
  for (const [name, { format, indicators, about, leftOut = {}, refused = 0, made }] of Object.entries(
    expected,
  )) {
    test(`${name} is read whole`, () => {
      const { reading, listener } = read(join(samples, name))
      assert.equal(reading.format, format)
      assert.deepEqual(understood(listener), { indicators, refused })
      assert.equal(reading.records - indicators.length - refused <= 1, true)
      assert.deepEqual([listener.leftOut, listener.wrong], [leftOut, []])
      if (about) assert.deepEqual(listener.told[0]?.about, about)
      assert.equal(listener.madeAt && new Date(listener.madeAt).toISOString(), made)
    })
  }

  test('FireHOL’s netset is a plain list, and says how much it has', () => {
    const { reading, listener, texts } = read(join(samples, 'firehol_level1_head_2015.netset'))
    assert.deepEqual([reading.format, reading.told], ['plain', 6273])
    assert.deepEqual(texts.slice(0, 2), ['0.0.0.0/8', '1.4.0.0/17'])
    assert.equal(new Date(listener.madeAt ?? 0).toISOString(), '2015-11-13T17:17:05.000Z')
    assert.deepEqual(understood(listener).refused, 0)
  })

  test('OTX pulses are reports, each with its page, and name their indicators by type', () => {
    const { told, listener } = read(join(samples, 'otx_pulses_2015_real.json'))
    assert.equal(new Set(told.map(({ report }) => report?.id)).size, 5)
    const [first] = told
    assert.equal(first?.report?.title, 'The Spy Kittens Are Back: Rocket Kitten 2')
    assert.equal(first?.report?.link, 'https://otx.alienvault.com/pulse/55e6bfb14637f22cb605746e')
    const counts = Object.entries(Object.groupBy(told, ({ type }) => type ?? 'none'))
    const byType = Object.fromEntries(counts.map(([type, all]) => [type, all?.length]))
    assert.deepEqual([byType['address'], byType['hash']], [9, 58])
    assert.equal(told.length + Object.values(listener.leftOut).reduce((sum, one) => sum + one, 0), 95)
  })

  test('pages of pulses, single pulses and lines of them are the same to us', () => {
    const pulse = (n: number) => ({
      id: `${n}`,
      name: `pulse ${n}`,
      indicators: [
        { type: 'IPv4', indicator: `192.0.2.${n}` },
        { type: 'CIDR', indicator: '198.51.100.0/24' },
        { type: 'hostname', indicator: 'www.example.com', expiration: '2026-12-01T00:00:00' },
        { type: 'domain', indicator: 'former.example', is_active: 0 },
        { type: 'Mutex', indicator: 'x' },
      ],
    })
    const one = (n: number) => [
      `${n} address 192.0.2.${n}`,
      `${n} address 198.51.100.0/24`,
      `${n} hostname www.example.com`,
    ]
    const two = [...one(1), ...one(2)]
    const shown = (text: string) => {
      const { told, listener } = readText(text)
      const times = told.length / 3
      assert.deepEqual(listener.leftOut, { inactive: times, Mutex: times })
      assert.equal(told[2]?.about.expires, Date.UTC(2026, 11, 1))
      return told.map(({ report, type, text: indicator }) => `${report?.id} ${type} ${indicator}`)
    }
    assert.deepEqual(shown(JSON.stringify(pulse(1))), one(1))
    assert.deepEqual(shown(JSON.stringify([pulse(1), pulse(2)], null, 2)), two)
    assert.deepEqual(shown(JSON.stringify({ count: 2, results: [pulse(1), pulse(2)] })), two)
    assert.deepEqual(shown(`${JSON.stringify(pulse(1))}\n${JSON.stringify(pulse(2))}\n`), two)
  })

  test('DShield’s three columns are a network', () => {
    const head = '# comment\nStart\tEnd\tNetblock\tAttacks\tName\n'
    const range = ['192.0.2.0-192.0.2.255']
    assert.deepEqual(readText(`${head}192.0.2.0\t192.0.2.255\t24\t99\tSomebody\n`).texts, range)
    assert.deepEqual(readText('192.0.2.0\t192.0.2.255\t24\n', { format: 'plain' }).texts, range)
  })

  test('what `ipset save` writes is a list', () => {
    const { texts } = readText(
      'create bad hash:net family inet\nadd bad 192.0.2.0/24 timeout 60\nadd bad 2001:db8::1\n',
    )
    assert.deepEqual(texts, ['192.0.2.0/24', '2001:db8::1'])
  })

  test('a plain list may hold anything, and say something of it', () => {
    const { told } = readText(
      [
        'evil.example # Mirai',
        'http://evil.example/a;b#c // seen twice',
        'd41d8cd98f00b204e9800998ecf8427e; Emotet',
        '2001:db8::',
        '"a.example:x":',
        'd41d8cd98f00b204e9800998ecf8427e:Emotet',
        '192.0.2.1,Mirai',
      ].join('\n'),
      { format: 'plain' },
    )
    assert.deepEqual(
      told.map(({ text, about }) => [text, about.title ?? '']),
      [
        ['evil.example', 'Mirai'],
        ['http://evil.example/a;b#c', 'seen twice'],
        ['d41d8cd98f00b204e9800998ecf8427e', 'Emotet'],
        ['2001:db8::', ''],
        ['a.example:x', ''],
        ['d41d8cd98f00b204e9800998ecf8427e:Emotet', ''],
        ['192.0.2.1', ''],
      ],
    )
    assert.deepEqual(
      told.map(({ at }) => at),
      [1, 2, 3, 4, 5, 6, 7],
    )
  })

  test('a hosts file names hosts that lead to nowhere, and no other', () => {
    const { reading, told, listener } = readText(
      [
        '# Title: hosts',
        '# Date: 25 November 2026',
        '127.0.0.1 localhost',
        '::1 ip6-localhost',
        '0.0.0.0 0.0.0.0',
        '0.0.0.0 ads.example www.ads.example # both',
        '127.0.0.1\ttracker.example',
        '192.0.2.7 printer.example',
        '0.0.0.0',
        'bare.example',
        'no address evil.example',
      ].join('\r\n'),
    )
    assert.equal(reading.format, 'hosts')
    assert.deepEqual(
      told.map(({ text, type }) => `${type} ${text}`),
      [
        'hostname ads.example',
        'hostname www.ads.example',
        'hostname tracker.example',
        'hostname 0.0.0.0',
        'hostname bare.example',
      ],
    )
    assert.deepEqual(listener.leftOut, { 'own name': 3, 'leads elsewhere': 1 })
    assert.deepEqual(listener.wrong, ['line 11: no address evil.example'])
  })

  test('the column may be named or numbered', () => {
    const csv = 'seen,from,to\n1,192.0.2.1,"198.51.100.1"\n2,192.0.2.2,198.51.100.2\n'
    assert.deepEqual(readText(csv, { column: 'to' }).texts, ['198.51.100.1', '198.51.100.2'])
    assert.deepEqual(readText(csv, { column: 3 }).texts, ['198.51.100.1', '198.51.100.2'])
    assert.deepEqual(readText(csv).texts, ['192.0.2.1', '192.0.2.2'])
    assert.throws(() => readText(csv, { column: 'nowhere' }), /no column nowhere/)
    assert.throws(() => readText(csv, { column: 4 }), /no column 4/)
  })

  test('a range in two columns is one indicator', () => {
    const { texts } = readText('start_ip,end_ip,name\n192.0.2.0,192.0.2.9,x\n198.51.100.1,198.51.100.2,y\n')
    assert.deepEqual(texts, ['192.0.2.0-192.0.2.9', '198.51.100.1-198.51.100.2'])
  })

  test('a column of types says what each is, and what is not matched is left out', () => {
    const { told, listener } = readText(
      [
        'type,value,comment',
        'md5,d41d8cd98f00b204e9800998ecf8427e,a',
        'ja3-fingerprint-md5,d41d8cd98f00b204e9800998ecf8427e,b',
        'ip-dst|port,192.0.2.1|80,c',
        'hostname,www.example.com,d',
        'yara,rule x,e',
      ].join('\n'),
    )
    assert.deepEqual(
      told.map(({ type, about }) => `${type} ${about.title}`),
      ['hash a', 'ja3 b', 'address c', 'hostname d'],
    )
    assert.deepEqual(listener.leftOut, { type: 1 })
  })
})

describe('what others wrote into a list', () => {
  test('a line longer than its limit is passed over, counted and shown', () => {
    const { texts, listener } = readText(`192.0.2.1\n${'1'.repeat(listLimits.lineBytes + 1)}\n192.0.2.2\n`)
    assert.deepEqual(texts, ['192.0.2.1', '192.0.2.2'])
    assert.deepEqual(listener.wrong, ['line 2: a line that is too long'])
  })

  test('a quote that is never closed ends at the limit of a line', () => {
    const rows = '"a","192.0.2.1"\n'.repeat(20)
    const { texts, listener } = readText(`${rows}"a,192.0.2.2\n${rows.repeat(300)}`, { format: 'csv' })
    assert.ok(listener.wrong.length >= 1 || texts.length > 20)
    assert.ok(texts.length >= 20)
  })

  test('nesting without end is refused', () => {
    assert.deepEqual(readText('['.repeat(1_000_000)).texts, [])
    assert.deepEqual(readText(`[{"a":${'['.repeat(1_000_000)}`).texts, [])
    const { listener } = readText('{"indicators":[1,null,{},[],"x"]}')
    assert.deepEqual([listener.wrong.length, listener.leftOut], [4, { unnamed: 1 }])
  })

  test('names of types that are names of something else are none', () => {
    const { told, listener } = readText('type,indicator\nconstructor,a.example\n__proto__,b.example\n')
    assert.deepEqual([told, listener.leftOut], [[], { type: 2 }])
  })

  test('reading ends where no more is taken', () => {
    for (const text of ['192.0.2.1\n', '192.0.2.1,x\n', '0.0.0.0 a.example\n', '{"ip":"192.0.2.1"}\n'])
      assert.equal(readText(text.repeat(100), {}, new Listener(10)).told.length, 10)
  })

  test('what is no file is not read', () => {
    assert.throws(() => read('/dev/zero'), TypeError)
    assert.throws(() => read(folder))
  })

  test('bytes of any kind are read without an error in each format', () => {
    const words =
      '192.0.2.1|,|;|"|\n|#|{|}|[|]|:|\\| |ip|/24|-|\uFEFF|=cmd|\t|type|"indicators":|0.0.0.0|http://|<html>'.split(
        '|',
      )
    const texts = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.array(fc.constantFrom(...words), { maxLength: 80 }).map((parts) => Buffer.from(parts.join(''))),
    )
    fc.assert(
      fc.property(texts, fc.constantFrom('auto', 'plain', 'csv', 'otx'), (bytes, format) => {
        const { reading } = readText(bytes, { format })
        assert.ok(reading.records >= 0)
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

  const moments: readonly (readonly [string | number, string])[] = [
    ['2026-07-30 11:54:23', '2026-07-30T11:54:23.000Z'],
    ['2026-07-30T11:54:23', '2026-07-30T11:54:23.000Z'],
    ['2026-07-30 11:54:23 UTC', '2026-07-30T11:54:23.000Z'],
    ['2026-07-30T11:54:23.976123Z', '2026-07-30T11:54:23.976Z'],
    ['2026-07-30T11:54:23+02:00', '2026-07-30T09:54:23.000Z'],
    ['2026-07-30', '2026-07-30T00:00:00.000Z'],
    ['Tue Dec 15 15:33:38 2015 UTC', '2015-12-15T15:33:38.000Z'],
    ['Fri Nov 13 17:17:05 UTC 2015', '2015-11-13T17:17:05.000Z'],
    ['Mon, 14 Sep 2015 04:39:22 GMT', '2015-09-14T04:39:22.000Z'],
    [1_790_072_042, '2026-09-22T10:14:02.000Z'],
    ['1790072042', '2026-09-22T10:14:02.000Z'],
    [1_790_072_042_123, '2026-09-22T10:14:02.123Z'],
  ]
  for (const [written, meant] of moments)
    test(`${written} is ${meant}`, () => {
      assert.equal(new Date(publishedTime(written) ?? 0).toISOString(), meant)
    })

  for (const written of [
    '',
    'None',
    '0000-00-00 00:00:00',
    '2026-13-01',
    '2026-07-32 11:00:00',
    '1',
    7,
    null,
    '11:54',
  ])
    test(`${JSON.stringify(written)} is no date`, () => {
      assert.equal(publishedTime(written), undefined)
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
