import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ByteText, textBytes } from '../../../src/core/asciicast/byte-text.ts'
import {
  AsciicastReader,
  asciicastLimits,
  type AsciicastEvent,
  type AsciicastHeader,
} from '../../../src/core/asciicast/reader.ts'
import { AsciicastWriter } from '../../../src/core/asciicast/writer.ts'

/** Bytes as peers send them: text, control sequences, characters cut in two, nonsense. */
const sent = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => new Uint8Array(Buffer.from(text))),
  fc
    .constantFrom('\x1b[31m', '\r\n', '"]\n[0,"o","', '\u2028', '\x9b', '\u{10fe80}', '\u{10feff}')
    .map((text) => new Uint8Array(Buffer.from(text))),
  fc
    .constantFrom([0xf0, 0x9f], [0x98, 0x80], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x8f, 0xba, 0x80])
    .map((bytes) => Uint8Array.from(bytes)),
)

function read(text: string | Uint8Array, size = Infinity): (AsciicastHeader | AsciicastEvent)[] {
  const bytes = Buffer.from(text as string)
  const reader = new AsciicastReader()
  const found: (AsciicastHeader | AsciicastEvent)[] = []
  for (let at = 0; at < bytes.length; at += Math.min(size, bytes.length)) {
    found.push(...reader.feed(bytes.subarray(at, at + Math.min(size, bytes.length))))
  }
  found.push(...reader.end())
  assert.equal(reader.malformed, 0)
  return found
}

function bytesOf(events: readonly (AsciicastHeader | AsciicastEvent)[], type: 'output' | 'input'): Buffer {
  return Buffer.concat(events.flatMap((event) => (event.type === type ? [event.bytes] : [])))
}

describe('bytes as text', () => {
  test('come back whatever they are and however they were cut', () => {
    fc.assert(
      fc.property(fc.array(sent), (pieces) => {
        const text = new ByteText()
        const whole = pieces.map((piece) => text.push(piece)).join('') + text.end()
        assert.ok(whole.isWellFormed())
        assert.deepEqual(Buffer.from(textBytes(whole)), Buffer.concat(pieces))
      }),
    )
  })

  test('are themselves where they are UTF-8, though a character came in two pieces', () => {
    const text = new ByteText()
    assert.equal(text.push(Buffer.of(0x41, 0xe2, 0x82)), 'A')
    assert.equal(text.push(Buffer.of(0xac, 0xff, 0x42)), '€\u{10feff}B')
    assert.equal(text.end(), '')
  })
})

