import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fieldOf, fieldsOf, HeadReader, type RequestHead } from '../../../src/wire/http/head.ts'

const limits = { requestLine: 8190, field: 8190, fields: 100, head: 65_536, blankLines: 100 }

function read(text: string, cut?: readonly number[]): { head: RequestHead; done: boolean; used: number } {
  const bytes = Buffer.from(text, 'latin1')
  const reader = new HeadReader(limits)
  let used = 0
  const cuts = [...(cut ?? []), bytes.length].sort((a, b) => a - b)
  for (const end of cuts) {
    if (reader.done || end > bytes.length) break
    used = reader.feed(bytes.subarray(0, end), used)
  }
  return { head: reader.head, done: reader.done, used }
}

const odd = (text: string): string[] => [...read(text).head.oddities].sort()

describe('the head of a request', () => {
  test('gives names, values and lines in the order and case they came', () => {
    const text = 'GET /a?b HTTP/1.1\r\nhOSt: x\r\nX-A:  b\t\r\nX-A:c\r\n\r\n'
    const { head, done, used } = read(`${text}rest`)
    assert.equal(done, true)
    assert.equal(used, text.length)
    assert.deepEqual([head.method, head.target, head.version], ['GET', '/a?b', { major: 1, minor: 1 }])
    assert.deepEqual(head.lines, ['GET /a?b HTTP/1.1', 'hOSt: x', 'X-A:  b\t', 'X-A:c'])
    assert.equal(fieldOf(head, 'host'), 'x')
    assert.deepEqual(fieldsOf(head, 'x-a'), ['b', 'c'])
    assert.equal(head.oddities.size, 0)
  })

  test('is the same however it is cut', () => {
    const text = '\r\nPOST /x HTTP/1.0\r\nA: b\r\n folded\r\nC: \xff\r\n\r\nbody'
    const whole = read(text)
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        assert.deepEqual(read(text, cuts), whole)
      }),
    )
  })

  const oddities: readonly [string, string[]][] = [
    ['GET /\r\n', []],
    ['GET / HTTP/1.1\nHost: x\n\n', ['bare-lf']],
    ['GET  / HTTP/1.1\r\n\r\n', ['extra-blanks']],
    ['GET\t/ HTTP/1.1\r\n\r\n', ['extra-blanks']],
    ['GET / HTTP/1.1 x\r\n\r\n', ['bad-request-line']],
    ['hello\r\n', ['bad-request-line']],
    ['SSH-2.0-Go\r\n', ['bad-request-line']],
    ['GE(T / HTTP/1.1\r\n\r\n', ['bad-method']],
    ['GET /#x HTTP/1.1\r\n\r\n', ['bad-target']],
    ['GET / HTTP/9\r\n\r\n', ['bad-version']],
    ['GET / HTTP/1.1\r\nnonsense\r\n\r\n', ['no-colon']],
    ['GET / HTTP/1.1\r\n x: y\r\n\r\n', ['leading-blank']],
    ['GET / HTTP/1.1\r\nx : y\r\n\r\n', ['blank-before-colon']],
    ['GET / HTTP/1.1\r\nx<y>: y\r\n\r\n', ['bad-name']],
    ['GET / HTTP/1.1\r\nx: a\r\n b\r\n\r\n', ['folded']],
    ['GET / HTTP/1.1\r\nx: a\rb\r\n\r\n', ['bad-value', 'bare-cr']],
    ['GET / HTTP/1.1\r\nx: a\0b\r\n\r\n', ['bad-value', 'nul']],
    [`GET /${'a'.repeat(9000)} HTTP/1.1\r\n`, ['request-line-too-long']],
    [`GET / HTTP/1.1\r\nx: ${'a'.repeat(9000)}`, ['field-too-long']],
    [`GET / HTTP/1.1\r\nx: a\r\n${` ${'a'.repeat(4000)}\r\n`.repeat(3)}`, ['field-too-long', 'folded']],
    [`GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(101)}`, ['too-many-fields']],
    [`GET / HTTP/1.1\r\n${`x: ${'a'.repeat(8000)}\r\n`.repeat(9)}`, ['field-too-long']],
    [`GET / HTTP/1.1\r\nx: a\r\n${' \r\n'.repeat(1_100)}`, ['field-too-long', 'folded']],
    ['\r\n'.repeat(101), ['too-many-blank-lines']],
  ]
  for (const [text, expected] of oddities) {
    test(`${JSON.stringify(text.slice(0, 40))} is ${expected.join(', ') || 'fine'}`, () => {
      assert.deepEqual(odd(text), expected)
      assert.equal(read(text).done, true)
    })
  }

  test('a line exactly at the limit is not too long, one byte more is', () => {
    const line = (length: number): string => `GET /${'a'.repeat(length - 14)} HTTP/1.1\r\n\r\n`
    assert.deepEqual(odd(line(8190)), [])
    assert.deepEqual(odd(line(8191)), ['request-line-too-long'])
  })

  test('attacker bytes: every head ends within its limits and never throws', () => {
    const part = fc.oneof(
      fc.constantFrom('GET / HTTP/1.1\r\n', '\r\n', '\n', 'Host: x', ' ', ':', '\0', '\r', 'HTTP/1.1'),
      fc.string({ maxLength: 20 }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const { head, used } = read(parts.join(''))
        assert(used <= parts.join('').length)
        assert(head.fields.length <= 100)
      }),
    )
  })
})

test('Node reads the same out of a request that is fine', async () => {
  const server = createServer((request, response) => {
    response.end(JSON.stringify([request.method, request.url, request.rawHeaders]))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const name = fc
    .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/)
    .filter(
      (text) =>
        !/^(connection|host|expect|content-length|transfer-encoding|upgrade|trailer|te|http2-settings)$/i.test(
          text,
        ),
    )
  const value = fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,20}[\x21-\x7e])?$/)
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, value), { maxLength: 6 }),
        fc.webPath(),
        async (fields, path) => {
          const text = `GET /${path.replace(/^\//, '')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`
          const { head } = read(text)
          const theirs = await ask((server.address() as AddressInfo).port, text)
          const raw = head.fields.flatMap((field) => [field.name, field.value])
          assert.deepEqual([head.method, head.target, raw], theirs)
        },
      ),
      { numRuns: 30 },
    )
  } finally {
    server.close()
  }
})

async function ask(port: number, text: string): Promise<unknown> {
  const socket = connect(port, '127.0.0.1')
  socket.write(text, 'latin1')
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return JSON.parse(answer.slice(answer.indexOf('["GET"'), answer.lastIndexOf(']') + 1))
}
