import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { encodeName, lowerName, readName } from '../../../src/wire/dns/name.ts'

/** A name in wire form: labels of any bytes. */
const wireName = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 6 })
  .map((labels) =>
    Buffer.concat([...labels.map((label) => Buffer.from([label.length, ...label])), Buffer.of(0)]),
  )
  .filter(({ length }) => length <= 255)

describe("a name in a DNS message's form", () => {
  test('is its labels with their lengths', () => {
    assert.deepEqual(encodeName('a.bc'), Uint8Array.of(1, 97, 2, 98, 99, 0))
    assert.deepEqual(encodeName('a.bc.'), encodeName('a.bc'))
    assert.deepEqual(encodeName('.'), Uint8Array.of(0))
    assert.deepEqual(encodeName(''), Uint8Array.of(0))
    assert.deepEqual(encodeName('a\\.b.c'), Uint8Array.of(3, 97, 46, 98, 1, 99, 0))
    assert.deepEqual(encodeName('\\000\\200'), Uint8Array.of(2, 0, 200, 0))
  })

  test('is refused where it is none', () => {
    const long = (length: number) => 'a'.repeat(length)
    for (const text of [
      '..',
      '.a',
      'a..b',
      'ä',
      'a\\',
      'a\\256',
      'a\\ä',
      long(64),
      `${`${long(63)}.`.repeat(3)}${long(62)}`,
    ])
      assert.equal(encodeName(text), undefined, text)
    assert.equal(encodeName(`${`${long(63)}.`.repeat(3)}${long(61)}`)?.length, 255)
    assert.equal(encodeName(`${`${long(63)}.`.repeat(3)}${long(61)}.`)?.length, 255)
  })

  test('is the same after it was read as text and written again', () => {
    fc.assert(
      fc.property(wireName, (wire) => {
        const read = readName(wire, 0)
        assert.ok(read)
        assert.equal(read.next, wire.length)
        assert.match(read.name, /^[!-~]+$/)
        assert.deepEqual(Buffer.from(encodeName(read.name)!), wire)
      }),
    )
  })

  test('continues where a pointer says, backwards only', () => {
    const message = Uint8Array.of(1, 97, 0, 1, 98, 0xc0, 0, 0xc0, 3, 9)
    assert.deepEqual(readName(message, 3), { name: 'b.a', next: 7 })
    assert.deepEqual(readName(message, 7), { name: 'b.a', next: 9 })
    assert.equal(readName(Uint8Array.of(0xc0, 0), 0), undefined)
    assert.equal(readName(Uint8Array.of(0xc0, 2, 0xc0, 0), 2), undefined)
    assert.equal(readName(Uint8Array.of(0xc0), 0), undefined)
    assert.equal(readName(Uint8Array.of(0x40, 0), 0), undefined)
    assert.equal(readName(Uint8Array.of(3, 97), 0), undefined)
  })

  test('is held against others in small letters', () => {
    assert.equal(lowerName('WWW.Example\\065'), 'www.example\\065')
  })

  test('can be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, from) => {
        const read = readName(bytes, from)
        assert.ok(read === undefined || read.next <= bytes.length)
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.ok((encodeName(text)?.length ?? 0) <= 255)
      }),
    )
  })
})
