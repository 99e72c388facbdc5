import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { between, enlarged, moved } from '../src/fireplot/span.ts'

const whole = { from: 0, to: 100_000 }

describe('the time that a fireplot’s page shows', () => {
  it('is enlarged around what the pointer is on', () => {
    assert.deepEqual(enlarged(whole, 2, 0.5, whole), { from: 25_000, to: 75_000 })
    assert.deepEqual(enlarged(whole, 2, 1, whole), { from: 50_000, to: 100_000 })
  })

  it('never leaves what there is, and is a second at least', () => {
    assert.deepEqual(enlarged({ from: 10_000, to: 20_000 }, 0.01, 0.5, whole), whole)
    assert.deepEqual(moved({ from: 10_000, to: 30_000 }, -4, whole), { from: 0, to: 20_000 })
    assert.deepEqual(moved({ from: 70_000, to: 90_000 }, 4, whole), { from: 80_000, to: 100_000 })
    assert.deepEqual(enlarged(whole, 1e9, 0, whole), { from: 0, to: 1000 })
  })

  it('is what was drawn over', () => {
    assert.deepEqual(between(whole, 0.25, 0.5, whole), { from: 25_000, to: 50_000 })
    assert.deepEqual(between(whole, 0.999, 1, whole), { from: 99_000, to: 100_000 })
  })
})
