import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { constants, deflateRawSync, deflateSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { Deflater } from '../../../src/wire/ssh/compression/deflater.ts'
import { Inflater, maxInflatedBytes } from '../../../src/wire/ssh/compression/inflater.ts'
import { PacketReader } from '../../../src/wire/ssh/packet-reader.ts'
import { PacketWriter } from '../../../src/wire/ssh/packet-writer.ts'

const payloads = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .string({ unit: fc.constantFrom('ab', 'c', 'uname -a; '), maxLength: 200 })
      .map((text) => Buffer.from(text)),
    fc.nat(40_000).map((length) => Buffer.alloc(length, 'the same again, ')),
  ),
  { maxLength: 8 },
)

describe('compression', () => {
  test('gives back every packet of a stream', () => {
    fc.assert(
      fc.property(payloads, (messages) => {
        const deflater = new Deflater()
        const inflater = new Inflater()
        for (const message of messages)
          assert.deepEqual(inflater.expand(deflater.compress(message)), new Uint8Array(message))
      }),
      { numRuns: 50 },
    )
  })

  test('is a stream that zlib reads', () => {
    fc.assert(
      fc.property(payloads, (messages) => {
        const deflater = new Deflater()
        const stream = Buffer.concat(messages.map((message) => deflater.compress(message)))
        if (stream.length === 0) return
        const read = inflateSync(stream, { finishFlush: constants.Z_SYNC_FLUSH })
        assert.deepEqual(read, Buffer.concat(messages))
      }),
      { numRuns: 50 },
    )
  })

  test('is expanded the same wherever its stream is cut, within a code as well', () => {
    const strategies = fc.constantFrom(
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FIXED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
    )
    fc.assert(
      fc.property(
        payloads,
        strategies,
        fc.nat(9),
        fc.integer({ min: 1, max: 9 }),
        (messages, strategy, level, size) => {
          const whole = Buffer.concat(messages).subarray(0, 60_000)
          const stream = deflateSync(whole, { strategy, level, finishFlush: constants.Z_PARTIAL_FLUSH })
          const inflater = new Inflater()
          const parts: Uint8Array[] = []
          for (let at = 0; at < stream.length; at += size) {
            const part = inflater.expand(stream.subarray(at, at + size))
            assert(part instanceof Uint8Array)
            parts.push(part)
          }
          assert.deepEqual(Buffer.concat(parts), whole)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('goes through packets', () => {
    const writer = new PacketWriter()
    const reader = new PacketReader()
    writer.compress(new Deflater())
    reader.expand(new Inflater())
    const message = Buffer.from([94, ...Buffer.alloc(5000, 'x')])
    const packets = [writer.write(message), writer.write(message)]
    assert(packets[1]!.length < 200)
    reader.push(Buffer.concat(packets))
    assert.deepEqual(reader.next(), { state: 'packet', payload: new Uint8Array(message), sequence: 0 })
    assert.deepEqual(reader.next(), { state: 'packet', payload: new Uint8Array(message), sequence: 1 })
  })
})

/** What was compressed with a dictionary that nobody here has. */
const farBack = deflateRawSync('once said', { dictionary: Buffer.from('once said') })

describe('what cannot be expanded has a reason, and stays so', () => {
  const zlib = (hex: string) => Buffer.from(`789c${hex}`, 'hex')
  for (const [name, bytes, reason] of [
    ['another method', Buffer.from('7f9c', 'hex'), 'bad-data'],
    ['a header that does not add up', Buffer.from('789d', 'hex'), 'bad-data'],
    ['a dictionary', Buffer.from('78bb', 'hex'), 'bad-data'],
    ['a block of the fourth type', zlib('07'), 'bad-data'],
    ['a stored block whose length is wrong', zlib('000100ffff'), 'bad-data'],
    ['a stream that ends', deflateSync(Buffer.from('x')), 'bad-data'],
    ['a copy of what was never there', Buffer.concat([zlib(''), farBack]), 'bad-data'],
    ['a block with no codes', zlib('0400000000000000000000000000'), 'bad-data'],
    ['a bomb', Buffer.concat([zlib(''), deflateRawSync(Buffer.alloc(maxInflatedBytes + 1))]), 'too-long'],
  ] as const) {
    test(`${name}: ${reason}`, () => {
      const inflater = new Inflater()
      assert.equal(inflater.expand(bytes), reason)
      assert.equal(inflater.expand(Buffer.of(0)), reason)
    })
  }

  test('random bytes never throw, and never grow past the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }),
        fc.boolean(),
        (chunks, header) => {
          const inflater = new Inflater()
          if (header) inflater.expand(zlib(''))
          for (const chunk of chunks) {
            const result = inflater.expand(chunk)
            if (result instanceof Uint8Array) assert(result.length <= maxInflatedBytes)
          }
        },
      ),
    )
  })
})
