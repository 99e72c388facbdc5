import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { mboxMessage } from '../../../src/cli/mbox.ts'
import { mboxKind, MboxReader, type MboxPiece, type MboxQuoting } from '../../../src/wire/mail/mbox-reader.ts'

interface Message {
  separator: string
  offset: number
  text: string
}

function collect(pieces: Iterable<MboxPiece>): Message[] {
  const messages: Message[] = []
  let open = false
  for (const piece of pieces) {
    if (piece.type === 'begin') {
      assert.ok(!open)
      open = true
      messages.push({ separator: piece.separator, offset: piece.offset, text: '' })
    } else if (piece.type === 'bytes') {
      assert.ok(open && piece.bytes.length > 0)
      messages.at(-1)!.text += Buffer.from(piece.bytes).toString('latin1')
    } else open = false
  }
  assert.ok(!open)
  return messages
}

function read(file: Buffer, chunkBytes = file.length || 1, quoting: MboxQuoting = 'mboxrd'): Message[] {
  const reader = new MboxReader(mboxKind(file) ?? 'from', quoting)
  const pieces: MboxPiece[] = []
  for (let at = 0; at < file.length; at += chunkBytes)
    pieces.push(...reader.feed(Buffer.from(file.subarray(at, at + chunkBytes))))
  pieces.push(...reader.end())
  return collect(pieces)
}

const texts = (text: string, quoting?: MboxQuoting) =>
  read(Buffer.from(text, 'latin1'), undefined, quoting).map((message) => message.text)

const line = 'From a@b.example Thu Nov  5 01:08:48 2026'

const table: readonly [name: string, file: string, messages: string[], quoting?: MboxQuoting][] = [
  ['one message, the empty line at its end not being of it', `${line}\nA: b\n\nx\n\n`, ['A: b\n\nx\n']],
  ['one message without the empty line, or any line end', `${line}\nA: b\n\nx`, ['A: b\n\nx']],
  ['two messages', `${line}\nA\n\n${line}\nB\n\n`, ['A\n', 'B\n']],
  ['CRLF as it was found', `${line}\r\nA\r\n\r\nx\r\n\r\n${line}\r\nB\r\n`, ['A\r\n\r\nx\r\n', 'B\r\n']],
  [
    'of several empty lines only the last as the file’s',
    `${line}\nA\n\n\n\n${line}\nB\n`,
    ['A\n\n\n', 'B\n'],
  ],
  ['`From ` without an empty line before it as text', `${line}\nA\n${line}\nB\n`, [`A\n${line}\nB\n`]],
  ['`From ` without a date as text', `${line}\nA\n\nFrom here on\nB\n`, ['A\n\nFrom here on\nB\n']],
  ['a separator without a sender', 'From Thu Nov  5 01:08:48 2026\nA\n\n', ['A\n']],
  [
    'dates with zone and without seconds',
    `${line}\nA\n\nFrom b Thu Nov 5 1:08 CET 2026\nB\n\nFrom c Thu Nov 5 01:08:48 2026 +0100\nC\n`,
    ['A\n', 'B\n', 'C\n'],
  ],
  ['the first line as separator, whatever its date', 'From nobody\nA\n', ['A\n']],
  ['mboxrd: one > less', `${line}\n>From a\n>>From b\n>Fro\n> From\n>`, ['From a\n>From b\n>Fro\n> From\n>']],
  ['mboxo: a bare From alone', `${line}\n>From a\n>>From b\n`, ['From a\n>>From b\n'], 'mboxo'],
  ['no quoting: as it is', `${line}\n>From a\n>>From b\n`, ['>From a\n>>From b\n'], 'none'],
  ['a quoted line right before a separator', `${line}\n>From x\n\n${line}\nB\n`, ['From x\n', 'B\n']],
  ['an empty message', `${line}\n\n${line}\nB\n`, ['', 'B\n']],
  ['a file that ends in its separator', line, ['']],
  ['CR alone as no line end', `${line}\nA\r\r\n\r${line}\n`, [`A\r\r\n\r${line}\n`]],
  [
    'smtp-sink’s, whose header is the separator and of the message',
    'X-Client-Addr: 127.0.0.1\nX-Client-Proto: SMTP\n\nFrom here\n>From there\n\n\nX-Client-Addr: ::1\nX: y\n\n',
    [
      'X-Client-Addr: 127.0.0.1\nX-Client-Proto: SMTP\n\nFrom here\n>From there\n\n',
      'X-Client-Addr: ::1\nX: y\n',
    ],
  ],
]

describe('an mbox reader', () => {
  for (const [name, file, messages, quoting] of table)
    test(`takes ${name}`, () => assert.deepEqual(texts(file, quoting), messages))

  test('tells where each message’s separator is, and what it says', () => {
    const file = Buffer.from(`${line}\nA\n\n${line}\nB\n`)
    for (const chunk of [1, 7, 1000]) {
      assert.deepEqual(
        read(file, chunk).map(({ separator, offset }) => [separator, offset]),
        [
          [line, 0],
          [line, line.length + 4],
        ],
      )
    }
  })

  test('knows an mbox by its first line only', () => {
    assert.equal(mboxKind(Buffer.from(line)), 'from')
    assert.equal(mboxKind(Buffer.from('X-Client-Addr: 192.0.2.1\n')), 'sink')
    for (const none of ['', '\n', 'From: a@b\n', '>From a', 'X-Client-Addr: a b\n', '\0\xff'])
      assert.equal(mboxKind(Buffer.from(none, 'latin1')), undefined, none)
  })

  const piece = fc.oneof(
    fc.constantFrom(
      'From ',
      '>From ',
      '>>',
      '>',
      'Fro',
      'F',
      '\r',
      '\n',
      '\n\n',
      '\r\n',
      `\n\n${line}\n`,
      'X-Client-Addr: ::1\n',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  )
  const hostile = fc.array(piece, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''), 'latin1'))

  test('makes the same of the same bytes, however they come', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.constantFrom(`${line}\n`, 'X-Client-Addr: ::1\n', ''),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom<MboxQuoting>('mboxrd', 'mboxo', 'none'),
        (tail, start, chunk, quoting) => {
          const file = Buffer.concat([Buffer.from(start), tail])
          assert.deepEqual(read(file, chunk, quoting), read(file, undefined, quoting))
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('gives back what sundew mail export wrote, lines ending in LF', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 3 }), async (messages) => {
        const written = await Promise.all(
          messages.map((message) => Array.fromAsync(mboxMessage([message], 'a@b', '2026-11-05T01:08:48Z'))),
        )
        const wanted = messages.map((message) => {
          const text = message.toString('latin1').replaceAll('\r\n', '\n')
          return text === '' || text.endsWith('\n') ? text : `${text}\n`
        })
        const got = read(Buffer.concat(written.flat()), 5)
        assert.deepEqual(
          got.map(({ text }) => text),
          wanted,
        )
      }),
      { numRuns: 1000 },
    )
  })

  test('holds no line, however long, and no run of > or F', () => {
    for (const fill of ['a', '>', 'F', '\r', 'From ']) {
      const reader = new MboxReader('from', 'mboxrd')
      reader.feed(Buffer.from(`${line}\n\n`))
      const chunk = Buffer.alloc(1_000_000, fill)
      let bytes = 0
      for (let i = 0; i < 50; i++)
        for (const given of reader.feed(chunk)) if (given.type === 'bytes') bytes += given.bytes.length
      assert.ok(bytes > 49_000_000, `${fill}: ${bytes}`)
    }
  })
})
