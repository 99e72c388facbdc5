import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseClientHello } from '../../../src/wire/tls/client-hello.ts'
import { ja4 } from '../../../src/wire/tls/ja4.ts'
import { algorithms, alpn, helloBytes, serverName, supportedVersions } from './hello-bytes.ts'

function fingerprint(options: Parameters<typeof helloBytes>[0]): string {
  const result = parseClientHello(helloBytes(options))
  assert(result.state === 'whole')
  return ja4(result.hello)
}

const empty = (type: number): readonly [number, Uint8Array] => [type, new Uint8Array()]
const u16s = (text: string): number[] => text.split(',').map((item) => parseInt(item, 16))

/** The worked example of FoxIO's specification: its lists, and the two hashes it prints for them. */
const published = {
  suites: u16s('1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035'),
  extensions: [
    empty(0x001b),
    serverName('example.net'),
    empty(0x0033),
    alpn('h2', 'http/1.1'),
    empty(0x4469),
    empty(0x0017),
    empty(0x002d),
    algorithms(...u16s('0403,0804,0401,0503,0805,0501,0806,0601')),
    empty(0x0005),
    empty(0x0023),
    empty(0x0012),
    supportedVersions(0x0304, 0x0303),
    empty(0xff01),
    empty(0x000b),
    empty(0x000a),
    empty(0x0015),
  ],
}

describe('JA4', () => {
  test('of the published example', () => {
    assert.equal(fingerprint(published), 't13d1516h2_8daaf6152771_e5627efa2ab1')
  })

  test('ignores GREASE wherever it stands', () => {
    const greased = {
      suites: [0x4a4a, ...published.suites],
      extensions: [empty(0xdada), ...published.extensions, empty(0x2a2a)],
    }
    assert.equal(fingerprint(greased), fingerprint(published))
  })

  test('does not depend on the order of suites and extensions', () => {
    const turned = {
      suites: published.suites.toReversed(),
      extensions: published.extensions.toReversed(),
    }
    assert.equal(fingerprint(turned), fingerprint(published))
  })

  test('without extensions, without suites', () => {
    assert.equal(
      fingerprint({ version: 0x0301, suites: [], extensions: null }),
      't10i000000_000000000000_000000000000',
    )
  })

  test('names the highest version offered, not the legacy one', () => {
    assert.match(fingerprint({ extensions: [supportedVersions(0x7a7a, 0x0302, 0x0303)] }), /^t12i0201/)
    assert.match(fingerprint({ version: 0x0300, extensions: null }), /^ts3i/)
    assert.match(fingerprint({ version: 0x0399, extensions: null }), /^t00i/)
  })

  test('shows a protocol of strange bytes by its hexadecimal form', () => {
    const of = (name: string): string => fingerprint({ extensions: [alpn(name)] }).slice(8, 10)
    assert.deepEqual(['h', 'http/1.1', '\xab', '\xab\xcd', '0\xab', '0123\xab'].map(of), [
      'hh',
      'h1',
      'ab',
      'ad',
      '3b',
      '3b',
    ])
  })

  test('counts no further than 99', () => {
    const suites = Array.from({ length: 150 }, (_, i) => i + 1)
    assert.match(fingerprint({ suites, extensions: null }), /^t12i9900/)
  })
})
