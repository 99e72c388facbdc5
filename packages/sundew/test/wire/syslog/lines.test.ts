import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineEnds } from '../../../src/wire/syslog/lines.ts'

test('ends of lines are the newlines, wherever the next one is', () => {
  const ends = new LineEnds()
  const piece = fc.array(fc.constantFrom(...Buffer.from('ab\n\n')), { maxLength: 6 })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const bytes = Uint8Array.from(pieces.flat())
      ends.begin(bytes)
      let from = 0
      for (const { length } of pieces) {
        const to = from + length
        const found = bytes.subarray(from, to).indexOf(0x0a)
        assert.equal(ends.after(from, to), found < 0 ? to : from + found)
        from = to
      }
    }),
  )
})
