import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ChunkedReader } from '../../../src/wire/http/chunked.ts'
import { framingOf } from '../../../src/wire/http/framing.ts'
import { HeadReader } from '../../../src/wire/http/head.ts'
import { boundaryOf, MultipartReader, type PartHead } from '../../../src/wire/http/multipart.ts'

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

const someCuts = fc.array(fc.nat(100_000), { maxLength: 10 })

describe('a chunked body', () => {
  const read = (parts: readonly Buffer[]): { body: Buffer; reader: ChunkedReader; left: number } => {
    const body: Buffer[] = []
    const reader = new ChunkedReader((data) => body.push(Buffer.from(data)))
    let left = 0
    for (const part of parts) left = part.length - reader.feed(part, 0)
    return { body: Buffer.concat(body), reader, left }
  }

  test('is put together exactly, however it was chunked and cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), someCuts, (chunks, cuts) => {
        const coded = Buffer.concat([
          ...chunks.map((chunk) =>
            Buffer.concat([Buffer.from(`${chunk.length.toString(16)};x=y\r\n`), chunk, Buffer.from('\r\n')]),
          ),
          Buffer.from('0\r\nTrailer: x\r\n\r\n'),
        ])
        const { body, reader } = read(pieces(coded, cuts))
        assert.deepEqual(body, Buffer.concat(chunks))
        assert.equal(reader.done, true)
      }),
    )
  })

  test('ends where it ends: the next request is left alone', () => {
    const { reader, left } = read([Buffer.from('1\r\na\r\n0\r\n\r\nGET /')])
    assert.equal(reader.done, true)
    assert.equal(left, 5)
  })

  const faults: readonly [string, string][] = [
    ['xyz\r\n', 'bad-size'],
    ['-1\r\n', 'bad-size'],
    ['0x5\r\n', 'bad-size'],
    [' 5\r\n', 'bad-size'],
    ['\r\n', 'bad-size'],
    ['fffffffffffffffff\r\n', 'bad-size'],
    ['5\nhello\r\n', 'no-line-end'],
    ['5\r\nhelloX', 'no-line-end'],
    ['1\r\na\n0\r\n\r\n', 'no-line-end'],
    ['1'.repeat(2000), 'size-too-long'],
    [`0\r\n${'a: b\r\n'.repeat(3000)}`, 'trailers-too-long'],
  ]
  for (const [text, fault] of faults) {
    test(`${JSON.stringify(text.slice(0, 20))}: ${fault}`, () => {
      assert.equal(read([Buffer.from(text)]).reader.fault, fault)
    })
  }

  test('attacker bytes never throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('5\r\n', '\r\n', '0\r\n', 'a'), fc.string())),
        (parts) => {
          read(parts.map((part) => Buffer.from(part)))
        },
      ),
    )
  })
})

