import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { deaf } from '../../../src/collectors/tail/deaf.ts'
import { detect } from '../../../src/collectors/tail/detect.ts'
import { lineParsers } from '../../../src/collectors/tail/index.ts'
import { linesOf, log, readAll, readLine } from './heard.ts'

const folder = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'watch')
const logs = readdirSync(folder).filter((name) => name.endsWith('.log'))
/** Which format a file of testdata/watch is of. */
const formatOf = (name: string) => (name.startsWith('pihole') ? 'dnsmasq' : /^[a-z]+/.exec(name)![0])
const lines = logs.flatMap((name) => {
  const bytes = log(name)
  return linesOf(bytes).map(([from, to]) => Buffer.from(bytes.subarray(from, to)))
})

const attackers = [
  Buffer.alloc(0),
  Buffer.from('\0'.repeat(300)),
  Buffer.from('\u001b]0;owned\u0007\u001b[2J client 10.0.0.1#1 (\u001b[31m): query: \u001b[31m IN A +'),
  Buffer.from('<!DOCTYPE html><html><body>502 Bad Gateway</body></html>'),
  Buffer.from("=cmd|' /C calc'!A0\tclient\tquery: "),
  Buffer.from('client '.repeat(10_000)),
  Buffer.from('client @'.repeat(1_000)),
  Buffer.from(' is '.repeat(10_000)),
  Buffer.from('dnsmasq: query[A] ' + ' from '.repeat(10_000)),
  Buffer.from('unbound] info: ' + 'a '.repeat(10_000)),
  Buffer.from(`{"ts":1,"uid":"${'\\'.repeat(20_000)}`),
  Buffer.from(`{"ts":1,"uid":"C","answers":[${'['.repeat(30_000)}`),
  Buffer.from(`{"ts":1,"uid":"C","answers":[${'"a",'.repeat(20_000)}"b"]}`),
  Buffer.from(`{"ts":1e999,"id.orig_h":-1,"query":"${'a.'.repeat(30_000)}"}`),
  Buffer.from(`#separator \\x\n#fields\t${'ts\t'.repeat(10_000)}`),
  Buffer.from('99-Xyz-9999 99:99:99.999 client 999.999.999.999#99999 (a): query: a IN A +'),
  Buffer.alloc(1024 * 1024, 'x'),
  Buffer.alloc(1024 * 1024, 'client @0x1 1.1.1.1#1 (a): '),
  Buffer.alloc(1024 * 1024, 'a] info: '),
  Buffer.alloc(1024 * 1024, '"'),
]

test('every log is told by its lines alone, and is understood', () => {
  for (const name of logs) {
    const bytes = log(name)
    const parser = detect(lineParsers, bytes, 0, bytes.length)
    assert.equal(parser?.format, formatOf(name), name)
    const read = readAll(parser!, bytes)
    assert.ok(
      read.some(({ parsed }) => parsed === 'told'),
      name,
    )
    assert.ok(
      read.every(({ parsed }) => parsed !== 'malformed'),
      name,
    )
  }
})

for (const parser of lineParsers) {
  describe(`${parser.format} is a parser as others are`, () => {
    test('no log of another format is taken for one of it', () => {
      for (const name of logs) {
        if (formatOf(name) === parser.format) continue
        const bytes = log(name)
        for (const [from, to] of linesOf(bytes)) assert.equal(parser.accepts(bytes, from, to), false, name)
      }
    })

    test("attackers' bytes and other formats' lines neither throw nor take long", () => {
      const reader = parser.begin()
      const began = performance.now()
      for (const line of [...attackers, ...lines]) {
        parser.accepts(line, 0, line.length)
        readLine(reader, line)
      }
      assert.ok(performance.now() - began < 5_000)
    })

    test('a line that is cut anywhere, or changed in some bytes, tells only what stands in it', () => {
      const own = logs.filter((name) => formatOf(name) === parser.format).map(log)
      const ownLines = own.flatMap((bytes) => linesOf(bytes).map(([from, to]) => bytes.subarray(from, to)))
      const place = fc.record({ at: fc.nat(400), byte: fc.nat(255) })
      fc.assert(
        fc.property(
          fc.constantFrom(...ownLines),
          fc.nat(400),
          fc.array(place, { maxLength: 4 }),
          (line, length, changes) => {
            const changed = Buffer.from(line.subarray(0, length))
            for (const { at, byte } of changes) if (at < changed.length) changed[at] = byte
            const reader = parser.begin()
            for (const bytes of own.slice(0, 1))
              for (const [from, to] of linesOf(bytes))
                if (bytes[from] === 0x23) reader.parse(bytes, from, to, deaf)
            // Told from within another buffer: nothing around it is looked at.
            const around = Buffer.concat([
              Buffer.from('client 6.6.6.6#1 (x): '),
              changed,
              Buffer.from(' query: y IN A'),
            ])
            const alone = readLine(parser.begin(), changed)
            const within = readLine(parser.begin(), around, 22, 22 + changed.length)
            assert.deepEqual(within, alone)
            for (const told of readLine(reader, changed).told) {
              const [what, value] = told.split(' ')
              if (what === 'port') assert.ok(Number(value) >= 0 && Number(value) < 1_000_000)
            }
          },
        ),
        { numRuns: 500 },
      )
    })

    test('any bytes at all are read without a throw', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          assert.ok(['told', 'other', 'malformed'].includes(readLine(parser.begin(), bytes).parsed))
        }),
      )
    })
  })
}