describe('an asciicast', () => {
  const step = fc.oneof(
    fc.tuple(fc.constantFrom('output' as const, 'input' as const), sent),
    fc.tuple(fc.constant('resize' as const), fc.constant(Uint8Array.of(100, 40))),
  )

  test('gives back what was written, in lines that JSON and every reader of lines can take', () => {
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 30 }), (steps, size) => {
        const writer = new AsciicastWriter({
          width: 80,
          height: 24,
          startedMs: 1_764_032_928_000,
          limitBytes: 1e6,
        })
        let file = writer.header()
        steps.forEach(([type, bytes], at) => {
          file += type === 'resize' ? writer.resize(at, bytes[0]!, bytes[1]!) : writer[type](at * 10, bytes)
        })
        file += writer.end(steps.length * 10)
        assert.doesNotMatch(file, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/)
        for (const line of file.trimEnd().split('\n')) JSON.parse(line)
        const events = read(file, size)
        assert.deepEqual(events[0], { type: 'header', width: 80, height: 24, startedMs: 1_764_032_928_000 })
        for (const type of ['output', 'input'] as const) {
          const written = Buffer.concat(steps.flatMap(([of, bytes]) => (of === type ? [bytes] : [])))
          assert.deepEqual(bytesOf(events, type), written)
        }
        const resizes = events.filter((event) => event.type === 'resize')
        assert.equal(resizes.length, steps.filter(([type]) => type === 'resize').length)
        const times = events.flatMap((event) => (event.type === 'header' ? [] : [event.ms]))
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        )
      }),
    )
  })

  test('looks as the format wants it', () => {
    const writer = new AsciicastWriter({
      width: 0,
      height: 4e9,
      startedMs: 1999,
      title: 'x',
      limitBytes: 1e6,
    })
    assert.equal(writer.header(), '{"version":2,"width":80,"height":1000,"timestamp":1,"title":"x"}\n')
    assert.equal(
      writer.output(1234.5678, Buffer.from('a\x1b[1m\r\n\x9b', 'latin1')),
      '[1.234568, "o", "a\\u001b[1m\\r\\n\u{10fe9b}"]\n',
    )
    assert.equal(writer.input(1, Buffer.from('\x7f')), '[1.234568, "i", "\\u007f"]\n')
    assert.equal(writer.resize(2000, 132, 50), '[2.000000, "r", "132x50"]\n')
  })

  test('never takes more than its limit, and says where it was cut', () => {
    fc.assert(
      fc.property(
        fc.array(sent, { minLength: 1 }),
        fc.integer({ min: 400, max: 2000 }),
        (pieces, limitBytes) => {
          const writer = new AsciicastWriter({ width: 80, height: 24, startedMs: 0, limitBytes })
          let file = writer.header()
          for (let i = 0; i < 40; i++) for (const piece of pieces) file += writer.output(i, piece)
          file += writer.end(1e6)
          assert.ok(Buffer.byteLength(file) <= limitBytes)
          const markers = read(file).filter((event) => event.type === 'marker')
          assert.equal(markers.length, writer.truncated ? 1 : 0)
          if (writer.truncated) assert.match(file, new RegExp(`cut here: .* ${limitBytes} bytes"\\]\n$`))
        },
      ),
    )
  })

  test('is read in pieces on end, each with a header', () => {
    const writer = new AsciicastWriter({ width: 80, height: 24, startedMs: 0, limitBytes: 1e6 })
    const first = writer.header() + writer.output(1, Buffer.of(0x61, 0xc3))
    const second = writer.header() + writer.output(2, Buffer.of(0xa4)) + writer.end(3)
    assert.deepEqual(bytesOf(read(first + second), 'output'), Buffer.from('aä'))
  })
})

describe('a reader of asciicasts', () => {
  test('passes over what is none, counts it, and goes on', () => {
    const reader = new AsciicastReader()
    const deep = '['.repeat(100_000)
    const hostile = [
      'x',
      '{}',
      '{"version":1,"width":1,"height":1}',
      '{"version":2,"width":0,"height":1}',
      '[]',
      '[1]',
      '[-1,"o","a"]',
      '[1e99,"o","a"]',
      '["1","o","a"]',
      '[1,"o",2]',
      '[1,"r","0x5"]',
      '[1,"r","99999999999x5"]',
      '[1,"r","a"]',
      'null',
      '"o"',
      deep,
      `[1,"o","${'x'.repeat(asciicastLimits.lineBytes)}"]`,
    ]
    const events = [
      ...reader.feed(Buffer.from(`${hostile.join('\n')}\n[1,"x","?"]\n\n[2,"o","kept"]`)),
      ...reader.end(),
    ]
    assert.deepEqual(events, [{ type: 'output', ms: 2000, bytes: Buffer.from('kept') }])
    assert.equal(reader.malformed, hostile.length)
  })

  test('takes any bytes without a throw, and holds back no more than a line may have', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            sent,
            fc.json().map((text) => new Uint8Array(Buffer.from(`${text}\n`))),
          ),
        ),
        (chunks) => {
          const reader = new AsciicastReader()
          for (const chunk of chunks) for (const event of reader.feed(chunk)) assert.ok(event.type)
          for (const event of reader.end()) assert.ok(event.type)
        },
      ),
    )
  })

  test('lets no time go back', () => {
    const times = read('[5,"o","a"]\n[1,"o","b"]\n[7,"m","c"]\n').flatMap((event) =>
      'ms' in event ? [event.ms] : [],
    )
    assert.deepEqual(times, [5000, 5000, 7000])
  })
})
