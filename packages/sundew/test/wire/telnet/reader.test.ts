import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseEnvironment } from '../../../src/wire/telnet/environment.ts'
import {
  escapeIac,
  maxSubnegotiationBytes,
  TelnetReader,
  type TelnetPart,
} from '../../../src/wire/telnet/reader.ts'

/** Neighbouring data is one, so that it does not matter how it was cut. */
function joined(parts: readonly TelnetPart[]): unknown[] {
  const all: unknown[] = []
  let data = ''
  for (const part of parts) {
    if (part.type === 'data') {
      data += Buffer.from(part.bytes).toString('latin1')
      continue
    }
    if (data !== '') all.push(data)
    data = ''
    all.push(part.type === 'subnegotiation' ? { ...part, bytes: [...part.bytes] } : part)
  }
  if (data !== '') all.push(data)
  return all
}

function read(text: string, reader = new TelnetReader()): unknown[] {
  return joined(reader.take(Buffer.from(text, 'latin1')))
}

describe('a telnet stream', () => {
  test('is data, options, subnegotiations and commands in their order', () => {
    assert.deepEqual(
      read('a\xff\xfd\x01b\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0c\xff\xf4\xff\xffd'),
      [
        'a',
        { type: 'option', verb: 253, option: 1 },
        'b',
        { type: 'option', verb: 251, option: 31 },
        { type: 'subnegotiation', option: 31, bytes: [0, 80, 0, 24], truncated: false },
        'c',
        { type: 'command', command: 244 },
        '\xffd',
      ],
    )
  })

  test('a return with NUL or newline is one return, a bare one too', () => {
    assert.deepEqual(read('a\r\0b\r\nc\rd\ne\r\r\n'), ['a\rb\rc\rd\ne\r\r'])
    const binary = new TelnetReader()
    binary.binary = true
    assert.deepEqual(read('a\r\0b\r\n', binary), ['a\r\0b\r\n'])
  })

  test('is read the same however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 20 }),
            fc
              .constantFrom([255], [255, 250], [255, 240], [255, 251], [13], [0], [10])
              .map((bytes) => Uint8Array.from(bytes)),
          ),
        ),
        (chunks) => {
          const whole = new TelnetReader().take(Buffer.concat(chunks))
          const reader = new TelnetReader()
          const cut = chunks.flatMap((chunk) =>
            [...chunk].flatMap((byte) => reader.take(Uint8Array.of(byte))),
          )
          assert.deepEqual(joined(cut), joined(whole))
        },
      ),
    )
  })

  test('data that is escaped comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const reader = new TelnetReader()
        reader.binary = true
        const back = reader
          .take(escapeIac(bytes))
          .map((part) => (part.type === 'data' ? part.bytes : new Uint8Array()))
        assert.deepEqual(Buffer.concat(back), Buffer.from(bytes))
      }),
    )
  })

  test('a subnegotiation without an end holds no more than its limit', () => {
    const reader = new TelnetReader()
    assert.deepEqual(reader.take(Buffer.from('\xff\xfa\x18', 'latin1')), [])
    for (let i = 0; i < 100; i++) assert.deepEqual(reader.take(Buffer.alloc(65_536, 'x')), [])
    const [part] = reader.take(Buffer.from('\xff\xf0', 'latin1'))
    assert.equal(part?.type, 'subnegotiation')
    assert.equal(part.bytes.length, maxSubnegotiationBytes)
    assert.equal(part.truncated, true)
  })
})

describe('an environment', () => {
  test('is names and values, escaped ones too', () => {
    const bytes = Buffer.from('\0\0USER\x01-f root\x03A\x02\x01B\x01x\x02\x02y\0EMPTY', 'latin1')
    assert.deepEqual(parseEnvironment(bytes), [
      { name: 'USER', value: '-f root' },
      { name: 'A\x01B', value: 'x\x02y' },
      { name: 'EMPTY', value: '' },
    ])
    assert.equal(parseEnvironment(Buffer.from('\x01')), undefined)
  })

  test('of random bytes is bounded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        const found = parseEnvironment(Uint8Array.of(0, ...bytes))!
        assert.ok(found.length <= 64)
        assert.ok(found.reduce((sum, { name, value }) => sum + name.length + value.length, 0) <= bytes.length)
      }),
    )
  })
})
