import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SmtpReplies, SmtpReplyError, type SmtpReply } from '../../../src/wire/smtp/reply.ts'

const take = (text: string) => new SmtpReplies().take(Buffer.from(text, 'latin1'))

describe('replies of an SMTP server', () => {
  test('have a code and lines, with or without text', () => {
    assert.deepEqual(take('220 hello\r\n250-a\r\n250-b c\n250 d\r\n354\r\n250-x\r\n'), [
      { code: 220, lines: ['hello'] },
      { code: 250, lines: ['a', 'b c', 'd'] },
      { code: 354, lines: [''] },
    ] satisfies SmtpReply[])
  })

  test('are the same however they are cut', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', '-', '2') })
    const reply = fc.record({
      code: fc.integer({ min: 200, max: 599 }),
      lines: fc.array(line, { minLength: 1, maxLength: 5 }),
    })
    fc.assert(
      fc.property(fc.array(reply), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (replies, cuts) => {
        const bytes = Buffer.from(
          replies
            .flatMap(({ code, lines }) =>
              lines.map((text, i) => `${code}${i < lines.length - 1 ? '-' : ' '}${text}\r\n`),
            )
            .join(''),
        )
        const reader = new SmtpReplies()
        const got: SmtpReply[] = []
        for (let at = 0; at < bytes.length;) {
          const length = cuts.next().value as number
          got.push(...reader.take(bytes.subarray(at, at + length)))
          at += length
        }
        assert.deepEqual(
          got,
          replies.map(({ code, lines }) => ({ code, lines })),
        )
      }),
    )
  })

  test('of a server that speaks something else, or never ends, are refused', () => {
    for (const text of ['SSH-2.0-x\r\n', '99 x\r\n', '2500 x\r\n', '\r\n'])
      assert.throws(() => take(text), SmtpReplyError)
    assert.throws(() => take('2'.repeat(70_000)), SmtpReplyError)
    assert.throws(() => take('250-x\r\n'.repeat(20_000)), SmtpReplyError)
  })

  test('are replies or a typed fault, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          new SmtpReplies().take(bytes)
        } catch (error) {
          assert.ok(error instanceof SmtpReplyError)
        }
      }),
    )
  })
})
