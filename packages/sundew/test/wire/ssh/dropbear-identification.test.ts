import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readDropbearIdentification } from '../../../src/wire/ssh/dropbear-identification.ts'

const read = (text: string) => readDropbearIdentification(Buffer.from(text, 'latin1'))

describe('Dropbear', () => {
  for (const [text, line, software] of [
    ['SSH-2.0-x\r\n', 'SSH-2.0-x', 'x'],
    ['SSH-2.0-x\n', 'SSH-2.0-x', 'x'],
    ['SSH-2.0\r-\rx\n', 'SSH-2.0-x', 'x'],
    ['SSH-2.0-a\0b\n', 'SSH-2.0-a\0b', 'a\0b'],
    ['SSH-2.0\n', 'SSH-2.0', ''],
    ['SSH-1.99-x\n', 'SSH-1.99-x', 'x'],
  ] as const)
    test(`takes ${JSON.stringify(text)}`, () => {
      const result = read(text)
      assert(result.state === 'whole')
      assert.equal(result.identification.line, line)
      assert.equal(result.identification.software, software)
      assert.equal(result.bytes, text.length)
    })

  for (const [text, reason] of [
    ['\n', 'no-ssh'],
    ['ssh-2.0-x\n', 'no-ssh'],
    ['GET / HTTP/1.0\r\n\r\n', 'no-ssh'],
    ['SSH-1.5-x\n', 'other-version'],
    ['SSH-02.0-x\n', 'other-version'],
  ] as const)
    test(`hangs up over ${JSON.stringify(text)} without a word`, () => {
      const result = read(text)
      assert(result.state === 'malformed')
      assert.deepEqual([result.reason, result.answer], [reason, undefined])
      assert.equal(result.bytes, text.indexOf('\n') + 1)
    })

  test('takes 255 characters for a line, and what follows for packets', () => {
    const result = read(`SSH-2.0-${'x'.repeat(300)}`)
    assert(result.state === 'whole')
    assert.deepEqual([result.identification.line.length, result.bytes], [255, 255])
  })

  test('waits for more, and more bytes change no judgement', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Buffer.from(`SSH-2.${text}`, 'latin1')),
    )
    fc.assert(
      fc.property(bytes, fc.uint8Array({ maxLength: 8 }), (first, then) => {
        const result = readDropbearIdentification(first)
        if (result.state === 'more') assert(first.length < 600 && !first.includes(10))
        else assert.deepEqual(readDropbearIdentification(Buffer.concat([first, then])), result)
      }),
    )
  })
})