describe('a multipart body', () => {
  interface Part {
    head: PartHead
    body: Buffer
    ended: boolean
  }
  const read = (boundary: string, parts: readonly Buffer[]): { found: Part[]; reader: MultipartReader } => {
    const found: Part[] = []
    const given: Buffer[] = []
    const reader = new MultipartReader(boundary, {
      begin: (head) => found.push({ head, body: Buffer.alloc(0), ended: false }),
      data: (bytes) => {
        const last = found.at(-1)!
        last.body = Buffer.concat([last.body, bytes])
        given.push(bytes)
      },
      end: () => {
        found.at(-1)!.ended = true
      },
      outside: (bytes) => given.push(bytes),
    })
    for (const part of parts) reader.feed(part)
    reader.finish()
    assert.deepEqual(Buffer.concat(given), Buffer.concat(parts), 'a byte is missing, or given twice')
    return { found, reader }
  }
  const formed = (boundary: string, contents: readonly Uint8Array[]): Buffer =>
    Buffer.concat([
      ...contents.flatMap((content, i) => [
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="f${i}"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n`,
        ),
        content,
        Buffer.from('\r\n'),
      ]),
      Buffer.from(`--${boundary}--\r\n`),
    ])

  test('gives every byte of every part, whatever they are and however they come', () => {
    const nasty = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 30 }),
        fc.constantFrom('\r\n', '\r\n-', '\r\n--', '\r\n--X', '--XY', '\r').map((t) => Buffer.from(t)),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 4 }), someCuts, (contents, cuts) => {
        const whole = contents.map((content) => Buffer.concat(content))
        fc.pre(whole.every((content) => !Buffer.concat([Buffer.from('\r\n'), content]).includes('\r\n--XYZ')))
        const { found, reader } = read('XYZ', pieces(formed('XYZ', whole), cuts))
        assert.deepEqual(
          found.map((part) => part.body),
          whole,
        )
        assert(found.every((part) => part.ended && part.head.contentType === 'image/png'))
        assert.equal(reader.closed, true)
      }),
    )
  })

  test('a part that is cut off is given as far as it came', () => {
    const { found, reader } = read('B', [Buffer.from('--B\r\n\r\nhalf\r\n-')])
    assert.equal(String(found[0]!.body), 'half\r\n-')
    assert.equal(reader.closed, false)
  })

  const names: readonly [string, string | undefined][] = [
    ['form-data; name="a"; filename="../../etc/passwd"', '../../etc/passwd'],
    ['form-data; name="a"; filename=plain.txt', 'plain.txt'],
    ['form-data; filename="C:\\temp\\x.exe"; name=a', 'C:\\temp\\x.exe'],
    ['form-data; name="a"; filename=""', ''],
    ['form-data; name="a"; filename="q\\"q"', 'q"q'],
    ['form-data; name="a"; filename*=UTF-8\'\'x%20y', "UTF-8''x%20y"],
    ['form-data; name="filename"', undefined],
    ['form-data; name="a"; filename="caf\xc3\xa9\0"', 'caf\xc3\xa9\0'],
  ]
  for (const [disposition, name] of names) {
    test(`the file name of ${JSON.stringify(disposition)} is kept as sent`, () => {
      const { found } = read('B', [
        Buffer.from(`--B\r\nContent-Disposition: ${disposition}\r\n\r\nx\r\n--B--`, 'latin1'),
      ])
      assert.equal(found[0]!.head.fileName, name)
    })
  }

  test('a boundary has its limits', () => {
    assert.equal(boundaryOf('multipart/form-data; boundary=abc'), 'abc')
    assert.equal(boundaryOf('Multipart/Form-Data; charset=x; boundary="a b"'), 'a b')
    assert.equal(boundaryOf('multipart/form-data'), undefined)
    assert.equal(boundaryOf('text/plain; boundary=x'), undefined)
    assert.equal(boundaryOf(`multipart/form-data; boundary=${'x'.repeat(201)}`), undefined)
  })

  test('heads and parts have theirs', () => {
    assert.equal(
      read('B', [Buffer.from(`--B\r\nX: ${'a'.repeat(20_000)}`)]).reader.fault,
      'part-head-too-long',
    )
    assert.equal(read('B', [Buffer.from('--B\r\n\r\n\r\n'.repeat(1_100))]).reader.fault, 'too-many-parts')
  })

  test('attacker bytes never throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('--B', '\r\n', '--', '\r\n\r\n'), fc.string())),
        (parts) => {
          read(
            'B',
            parts.map((part) => Buffer.from(part)),
          )
        },
      ),
    )
  })
})

describe('how a body is delimited', () => {
  const framed = (...lines: readonly string[]): ReturnType<typeof framingOf> => {
    const reader = new HeadReader({
      requestLine: 8190,
      field: 8190,
      fields: 100,
      head: 65_536,
      blankLines: 100,
    })
    reader.feed(Buffer.from(`POST / HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`), 0)
    return framingOf(reader.head)
  }
  const cases: readonly [string[], string, string[]][] = [
    [[], 'none', []],
    [['Content-Length: 5'], 'length', []],
    [['Content-Length: 5', 'Content-Length: 5'], 'length', []],
    [['Transfer-Encoding: Chunked'], 'chunked', []],
    [['Transfer-Encoding: gzip, chunked'], 'chunked', []],
    [['Content-Length: +5'], 'length', ['bad-length']],
    [['Content-Length: 5 5'], 'length', ['bad-length']],
    [['Content-Length: 9999999999999999'], 'length', ['bad-length']],
    [['Content-Length: 5', 'Content-Length: 6'], 'length', ['unlike-lengths']],
    [['Content-Length: 5, 6'], 'length', ['unlike-lengths']],
    [['Content-Length: 5', 'Transfer-Encoding: chunked'], 'chunked', ['length-and-chunks']],
    [['Transfer-Encoding: xchunked'], 'chunked', ['chunks-not-last', 'odd-encoding']],
    [['Transfer-Encoding: chunked, identity'], 'chunked', ['chunks-not-last']],
    [['Transfer-Encoding: chunked', 'Transfer-Encoding: x'], 'chunked', ['chunks-not-last', 'odd-encoding']],
    [['Transfer-Encoding: \x0bchunked'], 'chunked', ['chunks-not-last', 'odd-encoding']],
  ]
  for (const [lines, kind, faults] of cases) {
    test(`${JSON.stringify(lines.join(' | '))}: ${[kind, ...faults].join(', ')}`, () => {
      const result = framed(...lines)
      assert.equal(result.framing.kind, kind)
      assert.deepEqual(result.faults, faults)
    })
  }
})
