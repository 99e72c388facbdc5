import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineCount } from '../../../src/wire/smtp/line-count.ts'

function count(text: string, cut = 0): { bytes: number; bareLf: number } {
  const wire = Buffer.from(text, 'latin1')
  const lines = new LineCount()
  lines.add(wire, 0, cut)
  lines.add(wire, cut, wire.length)
  return { bytes: lines.bytes, bareLf: lines.bareLf }
}

test('each line weighs its bytes and two, the last one too where it has no end', () => {
  assert.deepEqual(count('abcdefgh'), { bytes: 10, bareLf: 0 })
  assert.deepEqual(count('x\r\ny'), { bytes: 6, bareLf: 0 })
  assert.deepEqual(count('x\ny\r\n'), { bytes: 6, bareLf: 1 })
  assert.deepEqual(count(''), { bytes: 0, bareLf: 0 })
})

test('property: a chunk may be cut anywhere', () => {
  const text = fc.string({ unit: fc.constantFrom('\r', '\n', 'a', '\xff'), maxLength: 30 })
  fc.assert(
    fc.property(text, fc.nat(30), (bytes, cut) => {
      assert.deepEqual(count(bytes, Math.min(cut, bytes.length)), count(bytes))
    }),
  )
})
