import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { maxMpintBytes, WireReader } from '../../../src/wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../../src/wire/ssh/message/wire-writer.ts'

describe("a message's fields", () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.boolean(),
        fc.nat(0xffff_ffff),
        fc.uint8Array({ maxLength: 600 }),
        fc.array(fc.string({ unit: fc.constantFrom('a', '-', '@'), minLength: 1, maxLength: 9 })),
        (byte, flag, number, bytes, names) => {
          const written = new WireWriter(94)
            .byte(byte)
            .flag(flag)
            .uint32(number)
            .string(bytes)
            .names(names)
            .mpint(bytes)
            .raw(bytes)
            .bytes()
          const reader = new WireReader(written, 94)
          const read = {
            byte: reader.byte(),
            flag: reader.flag(),
            number: reader.uint32(),
            bytes: Buffer.from(reader.string()),
            names: reader.names(),
            mpint: BigInt(`0x0${Buffer.from(reader.mpint()).toString('hex')}`),
            rest: Buffer.from(reader.rest()),
          }
          const whole = Buffer.from(bytes)
          assert.deepEqual(reader.finish(read), {
            state: 'read',
            message: {
              byte,
              flag,
              number,
              bytes: whole,
              names,
              mpint: BigInt(`0x0${whole.toString('hex')}`),
              rest: whole,
            },
          })
        },
      ),
    )
  })

  // RFC 4251 §5's examples, those that are not negative.
  for (const [value, hex] of [
    ['', '00000000'],
    ['09a378f9b2e332a7', '0000000809a378f9b2e332a7'],
    ['80', '000000020080'],
    ['000080', '000000020080'],
  ] as const) {
    test(`the whole number 0x${value || '0'} is ${hex}`, () => {
      const written = new WireWriter().mpint(Buffer.from(value, 'hex')).bytes()
      assert.equal(Buffer.from(written).toString('hex'), hex)
    })
  }

  test('are put wherever the room ends', () => {
    for (let length = 240; length < 260; length++) {
      const written = new WireWriter().raw(new Uint8Array(length)).uint32(7).string('text').byte(1).bytes()
      const reader = new WireReader(written.subarray(length))
      assert.deepEqual([reader.uint32(), reader.name(), reader.flag()], [7, 'text', true])
    }
  })

  test('keep empty names between commas', () => {
    assert.deepEqual(new WireReader(new WireWriter().string(',a,').bytes()).names(), ['', 'a', ''])
    assert.deepEqual(new WireReader(new WireWriter().string('').bytes()).names(), [])
  })
})

describe('what is wrong with a message is told once', () => {
  const cases: readonly [string, string, (reader: WireReader) => unknown, string][] = [
    ['nothing at all', '', () => 0, 'truncated'],
    ['another number', '5f', () => 0, 'wrong-type'],
    ['a string past the end', '5e00000002aa', (reader) => reader.string(), 'truncated'],
    ['a string of 4 GiB', '5effffffffaa', (reader) => reader.string(), 'truncated'],
    ['half a number', '5e0000', (reader) => reader.uint32(), 'truncated'],
    ['bytes after it', '5e00', () => 0, 'trailing-bytes'],
    ['a negative number', '5e0000000180', (reader) => reader.mpint(), 'bad-mpint'],
    ['a string, then nothing', '5e00000002aa00', (reader) => [reader.string(), reader.byte()], 'truncated'],
  ]
  for (const [name, hex, read, reason] of cases) {
    test(`${name}: ${reason}`, () => {
      const reader = new WireReader(Buffer.from(hex, 'hex'), 94)
      read(reader)
      assert.deepEqual(reader.finish({}), { state: 'malformed', reason })
    })
  }

  test('a whole number past 16,384 bits: bad-mpint', () => {
    const reader = new WireReader(new WireWriter().string(new Uint8Array(maxMpintBytes + 1)).bytes())
    assert.equal(reader.mpint().length, 0)
    assert.deepEqual(reader.finish({}), { state: 'malformed', reason: 'bad-mpint' })
  })
})
