import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { mostTermBytes, mostTerms, Terms } from '../../../src/wire/columns/terms.ts'

/** The texts of a dictionary, by number, as a Native block's reader takes them apart. */
function textsOf(terms: Terms): Buffer[] {
  const { bytes } = terms
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    let length = bytes[at++]!
    if (length >= 0x80) length = (length & 0x7f) | (bytes[at++]! << 7)
    found.push(Buffer.from(bytes.subarray(at, at + length)))
    at += length
  }
  return found
}

describe('the texts of a column', () => {
  test('are kept once each, as bytes, cut where they are too long', () => {
    const text = fc.oneof(
      { weight: 9, arbitrary: fc.uint8Array({ maxLength: 20 }) },
      fc.uint8Array({ minLength: 120, maxLength: 300 }),
    )
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), fc.nat(8), (texts, before) => {
        const terms = new Terms()
        for (let round = 0; round < 2; round++) {
          const numbers = texts.map((bytes) => {
            const line = Buffer.concat([Buffer.alloc(before, 0x41), bytes, Buffer.from('rest')])
            return terms.numberOf(line, before, before + bytes.length)
          })
          const kept = textsOf(terms)
          assert.equal(kept.length, terms.count)
          const cut = texts.map((bytes) => Buffer.from(bytes.subarray(0, mostTermBytes)))
          assert.deepEqual(
            numbers.map((number) => kept[number]),
            cut,
          )
          const different = new Set(cut.map((bytes) => bytes.toString('latin1')))
          assert.equal(terms.count, different.add('').size)
          terms.clear()
          assert.deepEqual(textsOf(terms), [Buffer.alloc(0)])
        }
      }),
    )
  })

  test('are no more than so many, and those that are there are still found', () => {
    const terms = new Terms()
    const line = Buffer.alloc(4)
    const number = (text: number) => {
      line.writeUInt32LE(text)
      return terms.numberOf(line, 0, 4)
    }
    let texts = 1
    while (number(texts) >= 0) texts++
    assert.equal(texts, mostTerms)
    assert.equal(terms.count, mostTerms)
    const first = number(1)
    assert.deepEqual(textsOf(terms)[first], Buffer.from([1, 0, 0, 0]))
  })

  test('of the greatest length end where their bytes have no room', () => {
    const terms = new Terms()
    const line = Buffer.alloc(mostTermBytes)
    let kept = 0
    for (; line.writeUInt32LE(kept + 1) > 0 && terms.numberOf(line, 0, line.length) >= 0; kept++);
    assert.ok(kept > 1000 && kept < mostTerms)
    assert.equal(terms.count, kept + 1)
  })
})
