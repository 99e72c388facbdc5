import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { classes, flags, types } from '../../../src/wire/dns/codes.ts'
import { readMessage } from '../../../src/wire/dns/message.ts'
import { encodeName } from '../../../src/wire/dns/name.ts'
import { MessageWriter } from '../../../src/wire/dns/writer.ts'

/** `dig bad.example A`, and an answer whose name points at the question. */
const query = Buffer.from('beef0120000100000000000103626164076578616d706c650000010001', 'hex')
const opt = Buffer.from('00002904d0000000000000', 'hex')

describe('a DNS message', () => {
  test('is its header, questions and records', () => {
    const message = readMessage(Buffer.concat([query, opt]))
    assert.ok(typeof message === 'object')
    assert.equal(message.id, 0xbeef)
    assert.equal(message.opcode, 0)
    assert.equal(message.flags & flags.recursionDesired, flags.recursionDesired)
    assert.deepEqual(message.questions, [{ name: 'bad.example', type: types.a, class: classes.internet }])
    assert.deepEqual(
      message.additionals.map(({ name, type, class: size, ttl }) => ({ name, type, size, ttl })),
      [{ name: '.', type: types.opt, size: 1232, ttl: 0 }],
    )
  })

  test('is refused where it is broken off anywhere, or something is left over', () => {
    const whole = Buffer.concat([query, opt])
    for (let length = 0; length < whole.length; length++)
      assert.equal(typeof readMessage(whole.subarray(0, length)), 'string', `${length} bytes`)
    assert.equal(readMessage(Buffer.concat([whole, Buffer.of(0)])), 'left over')
    assert.equal(readMessage(Buffer.alloc(65_536)), 'long')
  })

  test('says as many records as it has, not as it claims', () => {
    const claims = Buffer.from(query)
    claims.writeUInt16BE(0xffff, 6)
    assert.equal(readMessage(claims), 'name')
  })

  test('is read as it was written', () => {
    const record = fc.record(
      {
        name: fc.constantFrom('.', 'bad.example', 'a.b.c.d', 'x\\.y.example'),
        type: fc.nat(65_535),
        class: fc.nat(65_535),
        ttl: fc.nat(2 ** 32 - 1),
        data: fc.uint8Array({ maxLength: 40 }),
      },
      { noNullPrototype: true },
    )
    const writer = new MessageWriter()
    fc.assert(
      fc.property(fc.nat(65_535), fc.array(record, { maxLength: 5 }), (id, records) => {
        writer.begin(id, flags.response)
        assert.ok(writer.question(encodeName('q.example')!, types.any, classes.internet))
        for (const { name, type, class: dnsClass, ttl, data } of records)
          assert.ok(writer.record('answers', encodeName(name)!, type, dnsClass, ttl, data))
        const read = readMessage(writer.bytes())
        assert.ok(typeof read === 'object')
        assert.equal(read.id, id)
        assert.deepEqual(
          read.answers.map(({ name, type, class: dnsClass, ttl, data }) => ({
            name,
            type,
            class: dnsClass,
            ttl,
            data,
          })),
          records,
        )
      }),
    )
  })

  test('takes nothing that does not fit, and stays whole', () => {
    const writer = new MessageWriter().begin(1, 0, 40)
    const name = encodeName('bad.example')!
    assert.ok(writer.question(name, types.a, classes.internet))
    const before = writer.bytes()
    assert.ok(!writer.record('answers', name, types.a, classes.internet, 60, Uint8Array.of(1, 2, 3, 4)))
    assert.deepEqual(writer.bytes(), before)
  })

  test('can be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = readMessage(bytes)
        assert.ok(typeof read === 'string' || read.questions.length + read.answers.length <= 200)
      }),
    )
    // A message that is nothing but pointers into itself is no long work.
    const trap = Buffer.alloc(65_535, 0xc0)
    trap.writeUInt16BE(0xffff, 4)
    const began = performance.now()
    assert.equal(typeof readMessage(trap), 'string')
    assert.ok(performance.now() - began < 1000)
  })
})
