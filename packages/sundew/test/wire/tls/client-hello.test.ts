import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { maxHelloBytes, parseClientHello } from '../../../src/wire/tls/client-hello.ts'
import { algorithms, alpn, helloBytes, serverName, supportedVersions } from './hello-bytes.ts'

const full = {
  suites: [0x0a0a, 0x1301, 0xc02f],
  extensions: [
    serverName('www.example.net'),
    alpn('h2', 'http/1.1'),
    algorithms(0x0403, 0x0804),
    supportedVersions(0x0304, 0x0303),
  ],
}

describe('a ClientHello', () => {
  test('gives its lists in the order sent', () => {
    const result = parseClientHello(helloBytes(full))
    assert(result.state === 'whole')
    const { message, ...hello } = result.hello
    assert.equal(message[0], 1)
    assert.deepEqual(hello, {
      version: 0x0303,
      cipherSuites: [0x0a0a, 0x1301, 0xc02f],
      extensions: [0, 16, 13, 43],
      serverName: 'www.example.net',
      alpn: ['h2', 'http/1.1'],
      supportedVersions: [0x0304, 0x0303],
      signatureAlgorithms: [0x0403, 0x0804],
    })
  })

  test('may have no extensions at all, as TLS 1.0 allows', () => {
    const result = parseClientHello(helloBytes({ version: 0x0301, extensions: null }))
    assert(result.state === 'whole')
    assert.equal(result.hello.version, 0x0301)
    assert.deepEqual(result.hello.extensions, [])
  })

  test('is the same cut into records of any size', () => {
    const whole = parseClientHello(helloBytes(full))
    for (const recordBytes of [4, 5, 7, 64]) {
      assert.deepEqual(parseClientHello(helloBytes({ ...full, recordBytes })), whole)
    }
  })

  test('wants more at every cut, and then is whole', () => {
    const bytes = helloBytes({ ...full, recordBytes: 50 })
    for (let i = 0; i < bytes.length; i++)
      assert.equal(parseClientHello(bytes.subarray(0, i)).state, 'more', `at ${i}`)
    assert.equal(parseClientHello(bytes).state, 'whole')
  })

  test('leaves what follows it alone', () => {
    const bytes = Buffer.concat([helloBytes(full), Buffer.from('early data')])
    assert.deepEqual(parseClientHello(bytes), parseClientHello(helloBytes(full)))
  })
})

describe('what is no ClientHello has a reason', () => {
  const cases: readonly [string, Uint8Array, string][] = [
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n'), 'plain-text'],
    ['an empty line', Buffer.from('\r\n'), 'plain-text'],
    ['an SSL 2.0 hello', Buffer.from('802e0100020015000000', 'hex'), 'sslv2-hello'],
    ['an alert', Buffer.from('15030100020128', 'hex'), 'alert'],
    ['application data', Buffer.from('1703030001aa', 'hex'), 'not-handshake'],
    ['a ServerHello', Buffer.from('160301000402000000', 'hex'), 'not-client-hello'],
    ['a message of 16 MB', Buffer.from('160301000401ffffff', 'hex'), 'too-long'],
    ['an empty record', Buffer.from('1603010000', 'hex'), 'bad-length'],
    ['a body too short for its version', Buffer.from('16030100050100000103', 'hex'), 'bad-length'],
    ['NULs', Buffer.alloc(10), 'not-tls'],
    ['a record of another major version', Buffer.from('1609010005', 'hex'), 'not-tls'],
    ['a message cut into single bytes', helloBytes({ ...full, recordBytes: 1 }), 'too-long'],
  ]
  for (const [name, bytes, reason] of cases) {
    test(`${name}: ${reason}`, () => {
      assert.deepEqual(parseClientHello(bytes), { state: 'malformed', reason })
    })
  }
})

test('attacker bytes never throw, and past the limit there is always an answer', () => {
  const nearly = fc
    .tuple(fc.nat(200), fc.uint8Array({ maxLength: 8 }))
    .map(([at, patch]) =>
      Buffer.concat([helloBytes(full).subarray(0, at), patch, helloBytes(full).subarray(at)]),
    )
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), nearly), (bytes) => {
      const result = parseClientHello(bytes)
      assert(['whole', 'more', 'malformed'].includes(result.state))
      const long = parseClientHello(Buffer.concat([bytes, Buffer.alloc(maxHelloBytes)]))
      assert.notEqual(long.state, 'more')
    }),
  )
})
