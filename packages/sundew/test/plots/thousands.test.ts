import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { thousands } from '../../src/plots/thousands.ts'

it('a whole number is written as English texts have it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(), fc.maxSafeNat()), (number) => {
      assert.equal(thousands(number), number.toLocaleString('en-US'))
    }),
  )
})
