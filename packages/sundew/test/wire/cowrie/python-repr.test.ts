import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  escapedText,
  lineText,
  pythonRepr,
  pythonReprBytes,
  sentBytes,
  unescapedBytes,
} from '../../../src/wire/cowrie/python-repr.ts'

const anyBytes = fc.oneof(
  fc.uint8Array(),
  fc.stringMatching(/^['"\\bxnu0-9a-f]{0,20}$/).map((text) => new Uint8Array(Buffer.from(text))),
)

describe('Python’s repr', () => {
  test('is written as Python writes it', () => {
    for (const [bytes, text] of [
      ['', "b''"],
      ["it's", `b"it's"`],
      [`"it's"`, `b'"it\\'s"'`],
      ['\x00\t\n\r\\\x7f\xff', String.raw`b'\x00\t\n\r\\\x7f\xff'`],
    ] as const)
      assert.equal(pythonRepr(Buffer.from(bytes, 'latin1')), text)
  })

  test('gives back the bytes it was made of', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.deepEqual(pythonReprBytes(pythonRepr(bytes)), Buffer.from(bytes))
      }),
    )
  })

  test('is read of text, of Python 2, cut short, and of what is no literal', () => {
    for (const [text, bytes] of [
      ["'\\x80z\\x01'", '\x80z\x01'],
      ["u'\\xe4\\u20ac\\U0001f600'", '\xe4\xe2\x82\xac\xf0\x9f\x98\x80'],
      ["b'GET / HTTP/1.1\\r\\n\\r\\n'", 'GET / HTTP/1.1\r\n\r\n'],
      ['b"it\'s', "it's"],
      ["'\\x16\\x03\\n\\x07...'", '\x16\x03\n\x07...'],
      ["b'a\\", 'a\\'],
      ["b'\\0\\101\\q'", '\x00A\\q'],
      ["'\\U99999999'", '\\U99999999'],
      ['GET /', 'GET /'],
      ['', ''],
    ] as const)
      assert.equal(pythonReprBytes(text).toString('latin1'), bytes, text)
  })

  test('is read of anything without a throw, in time that grows with its length', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => pythonReprBytes(text).length >= 0))
    for (const piece of ['\\', "\\'", '\\x', '\\u', "b'"]) pythonReprBytes(`b'${piece.repeat(500_000)}`)
  })
})

describe('Cowrie’s escaped names and passwords', () => {
  test('give back the bytes, and are printable', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = escapedText(bytes)
        assert.match(text, /^[\x20-\x7e]*$/)
        assert.deepEqual(unescapedBytes(text), Buffer.from(bytes))
      }),
    )
    unescapedBytes('\\x41'.repeat(262_144))
    unescapedBytes('\\\\'.repeat(524_288))
  })

  test('that are of another form stand for themselves', () => {
    assert.equal(unescapedBytes('C:\\Users').toString(), 'C:\\Users')
    assert.equal(unescapedBytes('ä\\x41').toString(), 'ä\\x41')
  })
})

test('bytes of a line become text and come back, whatever they are', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => assert.deepEqual(sentBytes(lineText(bytes)), Buffer.from(bytes))),
  )
  assert.equal(sentBytes('a\udcffb').toString('latin1'), 'a\xffb')
})
