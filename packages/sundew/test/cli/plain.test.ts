import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { plain, plainLines, plainStream } from '../../src/cli/plain.ts'

/** What a terminal acts on, or what hides from its reader. */
const acting = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u

describe('what is printed', () => {
  for (const [name, hostile, shown] of [
    ['a colour', '\x1b[31mred', '\\x1b[31mred'],
    ['a title or the clipboard (OSC 52)', '\x1b]52;c;cm0gLXJm\x07', '\\x1b]52;c;cm0gLXJm\\x07'],
    ['an escape of one byte (C1)', '\u009b2J', '\\xc2\\x9b2J'],
    ['NUL, backspace and DEL', 'a\0\b\x7f', 'a\\x00\\x08\\x7f'],
    ['a carriage return that forges a line', 'bad\rgood', 'bad\\x0dgood'],
    ['a line end', 'a\nSubject: b', 'a\\x0aSubject: b'],
    ['text turned around', '\u202egnp.exe', '\\xe2\\x80\\xaegnp.exe'],
    ['isolates and marks', '\u2066\u200f', '\\xe2\\x81\\xa6\\xe2\\x80\\x8f'],
    [
      'what cannot be seen',
      'a\u200bb\ufeff\u{e0041}',
      'a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf\\xf3\\xa0\\x81\\x81',
    ],
    ['line and paragraph separators', '\u2028\u2029', '\\xe2\\x80\\xa8\\xe2\\x80\\xa9'],
  ] as const) {
    test(`has ${name} as bytes in hexadecimal`, () => {
      assert.equal(plain(hostile), shown)
    })
  }

  test('keeps words of every script, emoji and backslashes that were made readable before', () => {
    for (const text of ['ä ß 漢字 עברית 🌱', '\\x1b[31m and C:\\\\dir']) assert.equal(plain(text), text)
  })

  test('never holds a character that acts or hides, whatever it is made from', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (any) => !acting.test(plain(any))))
  })

  test('is the same from a stream however it is cut, with line ends and tabs left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.array(fc.nat(40), { maxLength: 8 }),
        async (any, cuts) => {
          const bytes = Buffer.from(any)
          const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b)
          const chunks = ends
            .map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
            .filter((chunk) => chunk.length > 0)
          assert.equal(
            await text(Readable.from(chunks).pipe(plainStream())),
            plainLines(bytes.toString('utf8')),
          )
        },
      ),
      { numRuns: 50 },
    )
  })
})
